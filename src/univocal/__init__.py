"""Univocal: say which alignment you mean."""

__version__ = "0.1.0"
