"""Take the pictures of pages that the documentation shows, from a running service.

The service has the two releases of the example list that `tests/support/release_pair.py` adds:

    PYTHONPATH=.:tests/support python tests/support/release_pair.py var /tmp/pictures
    ATLAS_HOME=/tmp/pictures atlas serve --port 8000
    python tools/docs_pictures.py http://localhost:8000
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize, sync_playwright

FOLDER: Final = Path(__file__).parents[1] / "docs"
SIZE: Final = ViewportSize(width=1280, height=800)
TABLE: Final = "동,상담 건수\n원곡동,120\n해양동,14\n초지동,60\n선부1동,41\n"
RELEASES: Final = "question=changed&register=example&kind=restaurant&scale=dong"
DONG: Final = "dong=4127354500&dong=4127153700"
# The picture, its address, and what is scrolled to the top of the window.
PICTURES: Final = (
    ("analyse-where", "/analyse?question=where&kind=restaurant&scale=hex&lang=en", ".finding"),
    ("analyse-unusual", "/analyse?question=unusual&kind=restaurant&lang=en", ".finding"),
    (
        "analyse-compare",
        "/analyse?question=compare&area=dong:4127354500,radius:126.7949,37.3292,300&lang=ko",
        ".finding",
    ),
    ("analyse-releases", f"/analyse?{RELEASES}&lang=en", ".finding"),
    ("plan-profile", f"/plan?{DONG}&lang=en", ".chooser"),
    ("plan-change", f"/plan?{DONG}&lang=en", "#then"),
)


def main(address: str) -> None:
    """Take all pictures."""
    names = ("chromium-headless-shell", "chromium")
    program = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        for name, path, top in PICTURES:
            page.goto(address + path)
            _take(page, name, top)
        page.goto(f"{address}/maps/join?lang=en")
        table = FilePayload(name="counsel.csv", mimeType="text/csv", buffer=TABLE.encode())
        page.locator("input[type=file]").set_input_files(table)
        page.locator("main form button[type=submit]").first.click()
        _take(page, "join", "h1")
        browser.close()


def _take(page: Page, name: str, top: str) -> None:
    """Save what the window shows as a small PNG."""
    page.wait_for_load_state("networkidle")
    page.locator(top).first.evaluate(
        "(one) => scrollTo(0, scrollY + one.getBoundingClientRect().top - 70)"  # the bar on top
    )
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as picture:
        picture.quantize(128).save(file, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
