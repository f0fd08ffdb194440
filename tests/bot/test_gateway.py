"""Between Telegram and the dialogues: groups, strange messages, repeats, blocks, and Telegram's faults."""

import base64
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from telegram import Chat, Message, Update, User

from bot.dialogue.routes import COMMANDS
from bot.dialogue.turn import House
from bot.gateway.inbound import Inbound
from bot.gateway.introduce import introduce
from bot.gateway.outbound import Outbound
from bot.metrics import Metrics
from bot.roles import Role
from bot.sandbox.faults import FaultKind
from bot.sandbox.people import Person
from bot.vitals import Vitals
from db.knowledge.loader import load as load_knowledge
from db.places.places import load as load_places
from jobs.budget import Budget
from jobs.courtesy import Courtesy
from tests.world import MONDAY_NOON, World, world_on

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


@pytest.mark.parametrize(
    ("send", "words"),
    [
        (lambda p: p.sends_sticker(), "Nice sticker!"),
        (lambda p: p.sends_photo(PIXEL), "I can't look at pictures"),
        (lambda p: p.sends_voice(), "I can't listen"),
        (lambda p: p.sends_document(b"x"), "I can't open files"),
        (lambda p: p.shares_contact(), "only words"),
    ],
)
async def test_what_is_no_text_gets_a_kind_pointer(
    world: World, send: Callable[[Person], Awaitable[int]], words: str
) -> None:
    """Nobody is left without an answer."""
    charlie = world.person("Charlie")
    await send(charlie)

    assert words in charlie.last.text


async def test_help_lists_every_command_and_the_menu_has_them_all(world: World) -> None:
    """Both are derived from the route table, and Telegram was told at the start."""
    charlie = world.person("Charlie")
    await charlie.says("/help")

    for name in COMMANDS:
        assert f"/{name} — " in charlie.last.text
    assert list(COMMANDS) == [command["command"] for command in world.state.profile.commands_for(charlie.id, "en")]


async def test_an_unknown_command_is_asked_back(world: World) -> None:
    """Close to one there is, or not."""
    charlie = world.person("Charlie")
    await charlie.says("/remin")
    close = charlie.last.labels
    await charlie.says("/xyzzy")

    assert close == ["/remind"]
    assert "I don't know that command." in charlie.last.text


@pytest.mark.parametrize("text", ["hello", "/", "🦵" * 2000, "<b>&amp;</b>\u202e\u200b", "\x00", "a" * 4096])
async def test_any_text_gets_an_answer(world: World, text: str) -> None:
    """Long, odd, or empty of meaning."""
    charlie = world.person("Charlie")
    await charlie.says(text)

    assert "I am not sure what you mean." in charlie.last.text


async def test_stretch_with_a_time_but_no_command_shows_how(world: World) -> None:
    """The wish is clear, the way is shown."""
    charlie = world.person("Charlie")
    await charlie.says("please stretch at 9")

    assert "/remind stretch 21:30" in charlie.last.text


async def test_a_button_of_another_version_is_answered(world: World) -> None:
    """Old messages outlive old code."""
    charlie = world.person("Charlie")
    await charlie.says("/help")
    for data in ("0:why:b6", "1:nonsense:x", "", ":::", "why"):
        tap = await world.forges(charlie, data)
        assert tap.text == "This button is from an older message and no longer works."


async def test_a_group_is_told_once_that_the_bot_talks_in_private(world: World) -> None:
    """And then never again, whoever writes what."""
    alice, bob = world.person("Alice"), world.person("Bob")
    group = world.state.group("Runners")
    await alice.says("/why magnesium", to=group)
    await bob.says("/start", to=group)
    await alice.says("hello", to=group)
    said = [message.text for message in group.messages if message.from_bot]

    assert len(said) == 1
    assert "I talk in private only" in said[0]
    assert "https://t.me/" in said[0]


