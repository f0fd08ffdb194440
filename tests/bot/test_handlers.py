"""Handlers, tested by calling them: a Turn in, Replies out, nothing sent and nothing committed."""

from datetime import UTC, datetime

import pytest

from bot.dialogue import help, remind, start, why  # noqa: A004 - the /help room
from bot.dialogue.routes import COMMANDS, dispatch, understand
from bot.dialogue.turn import Command, House, Press, Redirect, Reply, Text, Turn, Unreadable
from bot.dialogue.words import words_for
from db.engine import Session, Sessions
from db.knowledge.loader import load as load_knowledge
from db.places.places import load as load_places
from db.users import ensure

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUSE = House(load_knowledge(), load_places(), "cramp_bot", COMMANDS)


async def _turn(session: Session, text: str = "", zone: str | None = "Europe/Berlin") -> Turn:
    user = await ensure(session, chat_id=1, language="en", now=NOW)
    user.zone = zone
    return Turn(user=user, session=session, now=NOW, words=words_for("en"), house=HOUSE, text=text)


def _text(reply: Reply) -> str:
    return str(reply.text)


async def test_a_picker_has_a_button_for_every_card(sessions: Sessions) -> None:
    """And each button carries the card's id, nothing else."""
    async with sessions() as session:
        reply = why.picker(await _turn(session))
    presses = [button.press for row in reply.buttons for button in row if button.press.action == "why"]

    assert [Press("why", (name,)) for name in HOUSE.knowledge.nutrients] == presses[: len(HOUSE.knowledge.nutrients)]


async def test_a_deep_link_is_a_redirect(sessions: Sessions) -> None:
    """As if the person had written the command."""
    async with sessions() as session:
        answer = await start.start(await _turn(session, "why_vitamin_d"))

    assert Redirect("/why vitamin d") == answer


async def test_a_reminder_is_echoed_and_waits_for_the_commit(sessions: Sessions) -> None:
    """The handler flushes; without a commit nothing stays."""
    async with sessions() as session:
        reply = await remind.remind(await _turn(session, "stretch 21:30"))
        assert isinstance(reply, Reply)
        assert "every day at 21:30" in _text(reply)
    async with sessions() as session:
        user = await ensure(session, chat_id=1, language="en", now=NOW)

        assert user.zone is None


@pytest.mark.parametrize(
    ("text", "incoming"),
    [
        ("/why magnesium", Command("why", "magnesium")),
        ("  /WHY@cramp_bot   magnesium \n", Command("why", "magnesium")),
        ("/why", Command("why")),
        ("/", Text("/")),
        ("why magnesium", Text("why magnesium")),
        ("", Text("")),
    ],
)
def test_a_messages_words_are_a_command_or_plain(text: str, incoming: Command | Text) -> None:
    """With or without the bot's name, in any case."""
    assert incoming == understand(text)


async def test_redirects_end(sessions: Sessions) -> None:
    """A forged button that says itself goes nowhere, quickly."""
    async with sessions() as session:
        replies = await dispatch(await _turn(session), Press("say", ("/start say",)))

    assert len(replies) <= 3


async def test_every_unreadable_kind_has_an_answer(sessions: Sessions) -> None:
    """A new kind cannot be forgotten."""
    async with sessions() as session:
        for what in Unreadable:
            reply = await help.unreadable(await _turn(session, what.value))
            assert isinstance(reply, Reply)
            assert reply.text or reply.toast
