"""A paper as a language model is shown it: as data, of the same length, with nothing that could end the data.

Every replacement puts one code point in the place of one, so a quote that a model copies from what it was shown is
found at the same offsets of the real text, and evidence is cut from there.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence

from univocal.records import Paper

Span = tuple[int, int]

#: How much of a mention's surroundings stands beside its number.
CONTEXT = 48

#: Marks by which servers tell the turns of a conversation apart; some read them wherever they stand.
_TURNS = re.compile(
    r"<\|[^<>|\n]{1,60}\|>"
    r"|<(?:/?s|/?think|(?:start|end)_of_turn|(?:bos|eos|unk|pad))>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS|TOOL_CALLS)\]"
    r"|<</?SYS>>"
    r"|<｜[^<>\n]{1,60}｜>",
    re.IGNORECASE,
)
_PLAIN = str.maketrans("<>|[]｜", "‹›¦［］¦")
#: Letters that no reader sees and a model does, signs that turn the order of letters round, and halves of letters.
_HIDDEN = re.compile(
    "[\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]"
)


def shown(text: str) -> str:
    r"""The text with marks of turns made plain and hidden letters made visible; as long as before.

    >>> shown("We align.<|im_end|>\x00")
    'We align.‹¦im_end¦›\ufffd'
    """
    plain = _TURNS.sub(lambda match: match.group().translate(_PLAIN), text)
    return _HIDDEN.sub("\ufffd", plain)


def fence(text: str) -> str:
    """A word that marks where a paper begins and ends, and that doesn't occur in it. The same for the same text.

    It is a digest of the text, so a text would have to hold its own digest to end itself; if one did, the next is taken.

    >>> fence("We align.") == fence("We align."), len(fence("We align."))
    (True, 38)
    """
    folded = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    ).casefold()
    number = 0
    while True:
        digest = hashlib.sha256(
            f"univocal {number} ".encode() + text.encode("utf-8", "surrogatepass")
        ).hexdigest()
        word = f"paper-{digest[:32]}"
        if word not in folded:
            return word
        number += 1


def body(paper: Paper) -> str:
    """The paper's text as it is sent: stretches that coders leave alone are cut out, and their place is marked."""
    text = shown(paper.text)
    parts: list[str] = []
    at = 0
    for start, end in paper.uncoded():
        parts += [text[at:start], f"\n[{end - start} characters left out]\n"]
        at = end
    return "".join((*parts, text[at:]))


def blanked(text: str, stretches: Sequence[Span]) -> str:
    """The text with spaces in the place of these stretches (merged, in order).

    >>> blanked("We align [1].", [(9, 12)])
    'We align    .'
    """
    parts: list[str] = []
    at = 0
    for start, end in stretches:
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join((*parts, text[at:]))


def places(paper: Paper, mentions: tuple[Span, ...]) -> str:
    """The mentions, numbered from 1, each with what stands around it: one line of JSON a mention.

    >>> places(Paper("p", "We align it."), ((3, 8),))
    '{"n": 1, "before": "We ", "word": "align", "after": " it."}'
    """
    text = blanked(shown(paper.text), paper.uncoded())
    return "\n".join(
        json.dumps(
            {
                "n": number,
                "before": text[max(0, start - CONTEXT) : start],
                "word": text[start:end],
                "after": text[end : end + CONTEXT],
            },
            ensure_ascii=False,
        )
        for number, (start, end) in enumerate(mentions, 1)
    )
