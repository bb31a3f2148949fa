"""The tables of a study. Codings are rows of ``revision`` that are never changed.

The view ``current`` of the last ones is made by the migrations.

Offsets are code points into the paper's text, half open. Times are UTC, ISO 8601 with microseconds, so that they sort as
text. JSON columns hold lists of ids, and what else a record of a paper had.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite counts rows up only for its own INTEGER.
_ID = BigInteger().with_variant(Integer, "sqlite")

#: ``unit_start`` and ``unit_end`` of a coding of the whole paper.
WHOLE = -1


def _id() -> Column[int]:
    return Column("id", _ID, primary_key=True)


def _to(table: str, name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[int]:
    return Column(name, _ID, ForeignKey(f"{table}.id"), nullable=nullable, primary_key=primary_key)


def _text(name: str, *, nullable: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable, unique=unique)


#: People and machine coders. ``role``: owner, adjudicator, coder or machine.
person = Table(
    "person", metadata, _id(), _text("name", unique=True), _text("role"), _text("password", nullable=True),
    Column("active", Boolean, nullable=False), _text("at"),
)  # fmt: skip

#: A link that makes its holder a person of a role; only a digest of its token is kept.
invitation = Table(
    "invitation", metadata, _id(), _text("digest", unique=True), _text("role"), _text("name", nullable=True),
    _text("at"), _text("until"), _text("used_at", nullable=True), _to("person", "used_by", nullable=True),
)  # fmt: skip

#: A browser that has logged in; only a digest of its cookie is kept.
session = Table(
    "session", metadata, _id(), _text("digest", unique=True), _to("person", "person"), _text("csrf"), _text("at"),
    _text("until"),
)  # fmt: skip

#: Every version of the codebook that codings were made by: its files' names and words.
codebook = Table(
    "codebook", metadata, _id(), _text("name"), _text("version"), _text("digest", unique=True),
    Column("files", JSON, nullable=False), _text("note"), _text("at"),
)  # fmt: skip

#: What lists of papers show. ``key`` is the paper's id in its source.
paper = Table(
    "paper", metadata, _id(), _text("key", unique=True), _text("title"), Column("year", Integer), _text("venue", nullable=True),
    Column("characters", Integer, nullable=False), _text("stratum", nullable=True), _text("at"),
)  # fmt: skip

#: The words of a paper, apart from what lists show. ``file`` names the PDF in the study's folder by its SHA-256.
paper_text = Table(
    "paper_text", metadata, _to("paper", "paper", primary_key=True), _text("text"), _text("sha256"),
    Column("record", JSON, nullable=False), _text("file", nullable=True),
)  # fmt: skip

#: Papers drawn together: how, from how many, with which seed.
batch = Table(
    "batch", metadata, _id(), _text("name"), _text("kind"), Column("seed", Integer, nullable=False),
    Column("design", JSON, nullable=False), _text("at"),
)  # fmt: skip

#: One paper for one coder. ``probability`` is that with which its batch drew the paper; ``arm``: ``open`` may see the
#: machine's suggestions after the first judgement, ``held_out`` never does.
task = Table(
    "task", metadata, _id(), _to("batch", "batch"), _to("paper", "paper"), _to("person", "coder"),
    Column("place", Integer, nullable=False), Column("probability", Float), _text("stratum", nullable=True), _text("arm"),
    _text("state"), _text("at"), _text("done_at", nullable=True), UniqueConstraint("paper", "coder"),
    Index(None, "coder", "state", "place"),
)  # fmt: skip

_UNIT = ("paper", "coder", "variable", "unit_start", "unit_end", "item")


def _unit(*, primary_key: bool) -> list[Column[int] | Column[str]]:
    return [
        _to("paper", "paper", primary_key=primary_key), _to("person", "coder", primary_key=primary_key),
        Column("variable", Text, nullable=False, primary_key=primary_key),
        *(Column(n, Integer, nullable=False, primary_key=primary_key) for n in ("unit_start", "unit_end", "item")),
    ]  # fmt: skip


#: One row for each coding ever saved, also for those that undo. ``action``: save, undo, adjudicate, import or recode.
#: ``codes`` is JSON null for "can't say"; ``cleared`` says that no answer is left. ``stage``: ``blind`` before the coder
#: saw anyone else's codes of the paper, ``seen`` after, ``adjudicated``. ``previous`` is the coder's revision of the same
#: unit before it, ``restores`` the one whose content an undo brought back, or whose judgement a change of the codebook
#: put into other codes. A ``token`` that comes twice is saved once. ``by`` is who saved it, where that isn't the coder.
revision = Table(
    "revision", metadata, _id(), *_unit(primary_key=False), _text("action"), Column("codes", JSON(none_as_null=False)),
    Column("cleared", Boolean, nullable=False), Column("unsure", Boolean, nullable=False), _text("memo"),
    _text("stands_for", nullable=True), Column("confidence", Float), _text("stage"), _to("codebook", "codebook"),
    _to("revision", "previous", nullable=True), _to("revision", "restores", nullable=True),
    _text("token", nullable=True, unique=True), _to("person", "by", nullable=True), _text("at"),
    Index(None, *_UNIT, "id"),
    Index(None, "coder", "id"),
)  # fmt: skip

#: The words that a revision rests on; ``code`` names the code that they support where there are several.
evidence = Table(
    "evidence", metadata, _to("revision", "revision", primary_key=True), Column("place", Integer, primary_key=True),
    Column("start", Integer, nullable=False), Column("stop", Integer, nullable=False), _text("quote"), _text("prefix"),
    _text("suffix"), _text("code", nullable=True),
)  # fmt: skip

#: Where the last revision of each unit is; made from ``revision`` alone, in the same transaction.
head = Table(
    "head", metadata, *_unit(primary_key=True), _to("revision", "revision"), Index(None, "variable", "coder"),
    Index(None, "revision"),
)  # fmt: skip

#: From an adjudicated revision to those it was decided from.
parent = Table(
    "parent", metadata, _to("revision", "revision", primary_key=True), _to("revision", "parent", primary_key=True)
)  # fmt: skip

#: A unit sent back to a coder with a question, whether or not they had answered it. It is answered when the coder's task
#: is done again.
question = Table(
    "question", metadata, _id(), _to("paper", "paper"), _to("person", "coder"), _text("variable"),
    Column("unit_start", Integer, nullable=False), Column("unit_end", Integer, nullable=False),
    _to("person", "asked_by"), _text("words"), _text("at"), Index(None, "paper", "coder"),
)  # fmt: skip

#: Who saw whose codes of which paper, and when: the machine's or other coders'. Nobody is shown any before it stands here.
exposure = Table(
    "exposure", metadata, _id(), _to("paper", "paper"), _to("person", "viewer"), _to("person", "shown"), _text("at"),
    UniqueConstraint("paper", "viewer", "shown"),
)  # fmt: skip

#: What was done to the study itself: people, codebooks, imports, queues.
event = Table(
    "event", metadata, _id(), _to("person", "person", nullable=True), _text("what"), Column("details", JSON, nullable=False),
    _text("at"),
)  # fmt: skip

#: Rows of these are never changed and never removed; the database itself refuses it.
FOR_EVER = (revision, evidence, parent, event)
