"""DOI and arXiv id in the one form in which they can be compared."""

from __future__ import annotations

import re

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV = re.compile(r"(?<![\w.])((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z]{2})?/\d{7}))(v\d+)?(?![\d])")
_ARXIV_DOI = "10.48550/arxiv."


def normal_doi(value: str) -> str | None:
    """A DOI without resolver or prefix, in lower case (DOIs ignore case); None where there is none.

    >>> normal_doi("https://doi.org/10.18653/V1/2020.acl-main.1")
    '10.18653/v1/2020.acl-main.1'
    >>> normal_doi("n/a") is None
    True
    """
    found = _DOI.search(value)
    return found.group().rstrip(".,;").lower() if found else None


def arxiv_id(value: str) -> str | None:
    """The arXiv id in an id, ``arXiv:`` name, URL or DOI, with its version if it has one.

    >>> arxiv_id("http://arxiv.org/abs/2510.12826v2"), arxiv_id("arXiv:cs/0301012"), arxiv_id("10.1000/1")
    ('2510.12826v2', 'cs/0301012', None)
    """
    lowered = value.strip()
    if lowered.lower().startswith("https://doi.org/" + _ARXIV_DOI) or lowered.lower().startswith(_ARXIV_DOI):
        lowered = lowered[lowered.lower().index(_ARXIV_DOI) + len(_ARXIV_DOI) :]
    elif "arxiv.org/" in lowered:
        lowered = re.sub(r"^.*?arxiv\.org/(?:abs|pdf|html)/", "", lowered)
    elif lowered.lower().startswith("arxiv:"):
        lowered = lowered[6:].strip()
    found = _ARXIV.match(lowered)
    return found.group() if found else None


def normal_arxiv(value: str) -> str | None:
    """The arXiv id without its version: what two versions of a paper share.

    >>> normal_arxiv("2510.12826v2")
    '2510.12826'
    """
    found = arxiv_id(value)
    return re.sub(r"v\d+$", "", found) if found else None
