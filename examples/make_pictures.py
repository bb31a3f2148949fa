"""Make the pictures of the docs from an atlas that lies in a folder: python examples/make_pictures.py atlas/

Needs Chromium (Debian's package) and the dev extra.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

OUT = Path(__file__).parents[1] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main(atlas: Path) -> None:
    page_address = (atlas / "index.html").resolve().as_uri()
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
            page.goto(page_address)
            page.wait_for_timeout(1500)
            page.screenshot(path=OUT / f"atlas-{scheme}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