async def test_a_command_for_another_bot_is_not_ours(world: World) -> None:
    """Neither in private nor in a group; our own name counts in any case of its letters."""
    alice = world.person("Alice")
    group = world.state.group("Runners")
    await alice.says("/start@other_bot")
    await alice.says("/start@other_bot now", to=group)
    silent = [message for message in (*alice.messages, *group.messages) if message.from_bot]
    await alice.says(f"/why@{world.app.bot.username.upper()} b6")

    assert [] == silent
    assert alice.last.text.startswith("Vitamin B6")


async def test_a_tap_outside_a_private_chat_stops_spinning(world: World) -> None:
    """Nothing else happens: what the buttons say is between two."""
    alice = world.person("Alice")
    group = world.state.group("Runners")
    await alice.says("hello", to=group)
    told = group.messages[-1]
    tap = alice.tap_data(group.chat.history[told.id], "1:why:b6", group.chat)
    await world.state.handled(tap.update_id)

    assert tap.answered
    assert told.id == group.messages[-1].id


async def test_a_venue_is_no_place_where_someone_is(world: World) -> None:
    """A restaurant in Tokyo that alice shares leaves her time zone as it was."""
    alice = await world.settled("Alice")
    tokyo = {"latitude": 35.7, "longitude": 139.7}
    wire = {"message_id": 900, "date": 1772452800, "chat": alice.chat.wire, "from": alice.user, "location": tokyo}
    venue = {"location": tokyo, "title": "Noodles", "address": "Somewhere"}
    await world.state.handled(world.state.raw_update({"message": {**wire, "venue": venue}}))
    answer = alice.last.text
    await alice.says("/timezone")

    assert "only words" in answer
    assert "Tokyo" not in alice.last.text


@pytest.mark.parametrize("language", ["de\x00", "\x00", "'; --", "x" * 100])
async def test_any_language_code_is_endured(world: World, language: str) -> None:
    """It comes from outside like everything else."""
    charlie = world.person("Charlie", language=language)
    await charlie.says("/why b6")

    assert charlie.last.text.startswith("Vitamin B6")


async def test_what_fell_due_while_down_outlives_a_change_of_zone(database: str) -> None:
    """Alice's first message after an outage moves her to Tokyo; the nudge she was promised still comes."""
    async with world_on(database) as world:
        alice = await world.settled("Alice")
        await alice.says("/remind stretch 21:30")
    async with world_on(database, start=MONDAY_NOON + timedelta(hours=9)) as world:
        alice = world.person("Alice")
        await alice.says("/timezone Tokyo")
        await world.app.tick()
        nudges = [message for message in alice.messages if message.from_bot and "Done" in message.labels]

    assert 1 == len(nudges)


async def test_a_repeated_update_is_handled_once(database: str) -> None:
    """After a crash Telegram repeats what was not confirmed; alice gets one reminder."""
    async with world_on(database) as world:
        alice = await world.settled("Alice")
        first = await alice.says("/remind stretch in 10 minutes")
    async with world_on(database) as world:  # a sandbox that starts at the same instant counts from the same number
        alice = await world.settled("Alice")
        again = await alice.says("/remind stretch in 10 minutes")
        silent = [message for message in alice.messages if message.from_bot]
        await alice.says("/reminders")

    assert first == again
    assert silent == []
    assert alice.last.labels == ["1. 🦵 once, today 13:10"]


async def test_who_blocks_the_bot_is_left_alone_and_welcomed_back(world: World) -> None:
    """Reminders sleep, and wake when the block ends."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.blocks()
    await world.passes(days=2)
    calls = [call for call in world.state.calls if call.method == "sendMessage" and call.outcome == 403]
    await alice.unblocks()
    await world.passes(days=1)

    assert calls == []
    assert alice.last.text.startswith("🦵 Stretch")


async def test_a_block_that_telegram_repeats_after_its_end_is_over(world: World) -> None:
    """Another process may get it once more, when she is back already."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    blocked = alice.block()
    update = world.app.bot.read(world.state.updates.pending[blocked])
    assert update is not None
    await world.state.handled(blocked)
    await alice.unblocks()
    await _inbound(world, Budget(1, monotonic=time.monotonic)).handle(update)
    await world.passes(days=1)

    assert alice.last.text.startswith("🦵 Stretch")


