"""What does a heading say of the section below it?"""

from __future__ import annotations

import re

from univocal.records import SectionKind

_NUMBER = re.compile(r"^\s*(?:§\s*)?(?:\d+(?:\.\d+)*|[IVX]+|[A-Z](?:\.\d+)*)[.):]?\s+(?=\S)")
_REFERENCES = re.compile(
    r"(?:list of )?(?:references?|bibliography|works cited|literature cited|cited literature|literature)"
    r"(?: and notes| cited| list)?"
)
_APPENDIX = re.compile(
    r"(?:technical |online |supplementa(?:l|ry) )?(?:append(?:ix|ices)|supplements?)(?:\b.*)?|"
    r"(?:supplementa(?:l|ry)|supporting) (?:materials?|information)(?:\b.*)?"
)
#: Sentences that a page's machinery put into the text.
FURNITURE = re.compile(
    r"Report issue for preceding element|Report (?:Github )?Issue(?: ×)?|View (?:PDF|original page)|Skip to (?:main )?content|"
    r"Why HTML\?|Back to Abstract|Download PDF|HTML \(experimental\)|Content selection saved\. Describe the issue below:",
    re.IGNORECASE,
)


def role(heading: str) -> SectionKind | None:
    """Which kind of section does this heading open? None where it doesn't say (a body section, or its parent's).

    >>> role("7. References"), role("Appendix B: Proofs"), role("ABSTRACT"), role("Acknowledgements")
    ('references', 'appendix', 'abstract', None)
    """
    words = " ".join(heading.split())
    for form in (words, _NUMBER.sub("", words, count=1)):
        plain = form.casefold().strip(" .:—-–*#")
        if plain == "abstract":
            return "abstract"
        if _REFERENCES.fullmatch(plain):
            return "references"
        if _APPENDIX.fullmatch(plain):
            return "appendix"
    return None
