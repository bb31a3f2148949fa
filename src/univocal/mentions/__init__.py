"""Find every mention of align- words."""

from univocal.mentions.find import find_mentions

__all__ = ["find_mentions"]