async def test_a_silent_block_is_noticed_at_the_first_refusal(world: World) -> None:
    """One 403, then silence until the person writes again."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    fault = world.state.faults.add("forbidden", times=99, method="sendMessage", chat_id=alice.id)
    await world.passes(days=3)
    hits, fault.times = fault.hits, 0
    await alice.says("/next")
    promised = alice.last.text
    await world.passes(days=1)

    assert hits == 1
    assert "today 21:30" in promised or "tomorrow 21:30" in promised
    assert alice.last.text.startswith("🦵 Stretch")


async def test_a_moved_chat_gets_its_nudge(world: World) -> None:
    """Under the new id, and so does what follows."""
    alice = await world.settled("Alice")
    moved = world.person("Alice elsewhere")
    moved.chat.opened = True
    await alice.says("/remind stretch 21:30")
    world.state.faults.add("migrated", method="sendMessage", chat_id=alice.id, migrate_to=moved.id)
    await world.passes(hours=10)

    assert moved.last.text.startswith("🦵 Stretch")


@pytest.mark.parametrize("kind", ["server_error", "drop_before", "too_many_requests"])
async def test_a_passing_fault_delays_a_nudge_and_loses_none(world: World, kind: str) -> None:
    """500, a broken connection, 429: it comes a little later, once."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    world.state.faults.add(kind, method="sendMessage", chat_id=alice.id)  # type: ignore[arg-type]
    await world.passes(hours=10)
    nudges = [m for m in alice.messages if m.from_bot and "Done" in m.labels]

    assert len(nudges) == 1


async def test_a_reply_waits_out_a_429(world: World) -> None:
    """Telegram asks for a second of silence; the answer comes after it."""
    charlie = world.person("Charlie")
    world.state.faults.add("too_many_requests", method="sendMessage", retry_after=1)
    await charlie.says("/help")

    assert "What I can do" in charlie.last.text


@pytest.mark.parametrize("kind", ["server_error", "drop_before", "too_many_requests"])
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "answerCallbackQuery"])
async def test_a_passing_fault_takes_no_answer_away(world: World, kind: FaultKind, method: str) -> None:
    """500, a broken connection, 429: message, edit and tap are tried again."""
    charlie = world.person("Charlie")
    world.state.faults.add(kind, method=method)
    await charlie.says("/why b6")
    tap = charlie.tap("Signs", charlie.last)
    await world.state.handled(tap.update_id)

    assert charlie.last.text.startswith("Vitamin B6 · Signs")
    assert tap.answered


async def test_what_is_unfinished_stays_with_telegram_and_delays_nobody(world: World) -> None:
    """Alice's answer hangs: bob is served twice, her message is not confirmed, and she is answered once."""
    alice, bob = world.person("Alice"), world.person("Bob")
    fault = world.state.faults.add("hang", method="sendMessage", chat_id=alice.id)
    hanging = alice.write("/why b6")
    await fault.caught()
    bob.write("/why b1")
    await bob.sees("Vitamin B1")
    last = bob.write("/why b5")
    await bob.sees("Vitamin B5")
    unconfirmed = set(world.state.updates.pending)
    fault.release()
    await world.state.handled(last)
    answers = [message for message in alice.messages if message.from_bot]

    assert hanging in unconfirmed
    assert 1 == len(answers)


def _inbound(world: World, budget: Budget) -> Inbound:
    """Another one on the world's database."""
    house = House(load_knowledge(), load_places(), "any_bot", COMMANDS)
    return Inbound(
        sessions=world.app.sessions,
        outbound=Outbound(world.app.bot, budget, house.knowledge),
        house=house,
        clock=world.clock,
        tally=Metrics(Vitals(time.monotonic), role=Role.RUN, rate=1),
        monotonic=time.monotonic,
        courtesy=Courtesy(),
    )


