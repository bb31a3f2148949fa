"""How long until a long paper with many spans can be coded in Chromium?"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from workspace_runs.processes import served
from workspace_runs.studies import COOKIE, Login

#: The text with all of its evidence is drawn, and the answers stand beside it.
_READY = "n => document.querySelectorAll('.paper-text span.evidence').length >= n && !!document.querySelector('.variable')"


def opens(folder: Path, login: Login, *, spans: int) -> list[float]:
    """Milliseconds from the navigation until text, spans and variables stand there and are painted; each in a new page."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    taken = []
    with served(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context()
        address = f"http://127.0.0.1:{server.port}"
        context.add_cookies([{"name": COOKIE, "value": login.cookie, "url": address}])
        for _ in range(6):
            page = context.new_page()
            began = time.perf_counter()
            page.goto(f"{address}/code/1", wait_until="commit")
            page.wait_for_function(_READY, arg=spans, polling="raf")
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            taken.append(1000 * (time.perf_counter() - began))
            page.close()
        browser.close()
    return taken
