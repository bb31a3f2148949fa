"""What the macros and environments of papers mean for their text. Data only."""

from __future__ import annotations

import re

from univocal.records import SectionKind

_split = str.split

#: Arguments as pylatexenc writes them: ``{`` mandatory, ``[`` optional, ``*`` a star.
_DROPPED = {
    "{": """label bibliographystyle bibliography addbibresource pagestyle thispagestyle vspace hspace vspace* hspace*
        includegraphics* graphicspath hypersetup captionsetup pagecolor enlargethispage bibliographyfont setlist
        phantom hphantom vphantom hyphenation index nocite address affil affiliation institute email correspondence
        icmlaffiliation icmlcorrespondingauthor icmlkeywords icmlsetsymbol printAffiliationsAndNotice
        ccsdesc setcopyright acmDOI acmISBN acmConference acmYear copyrightyear acmJournal settopmatter
        tikzset pgfplotsset lstset usetikzlibrary theoremstyle urlstyle orcid iclrfinalcopy input@ newlength
        PassOptionsToPackage allowdisplaybreaks typeout crefname Crefname shorttitle shortauthors runningtitle
        titlerunning authorrunning linespread captionof* newif""",
    "{{": """setlength addtolength setcounter addtocounter fontsize titleformat* newcolumntype newtheorem* numberwithin
        definecolorset colorlet DeclareMathOperator DeclareMathOperator* renewcommand@ fancyhead@ rule
        DeclareUnicodeCharacter newunicodechar addtocontents icmladdress markboth""",
    "{{{": "addcontentsline definecolor",
    "[{": "usepackage documentclass includegraphics RequirePackage icmlaffiliation@ subjclass markright",
    "{[{": "newtheorem",
    "{[{[": "newtheorem@",
    "{{[": "theoremstyle@",
}
#: Only the last argument is text.
_LAST = {
    "{{": """textcolor colorbox href resizebox scalebox rotatebox foreignlanguage texorpdfstring@ hyperlink hypertarget
        raisebox sethlcolor captionof setul""",
    "{{{": "multicolumn resizebox* fcolorbox",
    "{[{{": "multirow@",
    "[{{": "parbox",
    "[[{": "makebox framebox",
}
_KEPT = {
    "[{": "title caption icmltitlerunning chapter part",
    "*[{": "section subsection subsubsection paragraph subparagraph",
    "{": "icmltitle author date thanks footnote@ keywords acks abstract subtitle IEEEpubid",
    "{{": "icmlauthor",
    "{{{": "multirow",
}
CITES = re.compile(
    r"(?:no|foot|full|text|paren|auto|super|smart|short|new|online|online|block)?[cC]ite\w*|Cite\w*"
)
REFERENCES = frozenset(
    _split("""ref eqref autoref cref Cref pageref nameref vref subref Cref cpageref labelcref ref*
        hyperref""")
)
_CITE_NAMES = """cite citep citet citealp citealt citeauthor citeyear citeyearpar citeposs citenum Citet Citep Citealp
    parencite textcite autocite footcite fullcite smartcite supercite shortcite newcite onlinecite citeA citeN citep* citet*"""


def macro_arguments() -> dict[str, str]:
    """Each macro's arguments, beside what pylatexenc knows."""
    found = {
        name: args
        for group in (_DROPPED, _LAST, _KEPT)
        for args, names in group.items()
        for name in names.split()
    }
    found.update(dict.fromkeys(_CITE_NAMES.split(), "*[[{"))
    found.update(dict.fromkeys(REFERENCES - {"hyperref"}, "*{"))
    found["hyperref"] = "[{"
    found["bibitem"] = "[{"
    found["footnotetext"] = "[{"
    return found


DROPPED: frozenset[str] = frozenset(name for names in _DROPPED.values() for name in names.split())
LAST: frozenset[str] = frozenset(name for names in _LAST.values() for name in names.split()) | {"multirow"}
LEVELS = {
    "part": 0,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}
TITLES = frozenset({"title", "icmltitle"})
AUTHORS = frozenset({"author", "icmlauthor"})
NOTES = frozenset({"footnote", "footnotetext", "thanks", "marginpar", "sidenote"})
DEFINITIONS = frozenset(
    {"newcommand", "renewcommand", "providecommand", "newcommandx", "DeclareRobustCommand"}
)
INCLUDES = frozenset({"input", "include", "subfile", "subfileinclude"})
PARAGRAPHS = frozenset(
    {"par", "bibitem", "newpage", "clearpage", "maketitle", "bigskip", "medskip", "smallskip", "newblock"}
)
BREAKS = frozenset(
    {"\\", "newline", "linebreak", "tabularnewline", "hline", "midrule", "toprule", "bottomrule"}
)
#: Names that are typeset as they are spelt.
SIGNS = {name: name for name in _split("TeX LaTeX LaTeXe BibTeX XeTeX XeLaTeX LuaTeX LuaLaTeX pdfLaTeX")}
#: Spacing that reads as a space.
SPACES = frozenset(
    {" ", "quad", "qquad", ",", ";", ":", "~", "enspace", "thinspace", "space", "\n", "\t", "xspace@"}
)

MATH_ENVIRONMENTS = frozenset(
    name + star
    for name in _split("""equation eqnarray align alignat gather multline flalign displaymath math split dmath
        IEEEeqnarray aligned gathered""")
    for star in ("", "*")
)
VERBATIM = frozenset(_split("verbatim verbatim* Verbatim lstlisting minted alltt BVerbatim"))
#: Environments whose content isn't parsed.
SKIPPED = frozenset(
    _split("tikzpicture pgfpicture picture filecontents filecontents* CCSXML tikzcd axis forest")
)
RAW = MATH_ENVIRONMENTS | VERBATIM | SKIPPED | {"comment"}
TABULAR = frozenset(_split("tabular tabular* tabularx tabulary longtable array tblr xltabular"))
SECTION_ENVIRONMENTS: dict[str, SectionKind] = {
    "abstract": "abstract",
    "thebibliography": "references",
    "appendices": "appendix",
    "appendix": "appendix",
}
ENVIRONMENT_ARGUMENTS = {
    "tabular": "[{",
    "tabular*": "{[{",
    "tabularx": "{[{",
    "tabulary": "{[{",
    "longtable": "[{",
    "array": "[{",
    "thebibliography": "{",
    "wrapfigure": "[{[{",
    "wraptable": "[{[{",
    "minipage": "[[[{",
    "subfigure": "[{",
    "subtable": "[{",
    "multicols": "{",
    "adjustbox": "{",
    "tcolorbox": "[",
    "mdframed": "[",
    "algorithm": "[",
    "algorithmic": "[",
    "figure": "[",
    "figure*": "[",
    "table": "[",
    "table*": "[",
    "itemize": "[",
    "enumerate": "[",
    "description": "[",
    "icmlauthorlist": "",
    "spacing": "{",
}