async def test_a_reply_that_the_stop_overtakes_is_noted_and_its_change_stays(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Only the words are lost: the reminder is there."""
    alice = await world.settled("Alice")
    budget = Budget(1, monotonic=time.monotonic)
    budget.close()
    inbound = _inbound(world, budget)
    sender = User(alice.id, "Alice", is_bot=False)
    message = Message(1, MONDAY_NOON, Chat(alice.id, Chat.PRIVATE), from_user=sender, text="/remind stretch 21:30")
    await inbound.handle(Update(7, message=message))
    await alice.says("/next")

    assert "reply not sent: BudgetClosedError" in caplog.text
    assert "21:30" in alice.last.text


async def test_an_edit_of_a_message_that_is_gone_becomes_a_new_one(world: World) -> None:
    """The person deleted the card and taps in another window."""
    charlie = world.person("Charlie")
    await charlie.says("/why b6")
    card = charlie.last
    tap = charlie.tap("Signs", card)
    del charlie.chat.history[card.id]
    await world.state.handled(tap.update_id)

    assert charlie.last.text.startswith("Vitamin B6 · Signs")


async def test_an_answer_that_telegram_refuses_is_noted_and_nothing_else(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The next message is answered as if nothing had been."""
    charlie = world.person("Charlie")
    with caplog.at_level(logging.WARNING):
        world.state.faults.add("forbidden", method="sendMessage")
        await charlie.says("/help")
        await charlie.says("/why b6")

    assert "reply not sent: " in caplog.text
    assert charlie.last.text.startswith("Vitamin B6")


async def test_a_fault_of_ours_is_apologised_for(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Logged with its number and without its text; the database is as before."""
    alice = await world.settled("Alice")
    async with world.app.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE reminders RENAME TO elsewhere")
    await alice.says("/remind stretch 21:37")

    assert "Sorry, that went wrong on my side." in alice.last.text
    assert "update failed" in caplog.text
    assert "21:37" not in caplog.text


async def test_an_error_that_repeats_what_someone_wrote_is_logged_without_it(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kind and place of the error only."""

    async def fail(_turn: object, incoming: object) -> None:
        raise ValueError(f"cannot digest {incoming}")

    monkeypatch.setattr("bot.gateway.inbound.dispatch", fail)
    await world.person("Alice").says("my secret")

    assert "ValueError" in caplog.text
    assert "in fail" in caplog.text
    assert "secret" not in caplog.text


async def test_edited_messages_and_strange_updates_are_passed_over(world: World) -> None:
    """No answer, no harm."""
    alice = await world.settled("Alice")
    count = len(alice.messages)
    await alice.edits(alice.messages[0], "/remind stretch 21:30")
    await world.state.handled(world.state.raw_update({"message": {"message_id": 5}}))
    await world.state.handled(world.state.raw_update({"unheard_of": {}}))
    await alice.says("/next")

    assert count + 2 == len(alice.messages)


async def test_a_new_start_changes_the_menu_only_when_it_differs(database: str) -> None:
    """Telegram limits such calls strictly."""
    async with world_on(database) as world:
        first = [call.method for call in world.state.calls if call.method.startswith("setMy")]
        again = await introduce(world.app.bot)

    assert {"setMyCommands", "setMyDescription", "setMyShortDescription", "setMyName"} == set(first)
    assert again == []


async def test_many_people_at_once_are_all_answered_in_order(world: World) -> None:
    """Fifty people, three messages each."""
    people = [world.person(f"Person {number}") for number in range(50)]
    last = 0
    for text in ("/why b6", "/why b1", "/why b5"):
        for person in people:
            last = person.write(text)
    await world.state.handled(last)
    for person in people:
        await person.sees("Vitamin B5")
        answers = [m.text.splitlines()[0] for m in person.messages if m.from_bot]
        assert answers == ["Vitamin B6", "Vitamin B1", "Vitamin B5"]


async def test_a_warning_sign_is_answered_wherever_it_is_written(world: World) -> None:
    """Behind a command, and under a picture."""
    charlie = world.person("Charlie")
    await charlie.says("/why is my calf swollen and hot")
    behind = charlie.last.text
    await charlie.sends_photo(PIXEL, "my calf is swollen and hot")

    assert "swollen" in behind
    assert "no card" not in behind
    assert behind == charlie.last.text
