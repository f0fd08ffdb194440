"""The chat page in a real browser."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)

from bot.sandbox.people import Person
from tests.bot.sandbox.browser import chromium, page_at
from tests.bot.sandbox.conftest import START, Running, Serve


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as installed:
        yield installed


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, running: Running, alice: Person, clock_control: None) -> AsyncIterator[Page]:
    async with page_at(browser, f"{running.url}/#{alice.id}") as opened:
        await expect(opened.locator("#bot-name")).to_have_text("Sandbox bot")
        yield opened


@pytest.fixture
def clock_control(running: Running) -> None:
    running.state.control = running.clock


def keys(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(rows)


async def test_start_button_greets_the_bot(page: Page, bot: Bot) -> None:
    """An empty chat offers Start, which sends /start and shows the composer."""
    await page.get_by_role("button", name="Start", exact=True).click()

    await expect(page.locator(".message.out .text")).to_contain_text("/start")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message
    assert update.message.text == "/start"


async def test_words_go_both_ways(page: Page, serve: Serve, bot: Bot, alice: Person) -> None:
    """What is typed reaches the bot; its formatted answer appears as elements, not as markup."""

    async def answer(client: Bot, _: Update) -> None:
        await client.send_message(alice.id, "So <b>bold</b> & <i>it</i>".replace("&", "&amp;"), "HTML")

    serve(answer)
    await bot.send_message(alice.id, "Hello")
    await page.get_by_label("Message", exact=True).fill("one\ntwo")
    await page.keyboard.press("Enter")

    await expect(page.locator(".message.in strong")).to_have_text("bold")
    await expect(page.locator(".message.out .text")).to_contain_text("one\ntwo")


async def test_markup_in_a_text_stays_text(page: Page, bot: Bot, alice: Person) -> None:
    """A text that looks like HTML is shown as it is and runs nothing."""
    await bot.send_message(alice.id, "<img src=x onerror=alert(1)>")

    await expect(page.locator(".message .text")).to_contain_text("<img src=x onerror=alert(1)>")
    assert await page.locator(".message img").count() == 0


async def test_an_inline_button_spins_then_toasts_and_edits(page: Page, bot: Bot, alice: Person) -> None:
    """The tapped button is busy until the answer; the toast shows; the message is edited in place."""
    message = await bot.send_message(
        alice.id, "Stretch", reply_markup=keys([InlineKeyboardButton("Done", callback_data="d")])
    )
    button = page.get_by_role("button", name="Done")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    (update,) = await bot.get_updates(timeout=5)
    assert update.callback_query
    await update.callback_query.answer("Well done")
    await expect(page.locator("#toast")).to_have_text("Well done")
    await bot.edit_message_text("Finished", alice.id, message.message_id)

    await expect(page.locator(".message .text")).to_contain_text("Finished")
    await expect(page.locator(".message .stamp")).to_contain_text("edited")
    await expect(button).to_have_count(0)


async def test_an_alert_has_to_be_dismissed(page: Page, bot: Bot, alice: Person) -> None:
    """show_alert opens a dialog that closes with OK."""
    await bot.send_message(alice.id, "Stretch", reply_markup=keys([InlineKeyboardButton("Why", callback_data="w")]))
    await page.get_by_role("button", name="Why").click()
    (update,) = await bot.get_updates(timeout=5)
    assert update.callback_query
    await update.callback_query.answer("Because", show_alert=True)

    await expect(page.get_by_role("dialog")).to_contain_text("Because")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_location_key_asks_for_a_place(page: Page, bot: Bot, alice: Person) -> None:
    """The location key opens the place form; a city's coordinates go to the bot."""
    board = ReplyKeyboardMarkup([[KeyboardButton("My place", request_location=True)]])
    await bot.send_message(alice.id, "Where?", reply_markup=board)
    await page.get_by_role("button", name="My place").click()
    await page.get_by_role("button", name="Tokyo").click()
    await page.get_by_role("button", name="Send this place").click()

    (update,) = await bot.get_updates(timeout=5)
    assert update.message and update.message.location
    assert update.message.location.latitude == 35.69


async def test_slash_offers_the_commands(page: Page, bot: Bot, alice: Person) -> None:
    """Typing / lists the bot's commands; arrows and Enter send one."""
    await bot.set_my_commands([("why", "What is known"), ("remind", "Set a reminder")])
    await bot.send_message(alice.id, "Hello")
    await page.get_by_label("Message", exact=True).press_sequentially("/r")
    await expect(page.get_by_role("option")).to_have_text("/remindSet a reminder")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(page.locator(".message.out .text")).to_contain_text("/remind")


