"""Small parts of the gateway and the house that no conversation shows: lanes, buttons, logs, clocks, upkeep."""

import asyncio
import io
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

import pytest
from telegram import Chat, Message, Update

from bot import logs
from bot.clock import MovableClock, system_clock
from bot.dialogue.turn import Press, Refusal, row_id
from bot.gateway.admission import Admission, whose
from bot.gateway.lanes import ChatLanes
from bot.gateway.limits import Limits
from bot.gateway.outbound import Outbound
from bot.gateway.polling import Poller, Rivalry
from bot.gateway.tally import Result
from bot.gateway.transport import GatewayBot
from db import updates
from db.engine import Sessions
from db.knowledge.loader import load
from db.models import ReminderState
from jobs import schedule
from jobs.budget import Budget
from jobs.farewell import Terms
from jobs.preferences import Preferences
from jobs.scheduler import Scheduler
from jobs.sender import Nudge
from jobs.upkeep import tidy
from tests.jobs.cast import MONDAY_NOON, all_deliveries, reminded
from tests.world import TOKEN


def _update(number: int, chat: int) -> Update:
    return Update(number, message=Message(number, MONDAY_NOON, Chat(chat, Chat.PRIVATE)))


async def test_one_chat_is_served_in_order_and_others_at_the_same_time() -> None:
    """Alice's second message waits for her first; bob waits for nobody."""
    done: list[int] = []
    gate = asyncio.Event()

    async def handle(update: Update) -> None:
        if update.update_id == 1:
            await gate.wait()
        done.append(update.update_id)

    lanes = ChatLanes(handle)
    await lanes.put(_update(1, chat=1))
    await lanes.put(_update(2, chat=1))
    await (await lanes.put(_update(3, chat=2)))
    early = list(done)
    gate.set()
    await lanes.drain()

    assert [3] == early
    assert [3, 1, 2] == done


async def test_no_more_than_a_bounded_number_is_handled_at_once() -> None:
    """Of a hundred chats that all take long, 64 are served; the others follow."""
    gate = asyncio.Event()
    begun: list[int] = []

    async def handle(update: Update) -> None:
        begun.append(update.update_id)
        await gate.wait()

    lanes = ChatLanes(handle)
    for number in range(100):
        await lanes.put(_update(number, chat=number))
    await asyncio.sleep(0)
    early = len(begun)
    gate.set()
    await lanes.drain()

    assert 64 == early
    assert list(range(100)) == begun


async def test_a_chat_that_hangs_keeps_nobody_else_waiting() -> None:
    """Alice's first message hangs and hundreds follow it; bob is answered. Beyond a thousand, put waits."""
    gate = asyncio.Event()

    async def handle(update: Update) -> None:
        if update.update_id == 0:
            await gate.wait()

    lanes = ChatLanes(handle)
    for number in range(999):
        await lanes.put(_update(number, chat=1))
    await (await lanes.put(_update(2000, chat=2)))
    await lanes.put(_update(999, chat=1))
    waiting = asyncio.create_task(lanes.put(_update(1000, chat=1)))
    await asyncio.sleep(0)
    blocked = not waiting.done()
    gate.set()
    await waiting
    await lanes.drain()

    assert blocked


class _Queue:
    """What a poller needs of a bot: updates that stay until an offset confirms them. `asked` is called each time."""

    def __init__(self, pending: list[dict[str, Any]], asked: Callable[[], None]) -> None:
        self._pending = pending
        self._asked = asked
        self.offsets: list[int | None] = []
        """Of each fetch."""

    async def delete_webhook(self) -> bool:
        return True

    async def fetch(self, *, offset: int | None, wait: int) -> tuple[list[dict[str, Any]], int | None]:  # noqa: ARG002
        await asyncio.sleep(0)  # as any call does
        self.offsets.append(offset)
        self._pending[:] = [update for update in self._pending if update["update_id"] >= (offset or 0)]
        self._asked()
        batch = self._pending[:100]
        return batch, batch[-1]["update_id"] + 1 if batch else offset


async def _nothing(_update: Update) -> None:
    pass


def _open(handle: Callable[[Update], Awaitable[None]], *, burst: int = 1000) -> Admission:
    """Nobody says too much here who says no more than `burst`."""
    limits = Limits(lambda: 0.0, burst=burst)
    return Admission(ChatLanes(handle), read=Update.de_json, tell=_nothing, limits=limits, tally=_Uncounted())


class _Uncounted:
    def updated(self, result: Result, *, seconds: float | None) -> None:
        pass

    def failed(self, what: str) -> None:
        pass

    def refused(self, why: Refusal) -> None:
        pass


@pytest.mark.parametrize(
    ("people", "burst"),
    [(1, 1000), (1, 30), (20, 30)],
    ids=["all of it let in", "most of it left out", "of twenty at once"],
)
async def test_a_flood_does_not_keep_others_from_being_heard(people: int, burst: int) -> None:
    """Alice, or many like her, write hundreds and are answered slowly, one after the other; bob wrote last and need not
    wait for that."""
    slowly, answered, bobs = asyncio.Semaphore(0), [0], 600
    bob_was_heard = asyncio.Event()

    async def handle(update: Update) -> None:
        if update.update_id == bobs:
            bob_was_heard.set()
            return
        await slowly.acquire()
        answered[0] += 1

    flood = [_update(number, chat=0 if number == bobs else 1 + number % people).to_dict() for number in range(1, 601)]
    bot = cast(GatewayBot, _Queue(flood, asked=slowly.release))  # one of them each time, so that the first one moves on
    poller = Poller(bot, _open(handle, burst=burst), monotonic=lambda: 0.0)
    polling = asyncio.create_task(poller.run())
    await asyncio.wait_for(bob_was_heard.wait(), 10)
    polling.cancel()
    heard_after = answered[0]
    for _ in range(bobs):
        slowly.release()
    await poller.finish()

    assert heard_after <= 20
    assert min(people * burst, bobs - 1) == answered[0]


_Fetch = tuple[float, list[dict[str, Any]]]


async def _offsets(
    *fetches: _Fetch,
    handle: Callable[[Update], Awaitable[None]],
    burst: int = 1000,
) -> list[int | None]:
    """What each fetch confirms, at a moment in seconds and with what has been written since the one before."""
    now, written, enough = [0.0], list[dict[str, Any]](), asyncio.Event()

    def asked() -> None:
        if len(queue.offsets) == len(fetches):
            enough.set()
        now[0], more = fetches[min(len(queue.offsets), len(fetches)) - 1]
        written.extend(more if len(queue.offsets) <= len(fetches) else [])

    queue = _Queue(written, asked)
    poller = Poller(cast(GatewayBot, queue), _open(handle, burst=burst), monotonic=lambda: now[0])
    polling = asyncio.create_task(poller.run())
    await asyncio.wait_for(enough.wait(), 10)
    polling.cancel()
    return queue.offsets[: len(fetches)]


async def _hang(_update: Update) -> None:
    await asyncio.Event().wait()


def _written(*chats: int, first: int = 1) -> list[dict[str, Any]]:
    """An update of each of these chats, numbered from `first` on."""
    return [_update(number, chat).to_dict() for number, chat in enumerate(chats, first)]


@pytest.mark.parametrize(("seconds", "is_passed_over"), [(0.5, False), (1.5, True)])
async def test_a_full_batch_of_many_people_is_given_a_second(seconds: float, is_passed_over: bool) -> None:
    """A hundred of them wait for the database: only when nothing moves is it told to Telegram that they were taken."""
    fetches: list[_Fetch] = [(0.0, _written(*range(1, 151))), (seconds, []), (seconds, [])]

    assert [None, 1, 101 if is_passed_over else 1] == await _offsets(*fetches, handle=_hang)


async def test_the_second_begins_when_they_are_there() -> None:
    """Not when the last one before them was finished, an hour ago."""

    async def handle(update: Update) -> None:
        if update.update_id > 1:
            await _hang(update)

    fetches: list[_Fetch] = [(0.0, _written(1)), (3600.0, _written(*range(1, 151), first=2)), (3600.0, [])]

    assert [None, 2, 2] == await _offsets(*fetches, handle=handle)


async def test_what_has_only_just_come_is_not_passed_over_with_what_hangs() -> None:
    """Bob's one hangs before alice's flood; carl's comes when the second is over, and has one of its own."""
    bob, alice, carl = 2, 1, 3
    fetches: list[_Fetch] = [(0.0, _written(bob, *[alice] * 98)), (1.5, _written(carl, first=100)), (1.5, [])]

    assert [None, 1, 100] == await _offsets(*fetches, handle=_hang, burst=30)


async def test_what_others_wrote_in_the_middle_of_a_flood_stays_with_telegram_until_it_is_handled() -> None:
    """Alice's many are told to Telegram as taken at once; bob's one, on which the program is at work, is not."""
    fetches: list[_Fetch] = [(0.0, _written(*[1] * 49, 2, *[1] * 100)), (0.0, []), (0.0, [])]

    assert [None, 50, 50] == await _offsets(*fetches, handle=_hang, burst=30)


@pytest.mark.parametrize(
    ("chats", "confirmed"),
    [([1] * 6 + [2] * 5 + [*range(3, 92)], 7), ([1] * 89, 1)],
    ids=["six of one and five of another in a full batch", "many of one in a batch that is not full"],
)
async def test_who_writes_more_than_is_answered_at_once_is_let_pass_where_others_wait(
    chats: list[int], confirmed: int
) -> None:
    """And only there."""
    assert [None, confirmed] == await _offsets((0.0, _written(*chats)), (0.0, []), handle=_hang)


async def test_an_answer_that_waits_for_its_chats_pace_keeps_nobody_else_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Alice is answered when bob has been; he writes when hers has been fetched twice."""
    monkeypatch.setattr("bot.gateway.polling._PATIENCE", 60.0)
    bob_was_heard, fetches = asyncio.Event(), count()

    async def handle(update: Update) -> None:
        if update.update_id == 2:
            bob_was_heard.set()
        await bob_was_heard.wait()

    def asked() -> None:
        if next(fetches) == 2:
            written.append(_update(2, chat=2).to_dict())

    written = [_update(1, chat=1).to_dict()]
    bot = cast(GatewayBot, _Queue(written, asked))
    poller = Poller(bot, _open(handle), monotonic=lambda: 0.0)
    polling = asyncio.create_task(poller.run())
    await asyncio.wait_for(bob_was_heard.wait(), 10)
    polling.cancel()
    await poller.finish()


async def test_a_nudge_is_not_held_up_by_the_change_of_the_one_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may leave for a minute: that the old message stays as it was is no harm, that the new one is not on
    record would be."""
    monkeypatch.setattr("bot.gateway.outbound._PATIENCE", 0.01)

    class _Saying:
        async def say(self, *_: object, **_about: object) -> int:
            return 7

    budget = Budget(30, monotonic=time.monotonic)
    await budget.pause(60)
    outbound = Outbound(cast(GatewayBot, _Saying()), budget, load())
    nudge = Nudge(
        delivery_id=1, chat_id=1, language="en", zone="UTC", preferences=Preferences(), kind="stretch", suggestion=None,
        promised_at=MONDAY_NOON, late_by=timedelta(0), asked=2, of=3, replaces=5,
    )  # fmt: skip
    message_id = await asyncio.wait_for(outbound.send(nudge), 10)
    budget.close()

    assert 7 == message_id


@pytest.mark.parametrize(
    ("conflicts", "gives_up_at"),
    [
        ((1, 2, 3), 3),  # a second bot that has just begun
        ((1, 2, 100, 200), None),  # its predecessor took a moment to stop
        ((100, 101, 102, 103, 104), None),  # it has long been running: the other one gives up
        (range(100, 600, 20), 480),  # nobody else gives up
        (range(100, 6000, 40), None),  # a few each hour are no rival
    ],
)
def test_of_two_pollers_the_newcomer_gives_up(conflicts: Iterable[int], gives_up_at: int | None) -> None:
    """Moments are seconds since polling began."""
    now = [0.0]
    rivalry = Rivalry(lambda: now[0])
    rivalry.begin()
    lost = None
    for now[0] in conflicts:
        if rivalry.lost():
            lost = now[0]
            break

    assert gives_up_at == lost


def test_buttons_fit_into_64_bytes() -> None:
    """Telegram refuses more; our own code must never try."""
    with pytest.raises(ValueError, match="too long"):
        Press("say", ("ä" * 40,)).encode()
    assert Press("why", ("b6", "risk")) == Press.decode(Press("why", ("b6", "risk")).encode())


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "9" * 19, "1 ", "x"])
def test_what_cannot_be_a_row_number_is_none(text: str) -> None:
    """Whoever sends a button can make it up."""
    assert row_id(text) is None


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_token_never_reaches_a_log(style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a message, not in an argument, not in a traceback, at any level."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("DEBUG", style)  # type: ignore[arg-type]
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("bot.any"), level)("calling https://host/bot%s/getMe", TOKEN)
    error = ValueError(f"no such bot: {TOKEN}")
    logging.getLogger("bot.any").error("failed\nsomewhere", exc_info=error, extra={"delivery_id": 7})
    logging.basicConfig(force=True)
    lines = stream.getvalue()

    assert TOKEN not in lines
    assert 4 == lines.count("<token>")
    if style == "json":
        assert 7 == json.loads(lines.splitlines()[-1])["delivery_id"]
    else:
        assert "ERROR bot.any failed delivery_id=7\nsomewhere\nbuiltins.ValueError, raised in" in lines


