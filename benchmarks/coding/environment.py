"""The environment of the peers, which is never this package's own."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

LISTED = Path(__file__).parents[1] / "peers.txt"


def folder() -> Path:
    """In the user's cache, of a name that changes with peers.txt."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "univocal"
    return cache / f"peers-{hashlib.sha256(LISTED.read_bytes()).hexdigest()[:12]}"


def peers_python() -> str:
    """The interpreter of an environment with peers.txt in it; made at the first run."""
    made = folder()
    python, ready = made / "bin" / "python", made / "ready"
    if ready.exists():
        return str(python)
    if sys.version_info >= (3, 13):
        raise SystemExit("irrCAC needs Python 3.12 or older: pass --peers PYTHON, one that has peers.txt")
    print(f"installing the packages of {LISTED.name} in {made}", file=sys.stderr)
    # --without-pip: Debian keeps ensurepip in a package of its own, and pip can install into any Python
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--clear", str(made)], check=True)
    pip = [_with_pip(), "-m", "pip", "--python", str(python), "install", "-q", "-r", str(LISTED)]
    if subprocess.run(pip, check=False).returncode:
        raise SystemExit(f"peers.txt can't be installed: pass --peers PYTHON, one that has it, or see {made}")
    ready.touch()
    return str(python)


def _with_pip() -> str:
    """This interpreter, or the one below its environment: an environment needn't have pip."""
    for python in (sys.executable, str(Path(sys.base_prefix) / "bin" / "python3")):
        words = [python, "-m", "pip", "--version"]
        if not subprocess.run(words, check=False, capture_output=True).returncode:
            return python
    raise SystemExit("pip is needed to install peers.txt: pass --peers PYTHON, one that has it")
