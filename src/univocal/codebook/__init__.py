"""The framework as data: load, check, compare, show and begin codebooks."""

from univocal.codebook.check import check
from univocal.codebook.diff import diff
from univocal.codebook.load import load
from univocal.codebook.new import new
from univocal.codebook.render import show

__all__ = ["check", "diff", "load", "new", "show"]