async def test_each_line_of_json_says_who_writes_it_and_what_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids only; one task's do not show in another's lines, and a line's own come first."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure("INFO", "json", role="web", worker="w1")
    log = logging.getLogger("bot.test")

    async def handle(number: int) -> None:
        with logs.about(update_id=number):
            await asyncio.sleep(0)
            log.info("handled")

    await asyncio.gather(handle(1), handle(2))
    with logs.about(update_id=3):
        log.info("sent", extra={"delivery_id": 7, "update_id": 4})
    log.info("idle")
    logging.basicConfig(force=True)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]

    assert [1, 2, 4, None] == [line.get("update_id") for line in lines]
    assert [None, None, 7, None] == [line.get("delivery_id") for line in lines]
    assert {("web", "w1")} == {(line["role"], line["worker"]) for line in lines}


def test_a_movable_clock_never_runs_back() -> None:
    """Moved ahead it runs on; moved back it stays."""
    base = [MONDAY_NOON]
    clock = MovableClock(lambda: base[0])
    clock.move_to(MONDAY_NOON + timedelta(hours=5))
    clock.move_to(MONDAY_NOON)
    base[0] += timedelta(minutes=1)

    assert MONDAY_NOON + timedelta(hours=5, minutes=1) == clock()


async def test_housekeeping_forgets_what_nobody_needs(sessions: Sessions) -> None:
    """Old update ids and long deleted reminders go; deliveries and running reminders stay."""
    user, reminder = await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    async with sessions.begin() as session:
        await updates.first_time(session, 1, MONDAY_NOON)
        known = await session.merge(reminder)
        await schedule.change(session, user, known, now=MONDAY_NOON, state=ReminderState.ENDED)
    await tidy(sessions, now=MONDAY_NOON + timedelta(days=31), terms=Terms())
    async with sessions.begin() as session:
        assert await updates.first_time(session, 1, MONDAY_NOON)
        assert await session.get(type(known), known.id) is None
        assert await session.get(type(known), known.id + 1) is not None
    assert [] == await all_deliveries(sessions)


async def test_the_scheduler_ticks_and_stops() -> None:
    """Plan, deliver and guide run by themselves; after stop nothing runs."""
    ticked = {name: asyncio.Event() for name in ("plan", "deliver", "guide")}

    async def plan() -> None:
        ticked["plan"].set()

    async def deliver() -> None:
        ticked["deliver"].set()

    async def guide() -> None:
        ticked["guide"].set()

    async def tidy_up() -> None:
        raise AssertionError("an hour has not passed")

    scheduler = Scheduler(plan=plan, deliver=deliver, guide=guide, tidy=tidy_up, machine=system_clock)
    scheduler.start()
    await asyncio.wait_for(asyncio.gather(*(event.wait() for event in ticked.values())), 10)
    scheduler.stop()

    assert all(event.is_set() for event in ticked.values())


async def test_instants_are_aware(sessions: Sessions) -> None:
    """What comes out of the database can be compared with the clock."""
    _user, reminder = await reminded(sessions)

    assert datetime(2026, 3, 2, 20, 30, tzinfo=UTC) == reminder.next_due_at


@pytest.mark.parametrize(
    ("raw", "chat_id"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 7}, "from": {"id": 8}}}, 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 8}, "message": {"chat": {"id": 7}}}}, 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 8}, "message": None}}, 8),
        ({"update_id": 1, "inline_query": {"from": {"id": 8}, "query": "b6"}}, 8),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 7}, "from": {"id": 8}}}, 7),
        ({"update_id": 1, "message_reaction": {"chat": {"id": 7}, "user": {"id": 8}}}, 7),
        ({"update_id": 1, "message": {"chat": {"id": "7"}, "from": [8]}}, 0),
        ({"update_id": 1, "message": "hello"}, 0),
        ({"update_id": 1, "poll": {"id": "5"}}, 0),
    ],
)
def test_whose_an_update_is_can_be_told_before_it_is_read(raw: dict[str, Any], chat_id: int) -> None:
    assert chat_id == whose(raw)
