"""A real browser for tests of pages: `async with chromium() as browser`."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
# How long a page may take to show something, in milliseconds: longer than a busy machine needs.
_PATIENCE = 20_000
expect.set_options(timeout=_PATIENCE)
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The installed Chromium. Skips the test where there is none, fails it under REQUIRE_BROWSER=1."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, but no Chromium is installed")
        pytest.skip("no Chromium is installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def page_at(
    browser: Browser, url: str, *, dark: bool = True, size: dict[str, int] | None = None
) -> AsyncIterator[Page]:
    """A fresh page at `url`; leaving it fails the test when the page logged an error."""
    width, height = (size or PHONE)["width"], (size or PHONE)["height"]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(_PATIENCE)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    await page.goto(url)
    yield page
    await context.close()
    assert errors == []
