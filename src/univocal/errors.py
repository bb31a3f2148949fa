"""The tree of errors.

    UnivocalError                 anything that a user can mend; the CLI prints it and exits 2
    ├── InputError                something that was read is not as it should be
    │   ├── CodebookError         a codebook file; carries all of its faults
    │   └── PaperError            one paper or file; the run goes on without it
    ├── EvidenceError             a quote that is not in the text at the place it claims
    ├── CoderError                a coder that can't be had or can't code
    ├── StudyError                a study that can't be opened, or something that it doesn't allow
    └── MissingExtraError         an optional library is not installed

A message says where, what, what was expected and the next step.
"""

from __future__ import annotations

from collections.abc import Iterable


class UnivocalError(Exception):
    """Anything that a user can mend."""


class InputError(UnivocalError):
    r"""Something that was read is not as it should be; ``faults`` holds every message.

    >>> str(InputError(["a.toml: id: missing", "a.toml: version: expected text"]))
    'a.toml: id: missing\na.toml: version: expected text'
    """

    def __init__(self, faults: str | Iterable[str]) -> None:
        self.faults: tuple[str, ...] = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[str, ...]]]:
        """Errors cross process borders whole."""
        return (type(self), (self.faults,))


class CodebookError(InputError):
    """A codebook file has faults; all of them are told at once."""


class PaperError(InputError):
    """One paper or one file can't be read; the others can."""


class EvidenceError(UnivocalError):
    """A quote is not in the text at the place that it claims."""


class CoderError(UnivocalError):
    """A coder can't be had, or can't code."""


class StudyError(UnivocalError):
    """A study can't be opened, or it doesn't allow what was asked."""


class MissingExtraError(UnivocalError):
    """An optional library is not installed.

    >>> str(MissingExtraError("The TF-IDF baseline", "train"))
    "The TF-IDF baseline needs an extra: pip install 'univocal[train]'"
    """

    def __init__(self, what: str, extra: str) -> None:
        self.what, self.extra = what, extra
        super().__init__(f"{what} needs an extra: pip install 'univocal[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        """Errors cross process borders whole."""
        return (type(self), (self.what, self.extra))
