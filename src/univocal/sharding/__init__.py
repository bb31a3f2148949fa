"""A corpus of any size, coded shard by shard: a run that is killed, spread or repeated does only what is missing.

stretches.py  which files a run reads, in stretches; which of them fall to one of several runs
rows_in.py    Parquet in pieces of some thousand rows
shard.py      what a shard is, and its name: a hash of all that decides its rows
columns.py    the rows of a shard
table.py      a shard written whole or not at all, and its counts read back
worker.py     one shard coded, in a process of its own
manifest.py   what lies in a folder of codings
run.py        the run
status.py     how far it is
on_ray.py     the same run on a Ray cluster (extra ``ray``)
"""

from univocal.sharding.run import Coded, code_corpus
from univocal.sharding.status import Status, status

__all__ = ["Coded", "Status", "code_corpus", "status"]
