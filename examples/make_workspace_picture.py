"""Make the docs' picture of the coding page, on one of the bundled papers: python examples/make_workspace_picture.py

Needs Chromium (Debian's package) and the dev extra.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "images" / "coding-light.png"
PAPER = "2024.findings-acl.424"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def univocal(*words: str | Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "univocal", *map(str, words)], check=True, stdout=subprocess.DEVNULL
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        papers, study = Path(folder) / "paper.jsonl", Path(folder) / "study"
        with gzip.open(ROOT / "examples" / "acl-alignment" / "acl-abstracts.jsonl.gz", "rt") as lines:
            papers.write_text(next(line for line in lines if PAPER in line))
        univocal("init", study, "--name", "Pilot study")
        univocal("import", papers, "--study", study)
        command = [sys.executable, "-m", "univocal", "serve", str(study), "--port", "0", "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                said = "".join(server.stdout.readline() for _ in range(3))
                link = re.search(r"http\S+/join\?token=\S+", said)
                take(link.group(0))
            finally:
                server.terminate()


def take(link: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page.goto(link)
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_role("button", name="Join").click()
        page.wait_for_selector("header .who")
        page.goto(link.partition("/join")[0] + "/code/1")
        page.get_by_role("region", name="Sense of a mention", exact=True).wait_for()
        for key in "1n1n":
            page.keyboard.press(key)
            page.wait_for_timeout(300)
        page.wait_for_timeout(700)
        page.screenshot(path=OUT)
        browser.close()


if __name__ == "__main__":
    main()
