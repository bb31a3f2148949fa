"""Codings in, estimates out: how well a coder meets coded papers (``evaluate``), and which does best (``compare``)."""
