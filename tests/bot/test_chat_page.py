"""A newcomer with a browser: the real bot behind the real chat page. Makes the README's picture on the way."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.bot.sandbox.browser import PHONE, chromium, page_at
from tests.world import world_on

pytestmark = pytest.mark.conversation

# `make picture` sets it to where README looks.
PICTURE = os.environ.get("PICTURE")


async def _say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def test_a_newcomer_asks_why_sets_a_reminder_and_sees_tomorrow_now(database: str, tmp_path: Path) -> None:
    """The whole main job, as a person would do it."""
    async with world_on(database) as world, chromium() as browser:
        alice = world.person("Alice")
        async with page_at(browser, f"{world.url}/#{alice.id}", dark=False, size=PHONE) as page:
            await page.get_by_role("button", name="Start", exact=True).click()
            await expect(page.get_by_role("log").get_by_text("Where are you?")).to_be_visible()
            await _say(page, "Lisbon")
            await page.get_by_role("button", name="Yes", exact=True).click()
            await _say(page, "/why magnesium")
            await expect(page.get_by_text("Does taking it help?")).to_be_visible()
            await _say(page, "/remind stretch 21:30")
            await expect(page.get_by_text("today 21:30 and tomorrow 21:30")).to_be_visible()
            await page.get_by_role("button", name="To the next nudge").click()
            await page.get_by_role("button", name="Done", exact=True).click()
            await expect(page.get_by_text("Done (today 21:30)")).to_be_visible()
            shot = await page.screenshot(path=PICTURE or tmp_path / "chat.png")

    assert len(shot) > 10_000


@pytest.mark.parametrize("dark", [True, False])
async def test_the_page_shows_the_menu_that_the_bot_set(database: str, dark: bool) -> None:
    """Commands come from the route table, by way of setMyCommands."""
    async with world_on(database) as world, chromium() as browser:
        alice = await world.settled("Alice")
        async with page_at(browser, f"{world.url}/#{alice.id}", dark=dark) as page:
            await page.get_by_role("textbox").fill("/re")
            await expect(page.get_by_text("Set a reminder", exact=True)).to_be_visible()
