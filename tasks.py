#!/usr/bin/env python3
"""Every verb of the project, on a machine with nothing but Python 3.11 and pip. CI calls the same words.

python3 tasks.py demo        set up and write atlas/ from the bundled example
python3 tasks.py test        set up and pass the tests (lint, types, contracts, tests)
python3 tasks.py help        all verbs
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
EXAMPLE = "examples/acl-alignment"


def call(*words: str | Path, check: bool = True) -> int:
    line = [str(word) for word in words]
    print("$ " + " ".join(line), file=sys.stderr, flush=True)
    status = subprocess.run(line, cwd=ROOT, check=False).returncode
    if check and status:
        sys.exit(status)
    return status


def set_up(extra: str = "") -> None:
    """A virtual environment in .venv with this project and the extra, made or brought up to date."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs before anything checked the version
        sys.exit(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: python3.11 tasks.py …"
        )
    if not (BIN / "python").exists():
        # --without-pip: Debian keeps ensurepip in a package of its own, and pip can install into any Python
        call(sys.executable, "-m", "venv", "--without-pip", VENV)
    stamp = VENV / f"installed{extra}"
    if stamp.exists() and stamp.stat().st_mtime > (ROOT / "pyproject.toml").stat().st_mtime:
        return
    call(sys.executable, "-m", "pip", "--python", BIN / "python", "install", "--quiet", "-e", f".{extra}")
    stamp.touch()


def demo(*words: str) -> None:
    """Set up, then make atlas/ from the bundled papers."""
    set_up()
    call(BIN / "univocal", "atlas", EXAMPLE, "-o", "atlas/", *words)


def test(*words: str) -> None:
    """Set up, then lint, types, contracts, and the tests and doctests of the default tier."""
    set_up("[dev]")
    lint()
    pytest(*words)


def lint() -> None:
    """Ruff, formatting, strict types, import contracts."""
    set_up("[dev]")
    call(BIN / "ruff", "check", ".")
    call(BIN / "ruff", "format", "--check", ".")
    call(BIN / "mypy")
    call(BIN / "lint-imports")


def pytest(*words: str) -> None:
    """The default tier of tests, with pytest's own options."""
    set_up("[dev]")
    call(BIN / "pytest", *(words or ("-n", "2")))


def browser(*words: str) -> None:
    """Tests of the pages in Chromium (Debian's package chromium)."""
    set_up("[dev]")
    call(BIN / "pytest", "-m", "browser", *words)


def slow(*words: str) -> None:
    """Simulations, coverage of intervals, scale, clusters."""
    set_up("[dev,ray]")
    call(BIN / "pytest", "-m", "slow and not browser", *words)


def bench(*words: str) -> None:
    """The benchmarks; those of reading run where a folder of JSON Lines shards is the argument."""
    set_up("[dev]")
    call(BIN / "python", "benchmarks/run.py", *words)


def ci() -> None:
    """What CI runs: every tier that guards the main job."""
    test()
    browser()
    slow()


def clean() -> None:
    """Remove what the verbs made."""
    for folder in (VENV, ROOT / "atlas", ROOT / "dist"):
        shutil.rmtree(folder, ignore_errors=True)


def show_help() -> None:
    """This list."""
    print(__doc__)
    for name, verb in VERBS.items():
        print(f"    {name:<10} {(verb.__doc__ or '').splitlines()[0]}")


VERBS: dict[str, Callable[..., None]] = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "pytest": pytest,
    "browser": browser,
    "slow": slow,
    "bench": bench,
    "ci": ci,
    "clean": clean,
    "help": show_help,
}


def main() -> None:
    name, *words = sys.argv[1:] or ["help"]
    if name not in VERBS:
        sys.exit(f"tasks.py: no verb {name!r}. Verbs: {', '.join(VERBS)}")
    os.environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    VERBS[name](*words)


if __name__ == "__main__":
    main()
