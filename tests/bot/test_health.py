"""/healthz, /readyz and /metrics, as an orchestrator and Prometheus see them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from bot import health
from bot.address import Address
from bot.metrics import Metrics
from bot.roles import Role
from bot.sandbox.people import Person
from bot.vitals import Vitals
from db.models import Reminder
from jobs.crowd import Crowd
from jobs.lane import Lane
from tests.door import door_to
from tests.ports import free_port
from tests.world import MONDAY_NOON, World, world_on

Seen = TypeVar("Seen")


@asynccontextmanager
async def watched(database: str) -> AsyncIterator[tuple[World, aiohttp.ClientSession]]:
    """A world whose health is asked for."""
    address = Address("127.0.0.1", free_port())
    async with (
        world_on(database, MONDAY_NOON, health_listen=address) as world,
        aiohttp.ClientSession(f"http://{address}") as http,
    ):
        yield world, http


async def ready(http: aiohttp.ClientSession) -> tuple[int, dict[str, str]]:
    """The status of /readyz, and what each check says."""
    async with http.get("/readyz") as answer:
        body: dict[str, Any] = await answer.json()
        assert body["ready"] is (answer.status == 200)
        return answer.status, body["checks"]


async def eventually(ask: Callable[[], Awaitable[Seen]], wanted: Callable[[Seen], bool]) -> Seen:
    """Ask again and again until the answer is what is wanted: whoever watches a process can do no better."""
    async with asyncio.timeout(20):
        while not wanted(seen := await ask()):  # noqa: ASYNC110 - it is over HTTP
            await asyncio.sleep(0.05)
    return seen


async def becomes(http: aiohttp.ClientSession, status: int) -> dict[str, str]:
    """Ask until /readyz has this status; what the checks say then."""
    return (await eventually(lambda: ready(http), lambda seen: seen[0] == status))[1]


async def figures(http: aiohttp.ClientSession) -> dict[str, float]:
    """Every sample of /metrics by its name, and its labels' values behind it."""
    async with http.get("/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        families = text_string_to_metric_families(await answer.text())
        return {
            " ".join((sample.name.removeprefix("cramp_coach_"), *sample.labels.values())): sample.value
            for family in families
            for sample in family.samples
        }


async def test_a_healthy_bot_is_alive_and_ready(database: str) -> None:
    """After its first tick; nothing else is served there, and nothing but GET."""
    async with watched(database) as (_world, http):
        checks = await becomes(http, 200)
        statuses = [
            (await http.request(method, path)).status
            for method, path in (("GET", "/healthz"), ("GET", "/"), ("POST", "/readyz"))
        ]

    assert {"database": "ok", "tick": "ok", "telegram": "ok"} == checks
    assert [200, 404, 405] == statuses


@pytest.mark.parametrize("databases_of_one_kind", ["postgresql"], indirect=True)
async def test_readiness_is_red_while_the_database_is_away(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alive all the time, ready again when it is back; the tick is missed once it is overdue."""
    monkeypatch.setattr(health, "_OLDEST_TICK", 3)
    async with door_to(database) as (door, address), watched(address) as (world, http):
        await becomes(http, 200)
        door.shut()
        away = await becomes(http, 503)
        alive = (await http.get("/healthz")).status
        _status, overdue = await eventually(lambda: ready(http), lambda seen: seen[1]["tick"] != "ok")
        await door.open()
        back = await becomes(http, 200)
        alice = world.person("Alice")
        await alice.says("/why b6")
        errors = await figures(http)

    assert away["database"] != "ok"
    assert "none for 3 s" == overdue["tick"]
    assert 200 == alive
    assert {"ok"} == set(back.values())
    assert alice.last.text.startswith("Vitamin B6")
    assert errors["errors_total planning"] >= 1


async def test_readiness_is_red_while_telegram_is_away(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it has not answered for some minutes; one answer makes it green."""
    monkeypatch.setattr("bot.gateway.pulse._EVERY", 0.1)
    monkeypatch.setattr("bot.gateway.pulse._AFTER_A_FAILURE", 0.1)
    monkeypatch.setattr(health, "_OLDEST_ANSWER", 1)
    async with watched(database) as (world, http):
        await becomes(http, 200)
        world.state.faults.add("server_error", method="getMe", times=1000)
        away = await becomes(http, 503)
        world.state.faults.clear()
        await becomes(http, 200)
        errors = await figures(http)

    assert {"database": "ok", "tick": "ok", "telegram": "none for 1 s"} == away
    assert errors["errors_total telegram"] >= 1


async def test_who_stops_is_not_ready(database: str) -> None:
    """So that nobody sends it more, while it finishes what it has."""
    async with watched(database) as (world, http):
        await becomes(http, 200)
        alice = world.person("Alice")
        fault = world.state.faults.add("hang", method="sendMessage")
        alice.write("/why b6")
        await fault.caught()
        world.stop.set()
        checks = await becomes(http, 503)
        fault.release()

    assert "stopping" == checks["process"]


async def test_the_metrics_tell_of_a_nudge_and_a_429(database: str) -> None:
    """Planned, sent, on time; halted once; the lanes, the updates and what is foreseen beside it."""
    async with watched(database) as (world, http):
        alice = await world.settled("Alice")
        await alice.says("/remind stretch 21:30")
        world.state.faults.add("too_many_requests", method="sendMessage", retry_after=1)
        await alice.says("/why b6")
        await world.state.handled(world.state.raw_update({"message": {"text": "no message"}}))
        await world.until(MONDAY_NOON + timedelta(hours=9))
        await alice.sees("tretch")
        seen = await figures(http)

    assert 1 == seen["deliveries_planned_total"]
    assert 1 == seen["deliveries_settled_total stretch sent"]
    assert 1 == seen["delivery_lateness_seconds_count"]
    assert 1 == seen["delivery_lateness_seconds_bucket 0.5"]
    assert 0 == seen["deliveries_late_total"]
    assert (1, 1) == (seen["rate_limited_total"], seen["halted_seconds_total"])
    assert 1 == seen["message_wait_seconds_count bulk"]
    assert seen["message_wait_seconds_count reply"] >= 3
    assert (3, 3) == (seen["updates_total handled"], seen["update_seconds_count"])
    assert seen["updates_total unreadable"] >= 1
    assert 0 <= seen["tick_age_seconds"] < 10
    assert 0 == seen["backlog_deliveries"]
    assert seen["process_resident_memory_bytes"] > 1_000_000


@pytest.mark.parametrize("method", ["answerInlineQuery", "editMessageText", "deleteMessage"])
async def test_a_429_counts_whatever_was_asked(database: str, method: str) -> None:
    """An answer in another chat, the message that a nag replaces, the old screen of a guided session: the bot goes on
    without them, and everybody pauses."""
    async with watched(database) as (world, http):
        alice = await world.settled("Alice")
        world.state.faults.add("too_many_requests", method=method, retry_after=1)
        if method == "answerInlineQuery":
            alice.ask_inline("magnesium")
        elif method == "editMessageText":
            await _nags(world, alice)
        else:
            await alice.says("/stretch")
            await alice.taps("▶ Start")
            await world.passes(seconds=0)
            await alice.says("/stretch")
            await world.passes(seconds=10)
        seen = await eventually(lambda: figures(http), lambda seen: seen["rate_limited_total"] > 0)

    assert (1, 1) == (seen["rate_limited_total"], seen["halted_seconds_total"])


async def _nags(world: World, person: Person) -> None:
    """Half past nine, and twenty minutes later."""
    await person.says("/remind stretch 21:30")
    async with world.app.sessions.begin() as session:
        await session.execute(update(Reminder).values(nag=20))
    await world.until(MONDAY_NOON + timedelta(hours=8, minutes=50))


async def test_the_metrics_tell_of_what_was_missed(database: str) -> None:
    """What fell due while nobody was there is planned as missed; the first one shows as a rise."""
    async with watched(database) as (world, http):
        alice = await world.settled("Alice")
        await alice.says("/remind stretch 21:30")
        before = await figures(http)
        await world.sleeps_through(hours=12)
        seen = await figures(http)

    assert 0 == before["deliveries_settled_total stretch missed"]
    assert 1 == seen["deliveries_settled_total stretch missed"]


async def test_the_metrics_foresee_the_worst_minute(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at again in the background; a scrape asks the database nothing."""
    monkeypatch.setattr("bot.census._EVERY", 0.05)
    monkeypatch.setattr("bot.census._CROWD_EVERY", 0)
    async with watched(database) as (world, http):
        alice = await world.settled("Alice")
        await alice.says("/remind stretch 21:30")
        await alice.says("/remind drink 21:30")
        seen = await eventually(lambda: figures(http), lambda seen: seen["crowd_deliveries"] == 2)

    at = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
    assert (at.timestamp(), 0.002) == (seen["crowd_timestamp_seconds"], seen["crowd_drain_seconds"])


def test_labels_take_few_values() -> None:
    """A kind that a damaged row made up is one of the others."""
    metrics = Metrics(Vitals(time.monotonic), role=Role.WORKER, rate=30)
    metrics.settled("stretch", "sent", late_by=timedelta(minutes=6))
    metrics.settled("a person's words", "failed", late_by=None)
    metrics.permitted(Lane.BULK, waited=0.1)
    metrics.waiting(60)
    metrics.foreseen(Crowd(datetime(2026, 3, 2, 8, tzinfo=UTC), 1800, timedelta(minutes=1)))
    metrics.foreseen(None)
    text = metrics.exposition().decode()

    assert 'cramp_coach_deliveries_settled_total{kind="other",status="failed"} 1.0' in text
    assert "cramp_coach_deliveries_late_total 1.0" in text
    assert "cramp_coach_backlog_drain_seconds 2.0" in text
    assert "cramp_coach_crowd_deliveries 0.0" in text
    assert "cramp_coach_tick_age_seconds +Inf" in text
    assert 'role="worker"' in text
    assert b"tick_age" not in Metrics(Vitals(time.monotonic), role=Role.WEB, rate=30).exposition()
    assert "words" not in text
    assert "_created" not in text
