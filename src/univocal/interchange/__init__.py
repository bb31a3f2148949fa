"""Codings in: one module per format, one table out."""

from univocal.interchange.columns import Columns
from univocal.interchange.read import read_codings

__all__ = ["Columns", "read_codings"]