async def test_history_survives_a_reload(page: Page, bot: Bot, alice: Person, picture: bytes) -> None:
    """After a reload texts, pictures and files are all there again, in order."""
    await bot.send_message(alice.id, "one")
    await bot.send_photo(alice.id, picture, "two")
    await bot.send_document(alice.id, b"x", filename="three.csv")
    await page.reload()

    await expect(page.locator(".message")).to_have_count(3)
    await expect(page.locator(".message .bubble").nth(2)).to_contain_text("three.csv")
    assert await page.locator(".photo img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 3


async def test_a_document_is_a_bubble_that_can_be_kept(page: Page, bot: Bot, alice: Person) -> None:
    """Its name and size, the caption below, and a link that brings the file under its name."""
    await bot.send_document(alice.id, b"x" * 2048, filename="all-data.zip", caption="All of it")
    bubble = page.locator(".message.in .bubble")
    async with page.expect_download() as download:
        await bubble.get_by_role("link").click()
    brought = await download.value

    await expect(bubble).to_contain_text("all-data.zip")
    await expect(bubble).to_contain_text("2 kB")
    await expect(bubble.locator(".text")).to_contain_text("All of it")
    assert "all-data.zip" == brought.suggested_filename
    assert b"x" * 2048 == (await brought.path()).read_bytes()


async def test_deep_link_becomes_start_with_its_payload(page: Page, bot: Bot, alice: Person) -> None:
    """A tap on a t.me link to this bot sends /start with the payload and opens nothing."""
    await bot.send_message(alice.id, '<a href="https://t.me/sandbox_bot?start=why_salt">Why salt</a>', "HTML")
    await page.get_by_role("link", name="Why salt").click()

    await expect(page.locator(".message.out .text")).to_contain_text("/start why_salt")


async def test_clock_moves_by_a_button(page: Page, running: Running) -> None:
    """+1 h moves the bot's clock by an hour and the page shows the new time."""
    await page.get_by_role("button", name="+1 h").click()

    await expect(page.locator("#clock-now")).to_contain_text("10:00")  # 09:00 UTC in Berlin
    assert (running.clock.now() - START).total_seconds() == 3600


async def test_nothing_planned_is_said_and_is_no_error(page: Page) -> None:
    """A toast under the header says what to try; the console stays clean."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    await page.get_by_role("button", name="To the next nudge").click()
    toast = page.get_by_role("status")
    await expect(toast).to_have_text("Nothing is planned yet. Try /remind stretch 21:30")
    shown, header = await toast.bounding_box(), await page.locator("header").bounding_box()

    assert shown is not None
    assert header is not None
    assert 0 <= shown["y"] - header["y"] - header["height"] <= 20
    assert said == []


async def test_a_nudge_for_somebody_else_is_named(page: Page, bot: Bot, running: Running, alice: Person) -> None:
    """The chat on view shows nothing new then; a nudge for it needs no words."""
    bob = running.state.person("Bob", opened=True)
    receivers = [bob.id, alice.id]

    async def nudge(to: datetime) -> None:
        running.clock.instant = to
        await bot.send_message(receivers.pop(0), "Stretch")

    running.clock.due = START + timedelta(hours=1)
    running.clock.advance = nudge  # type: ignore[method-assign]
    await page.get_by_role("button", name="To the next nudge").click()
    await expect(page.get_by_role("status")).to_have_text("The clock moved to a nudge for Bob")
    await expect(page.get_by_role("status")).to_be_hidden()
    running.clock.due = START + timedelta(hours=2)
    await page.get_by_role("button", name="To the next nudge").click()
    await expect(page.locator(".message")).to_have_count(1)

    await expect(page.get_by_role("status")).to_be_hidden()


async def test_the_clock_says_whose_time_it_shows(page: Page) -> None:
    """The bot knows each person's zone; the strip shows the computer's."""
    await expect(page.locator("#clock .now")).to_contain_text("your computer's time")
    await expect(page.locator("#clock .now")).to_have_attribute("title", re.compile("Europe/Berlin"))


async def test_a_long_placeholder_leaves_the_composer_one_line_tall(page: Page, bot: Bot, alice: Person) -> None:
    """Before and after it is gone."""
    await bot.send_message(alice.id, "Hello")
    box = page.get_by_label("Message", exact=True)
    await expect(box).to_be_visible()
    low = await box.evaluate("box => box.clientHeight")
    long = ReplyKeyboardMarkup([["A"]], input_field_placeholder="Your city or the time it is now, as in Lisbon")
    await bot.send_message(alice.id, "Where?", reply_markup=long)
    await expect(box).to_have_attribute("placeholder", re.compile("Your city"))
    await box.fill("Lisbon")
    await box.fill("")
    during = await box.evaluate("box => box.clientHeight")
    await bot.send_message(alice.id, "Thanks", reply_markup=ReplyKeyboardRemove())
    await expect(box).to_have_attribute("placeholder", "Message")

    assert low == during == await box.evaluate("box => box.clientHeight")


@pytest.mark.parametrize("edited", [False, True])
async def test_a_message_taller_than_the_view_is_read_from_its_top(
    page: Page, bot: Bot, alice: Person, edited: bool
) -> None:
    """New, or grown in place by a tap on its button."""
    for number in range(12):
        await bot.send_message(alice.id, f"Line {number}")
    long = "The headline\n" + "and more\n" * 80
    last = await bot.send_message(alice.id, "Short" if edited else long)
    if edited:
        await bot.edit_message_text(long, alice.id, last.message_id)
    newest = page.locator(".message").last
    await expect(newest).to_contain_text("The headline")
    top = await newest.evaluate(
        "node => node.getBoundingClientRect().top - document.querySelector('#scroll').getBoundingClientRect().top"
    )

    assert 0 <= top < 60


async def test_an_edited_message_further_up_stays_where_it_is(page: Page, bot: Bot, alice: Person) -> None:
    """A section that opens does not scroll the chat away from its headline."""
    for _ in range(3):
        await bot.send_message(alice.id, "Line\n" * 15)
    card = await bot.send_message(alice.id, "A card\n" + "words\n" * 10)
    for _ in range(3):
        await bot.send_message(alice.id, "Line\n" * 15)
    shown = page.locator(f".message[data-id='{card.message_id}']")
    await expect(page.locator(".message")).to_have_count(7)
    await shown.evaluate("node => node.scrollIntoView()")
    before = await shown.bounding_box()
    await bot.edit_message_text("A section\n" + "words\n" * 60, alice.id, card.message_id)
    await expect(shown).to_contain_text("A section")
    after = await shown.bounding_box()

    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 1


async def test_whoever_adds_a_person_learns_that_the_texts_are_english(page: Page) -> None:
    """The language is the person's, not yet the texts'."""
    await page.get_by_role("button", name="Add a person").click()

    await expect(page.get_by_role("dialog")).to_contain_text("texts are in English for now")


async def test_another_person_has_another_chat(page: Page, bot: Bot, running: Running, alice: Person) -> None:
    """A person added in the page has an empty chat and a language of their own."""
    await bot.send_message(alice.id, "Hello Alice")
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("First name").fill("Bob")
    await page.get_by_label("Language").select_option("de")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator("#people [aria-current]")).to_contain_text("Bob")

    await expect(page.locator(".message")).to_have_count(0)
    assert list(running.state.people.values())[-1].user["language_code"] == "de"


async def test_a_lost_server_is_noticed_and_found_again(page: Page, running: Running, bot: Bot, alice: Person) -> None:
    """When the server goes away a banner says so; when it is back the chat is up to date."""
    port = int(running.url.rsplit(":", 1)[1])
    await running.sandbox.stop()
    await expect(page.locator("#offline")).to_be_visible()
    await running.sandbox.start(port)
    await bot.send_message(alice.id, "Back again")

    await expect(page.locator("#offline")).to_be_hidden()
    await expect(page.locator(".message .text")).to_contain_text("Back again")


async def test_blocking_replaces_the_composer(page: Page, bot: Bot, alice: Person) -> None:
    """A person who blocked the bot sees Restart, which takes the bot back."""
    await bot.send_message(alice.id, "Hello")
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Block the bot").click()
    await page.get_by_role("button", name="Restart").click()

    await expect(page.get_by_label("Message", exact=True)).to_be_visible()
    await expect(page.locator(".message.out .text")).to_contain_text("/start")


async def test_nothing_overflows_a_small_phone(page: Page, bot: Bot, alice: Person) -> None:
    """Long words, many buttons and right-to-left text stay within 360 pixels."""
    await page.set_viewport_size({"width": 360, "height": 640})
    row = [InlineKeyboardButton(f"Button number {n}", callback_data=str(n)) for n in range(8)]
    await bot.send_message(alice.id, "unbroken" * 60, reply_markup=keys(row, row[:3]))
    await bot.send_message(alice.id, "تذكير التمدد محفوظ الساعة 21:30")

    await expect(page.locator(".message")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth <= 360")
    assert await page.evaluate("scroll => scroll.scrollWidth <= 360", await page.query_selector("#scroll"))


async def test_an_inline_result_is_chosen_from_a_list(page: Page, bot: Bot, alice: Person) -> None:
    """Calling the bot by name lists its results; the chosen one is said."""
    await bot.send_message(alice.id, "Hello")
    await page.get_by_label("Message", exact=True).fill("@sandbox_bot salt")
    await page.keyboard.press("Enter")
    (update,) = await bot.get_updates(timeout=5)
    assert update.inline_query
    text = InputTextMessageContent("<b>Salt</b> answer", "HTML")
    await update.inline_query.answer([InlineQueryResultArticle("1", "About salt", text)])
    await page.get_by_role("option", name="About salt").click()

    await expect(page.locator(".message.out strong")).to_have_text("Salt")
    assert alice.messages[-1].html == "<b>Salt</b> answer"


async def test_a_message_elsewhere_is_counted(page: Page, bot: Bot, running: Running) -> None:
    """A message to another person shows on their name until their chat is opened."""
    bob = running.state.person("Bob", opened=True)
    await bot.send_message(bob.id, "Hello Bob")
    badge = page.locator("#people .badge")
    await expect(badge).to_have_text("1")
    await page.get_by_role("button", name="Bob").click()

    await expect(page.locator(".message .text")).to_contain_text("Hello Bob")
    await expect(badge).to_have_count(0)


async def test_own_text_can_be_edited_from_the_keyboard(page: Page, bot: Bot, alice: Person) -> None:
    """Arrow up in the empty field edits the last own message."""
    alice.write("/start")
    alice.write("helo")
    await expect(page.locator(".message.out .text").last).to_contain_text("helo")
    await page.get_by_label("Message", exact=True).press("ArrowUp")
    await page.get_by_label("Message", exact=True).fill("hello")
    await page.keyboard.press("Enter")

    await expect(page.locator(".message.out .text").last).to_contain_text("hello")
    assert alice.messages[-1].text == "hello"
    assert alice.messages[-1].edited


async def test_a_forced_reply_quotes_the_question(page: Page, bot: Bot, alice: Person) -> None:
    """ForceReply makes the next text a reply to the bot's question."""
    await bot.send_message(alice.id, "Which city?", reply_markup=ForceReply())
    await expect(page.locator("#context")).to_contain_text("Reply to: Which city?")
    await page.get_by_label("Message", exact=True).fill("Berlin")
    await page.keyboard.press("Enter")

    await expect(page.locator(".message.out .quoted")).to_have_text("Which city?")


async def test_theme_is_switched_and_kept(page: Page) -> None:
    """The toggle turns a dark page light, also after a reload."""
    await page.get_by_role("button", name="Switch between dark and light").click()
    await page.reload()

    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def test_without_control_the_clock_cannot_be_moved(browser: Browser, running: Running, alice: Person) -> None:
    """Where the bot keeps its own time the buttons are off, and the page says why."""
    async with page_at(browser, f"{running.url}/#{alice.id}") as page:
        await expect(page.locator("#clock-hint")).to_contain_text("The clock moves only when")
        await expect(page.get_by_role("button", name="+1 day")).to_be_disabled()


async def test_a_first_visitor_gets_a_person(browser: Browser, running: Running) -> None:
    """A sandbox with nobody in it makes a person in the browser's language."""
    async with page_at(browser, running.url) as page:
        await expect(page.locator("#people [aria-current]")).to_contain_text("You")

    assert [(person.name, person.user["language_code"]) for person in running.state.people.values()] == [("You", "en")]


async def test_every_control_has_a_name(page: Page, bot: Bot, alice: Person) -> None:
    """No button, field or picture is without words for a screen reader."""
    await bot.send_message(alice.id, "Hello", reply_markup=keys([InlineKeyboardButton("A", callback_data="a")]))
    await expect(page.get_by_role("button", name="A", exact=True)).to_be_visible()

    nameless = await page.evaluate(
        """[...document.querySelectorAll("button, textarea, input:not([hidden]), select, [role=listbox]")]
            .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []
