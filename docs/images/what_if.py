"""Takes a picture of the what-if page after a run: python docs/images/what_if.py ADDRESS FILE.

Needs playwright and chromium.
"""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import sync_playwright

CHANGES = {"design.promises.small_shops.lead_time_days": "4"}
PATIENCE = 180_000
"""Milliseconds."""


def take(address: str, file: str) -> None:
    """Change a promise, press Run, and photograph base and what-if side by side."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        page = browser.new_page(viewport={"width": 1240, "height": 980})
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.wait_for_selector(".cells")
        for path, value in CHANGES.items():
            cell = page.locator(f'.cells [name="{path}"]')
            cell.fill(value)
            cell.press("Tab")
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_text("Open the report").first.wait_for()
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    take(*sys.argv[1:])
