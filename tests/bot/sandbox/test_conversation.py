"""People and a bot talk through the sandbox, the bot by a real client."""

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)

from bot.sandbox.errors import UnansweredError
from bot.sandbox.people import Person
from bot.sandbox.state import SandboxState
from tests.bot.sandbox.conftest import Serve

DONE = InlineKeyboardMarkup([[InlineKeyboardButton("Done", callback_data="done:1")]])
WHERE = ReplyKeyboardMarkup([[KeyboardButton("Share my place", request_location=True)]], one_time_keyboard=True)


async def echo(bot: Bot, update: Update) -> None:
    if update.effective_message and update.effective_message.text:
        await bot.send_message(update.effective_message.chat_id, f"You wrote {update.effective_message.text}")


async def test_answer_is_there_when_says_returns(serve: Serve, alice: Person) -> None:
    """Once says returns, the bot has handled the text and its answer is the last message."""
    serve(echo)

    await alice.says("hello")

    assert alice.last.text == "You wrote hello"


async def test_command_arrives_as_a_command(serve: Serve, alice: Person) -> None:
    """A leading /word carries a bot_command entity, so command filters see it."""
    seen: list[str] = []

    async def note(_: Bot, update: Update) -> None:
        assert update.message
        seen.extend(e.type for e in update.message.entities)

    serve(note)
    await alice.says("/why magnesium")

    assert seen == ["bot_command"]


async def test_a_tap_spins_until_it_is_answered(bot: Bot, alice: Person) -> None:
    """The button spins after the tap and shows the toast after the answer."""
    await bot.send_message(alice.id, "Stretch", reply_markup=DONE)
    tap = alice.tap("Done")
    assert alice.spinning

    await bot.answer_callback_query(tap.id, "Well done")

    assert (alice.spinning, tap.text, tap.show_alert) == (False, "Well done", False)


async def test_a_tap_reaches_the_bot_with_its_data(serve: Serve, bot: Bot, alice: Person) -> None:
    """The bot gets the callback data, may edit the message, and the person sees it edited."""

    async def finish(client: Bot, update: Update) -> None:
        query = update.callback_query
        assert query and query.message
        await query.answer(query.data, show_alert=True)
        await client.edit_message_text("Finished", alice.id, query.message.message_id)

    serve(finish)
    await bot.send_message(alice.id, "Stretch", reply_markup=DONE)
    tap = await alice.taps("Done")

    assert (
        tap.text,
        tap.show_alert,
        alice.last.text,
        alice.last.edited,
        alice.last.labels,
    ) == ("done:1", True, "Finished", True, [])


async def test_a_location_key_sends_the_place(serve: Serve, bot: Bot, alice: Person) -> None:
    """A reply keyboard is shown, its location key sends coordinates, and one_time hides it."""
    places: list[tuple[float, float]] = []

    async def note(_: Bot, update: Update) -> None:
        assert update.message and update.message.location
        places.append((update.message.location.latitude, update.message.location.longitude))

    serve(note)
    await bot.send_message(alice.id, "Where are you?", reply_markup=WHERE)
    assert alice.keyboard == [["Share my place"]]
    await alice.presses("Share my place", (52.52, 13.405))

    assert (places, alice.keyboard) == ([(52.52, 13.405)], [])


async def test_keyboard_can_be_removed(bot: Bot, alice: Person) -> None:
    """ReplyKeyboardRemove takes the keyboard away."""
    await bot.send_message(alice.id, "Where?", reply_markup=WHERE)
    await bot.send_message(alice.id, "Never mind", reply_markup=ReplyKeyboardRemove())

    assert alice.keyboard == []


async def test_everything_a_person_can_send_arrives(bot: Bot, alice: Person, picture: bytes) -> None:
    """Each kind of message parses in a real client."""
    alice.send_location(1.5, 2.5)
    alice.send_sticker("💪")
    alice.send_photo(picture, "my *leg*")
    alice.send_voice(3)
    alice.send_document(b"a,b", "diary.csv")
    alice.send_contact("+4930123")
    alice.edit(alice.messages[0], "edited")

    updates = await bot.get_updates()
    messages = [update.message for update in updates if update.message]
    kinds = ["location", "sticker", "photo", "voice", "document", "contact"]
    assert kinds == [kind for m, kind in zip(messages, kinds, strict=True) if getattr(m, kind)]
    assert updates[-1].edited_message
    assert updates[-1].edited_message.text == "edited"


async def test_block_and_unblock_are_told(bot: Bot, alice: Person) -> None:
    """Blocking and unblocking send my_chat_member with the old and the new status."""
    alice.block()
    alice.unblock()

    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_group_message_has_its_group(bot: Bot, state: SandboxState, alice: Person) -> None:
    """A text in a group arrives from its author with the group as chat, and can be answered there."""
    group = state.group("Runners", [alice])
    alice.write("/start@sandbox_bot", to=group)

    (update,) = await bot.get_updates()
    assert update.message and update.message.from_user
    assert ("group", "Runners", alice.id) == (
        update.message.chat.type,
        update.message.chat.title,
        update.message.from_user.id,
    )
    await update.message.reply_text("Hello all")
    assert group.messages[-1].text == "Hello all"


async def test_inline_query_gets_results(serve: Serve, alice: Person) -> None:
    """The results of an inline query are kept for the test to read."""

    async def answer(client: Bot, update: Update) -> None:
        assert update.inline_query
        title = update.inline_query.query
        await update.inline_query.answer([InlineQueryResultArticle("1", title, InputTextMessageContent("About it"))])

    serve(answer)
    ask = await alice.asks_inline("magnesium")

    assert [result["title"] for result in ask.results] == ["magnesium"]


async def test_receives_waits_for_what_comes_later(bot: Bot, state: SandboxState, alice: Person) -> None:
    """receives hands out each message once, in order."""
    await bot.send_message(alice.id, "one")
    await bot.send_message(alice.id, "two")
    await bot.send_message(alice.id, "three")

    first, second = await alice.receives(2)
    (third,) = await alice.receives()
    assert [first.text, second.text, third.text] == ["one", "two", "three"]


async def test_waiting_in_vain_says_for_what(state: SandboxState, alice: Person) -> None:
    """A bot that never answers ends in an error that names the update, not in a hang."""
    state.feed.patience = 0.01

    with pytest.raises(UnansweredError, match="did not confirm update"):
        await alice.says("anybody?")


async def test_a_missing_button_is_named(bot: Bot, alice: Person) -> None:
    """A label that is not on show fails with those that are."""
    await bot.send_message(alice.id, "Stretch", reply_markup=DONE)

    with pytest.raises(LookupError, match=r"no button 'Skip'; the chat shows \['Done'\]"):
        alice.tap("Skip")
