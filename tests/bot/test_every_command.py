"""Every command once, on both databases, with words that make it read and write what it keeps."""

from bot.dialogue.routes import COMMANDS
from db import reminders, users
from tests.world import World

SAID = {
    "start": "/start",
    "help": "/help",
    "about": "/about",
    "privacy": "/privacy",
    "export": "/export",
    "delete": "/delete",
    "timezone": "/timezone Europe/Lisbon",
    "now": "/now",
    "why": "/why magnesium",
    "stretch": "/stretch",
    "foods": "/foods magnesium vegan",
    "check": "/check",
    "remind": "/remind stretch 21:30",
    "reminders": "/reminders",
    "next": "/next",
    "nudge": "/nudge food",
    "today": "/today",
    "workout": "/workout 45 run hot",
    "week": "/week",
    "settings": "/settings diet vegan",
    "setup": "/setup",
    "prevent": "/prevent",
    "doctor": "/doctor",
    "pause": "/pause 3d",
    "resume": "/resume",
    "cancel": "/cancel",
}


def test_no_command_is_missing() -> None:
    """Whoever adds a command adds what is said to it."""
    assert set(COMMANDS) == set(SAID)


async def test_every_command_is_answered_and_keeps_what_it_was_told(world: World) -> None:
    """In one conversation, one after the other; a nudge comes in the evening and is answered too."""
    alice = await world.settled("alice")
    answers: dict[str, str] = {}
    for name, text in SAID.items():
        before = len(alice.messages)
        await alice.says(text)
        answers[name] = "\n".join(message.text for message in alice.messages[before:] if message.from_bot)
    await world.passes(hours=12)
    await alice.taps("Done")
    async with world.app.sessions() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        kept = await reminders.of_user(session, user.id)

    assert [] == [name for name, answer in answers.items() if not answer or "Sorry" in answer]
    assert ("Europe/Lisbon", ["stretch"]) == (user.zone, [reminder.kind for reminder in kept])
    assert "Done" in alice.last.text
