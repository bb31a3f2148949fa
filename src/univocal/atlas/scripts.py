"""The page's scripts and styles as texts: our own, joined, and the vendored ones, checked."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache
from importlib.resources import files

from univocal.errors import UnivocalError

_ASSETS = files("univocal.atlas") / "assets"
#: One idea a file, in the order in which they are joined.
OURS = ("data.js", "filter.js", "table.js", "text.js", "paper.js", "charts.js", "keys.js", "start.js")
VENDORED = {
    "vega.min.js": "8f6a3587cf8d4f42c7e08120e3eb05d067e746d554e39d2dcf52acc0bd5ba28f",
    "vega-lite.min.js": "6d5035fdd429b4bc6f91f3754426c3f516f3dbd8e08b105cfc2496bed4ebd254",
    "vega-interpreter.js": "c0bdb735a63f9276f136e8d90d7fdf5d8e9df8031eb069048fc9975c876fd7f9",
}


def asset(name: str) -> str:
    """A file of the assets folder as text."""
    return (_ASSETS / name).read_text(encoding="utf-8")


@cache
def app() -> str:
    """Our own script: the files of assets/js in one strict function."""
    return '(() => {\n"use strict";\n' + "\n".join(asset(f"js/{name}") for name in OURS) + "})();\n"


@cache
def vega() -> str:
    """Vega, Vega-Lite and the expression interpreter, as one classic script.

    Raises:
        UnivocalError: a vendored file isn't the one whose hash is written down.
    """
    parts = {name: asset(f"vendor/{name}") for name in VENDORED}
    for name, digest in VENDORED.items():
        found = hashlib.sha256(parts[name].encode()).hexdigest()
        if found != digest:
            raise UnivocalError(
                f"assets/vendor/{name}: SHA-256 {found}, expected {digest}. Install univocal again."
            )
    interpreter = re.sub(
        r"^import (\{.*?\}) from 'vega-util';", r"const \1 = vega;", parts["vega-interpreter.js"], count=1
    )
    interpreter = interpreter.replace(
        "export { expression as expressionInterpreter };", "vega.expressionInterpreter = expression;"
    )
    joined = "\n".join((parts["vega.min.js"], parts["vega-lite.min.js"], f"(() => {{{interpreter}\n}})();\n"))
    return script_text(re.sub(r"^//# sourceMappingURL=.*$", "", joined, flags=re.MULTILINE))


def script_text(text: str) -> str:
    """A script that may stand inline in a page: it holds nothing that would end or nest its element.

    Raises:
        UnivocalError: it does.
    """
    if re.search(r"</script|<!--|<script", text, re.IGNORECASE):
        raise UnivocalError("a script holds '</script', '<script' or '<!--' and can't stand inline in a page")
    return text


def source_hash(script: str) -> str:
    """The source expression that lets this inline script, and no other, run under the page's policy."""
    return "'sha256-" + b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def policy(inline: list[str]) -> str:
    """The page's content security policy: only these inline scripts, data files beside the page, no network.

    ``file:`` stands beside ``'self'`` because pages opened from disk have no origin of their own.
    """
    hashes = " ".join(source_hash(script) for script in inline)
    return (
        f"default-src 'none'; script-src {hashes} 'self' file:; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
