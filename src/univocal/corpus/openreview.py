"""OpenReview notes: submissions as version 1 and version 2 of its API write them; reviews and replies are left out.

Format: the Note entity of the OpenReview API (docs.openreview.net, "API v1" and "API v2").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from univocal.corpus.fields import a_date_year
from univocal.corpus.jsonl import JsonReader


def note(record: Mapping[str, Any]) -> Mapping[str, Any] | str:
    """A note's title, abstract, year and venue, or why it isn't a paper.

    >>> note({"id": "a", "content": {"title": {"value": "T"}, "abstract": {"value": "A."}}})["title"]
    'T'
    >>> note({"id": "b", "forum": "a", "replyto": "a", "content": {"review": "Good."}})
    'replies to a submission (reviews, comments)'
    """
    content = {key: _value(value) for key, value in (record.get("content") or {}).items()}
    if record.get("replyto") or (record.get("forum") or record.get("id")) != record.get("id"):
        return "replies to a submission (reviews, comments)"
    return {
        **{k: v for k, v in content.items() if k not in _TAKEN},
        "id": record.get("id"),
        "title": content.get("title"),
        "abstract": content.get("abstract"),
        "year": _year(record, content),
        "venue": content.get("venue")
        or content.get("venueid")
        or _invitation(record).split("/-/")[0]
        or None,
        "license": record.get("license") or content.get("license"),
        "doi": content.get("doi"),
        "authors": content.get("authors"),
        "url": f"https://openreview.net/forum?id={record.get('id')}",
    }


_TAKEN = frozenset(
    {"title", "abstract", "year", "venue", "license", "doi", "authors", "authorids", "id", "url"}
)


def _value(value: Any) -> Any:
    """Version 2 wraps each field of the content: {"value": …}."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _invitation(record: Mapping[str, Any]) -> str:
    several = record.get("invitations")
    first = record.get("invitation") or (several[0] if isinstance(several, list) and several else "")
    return first if isinstance(first, str) else ""


def _year(record: Mapping[str, Any], content: Mapping[str, Any]) -> Any:
    """The year that the venue's name states, else that of publication or creation (milliseconds since 1970)."""
    for stated in (content.get("year"), content.get("venue"), content.get("venueid"), _invitation(record)):
        if stated and (year := a_date_year(stated)):
            return year
    for key in ("pdate", "odate", "tcdate", "cdate"):
        if isinstance(stamp := record.get(key), int) and stamp > 0:
            return datetime.fromtimestamp(stamp / 1000, tz=UTC).year
    return None


def _claims(head: bytes) -> bool:
    return b'"content"' in head and (b'"invitation' in head or b'"forum"' in head)


READER = JsonReader("openreview", claims=_claims, shape=note)
