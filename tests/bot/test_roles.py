"""The roles as real processes: side by side on one PostgreSQL, one at a time on SQLite."""

import asyncio
import json
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest

from bot.clock import system_clock
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.state import SandboxState
from jobs.preferences import Preferences, Tone, Units
from tests.bot.test_cli import ends, environment, started
from tests.data_key import DATA_KEY
from tests.ports import free_port
from tests.world import TOKEN

SECRET = "right-one"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
on_postgresql = pytest.mark.parametrize("databases_of_one_kind", ["postgresql"], indirect=True)


@dataclass
class Fleet:
    """Processes that share a database and a token."""

    state: SandboxState
    database: str
    folder: Path
    settings: dict[str, str]
    stack: AsyncExitStack
    ports: list[int] = field(default_factory=list)

    async def start(self, *roles: str) -> list[Process]:
        """One process of each role, at the same time, each web on a port of its own; until they are running."""
        made = [await self.stack.enter_async_context(self._process(role)) for role in roles]
        for process in made:
            assert process.stdout is not None
            assert b"is running" in await asyncio.wait_for(process.stdout.readline(), 60)
        return made

    def _process(self, role: str) -> Any:
        settings = dict(self.settings)
        if role == "web":
            self.ports.append(free_port())
            settings |= {"LISTEN": f"127.0.0.1:{self.ports[-1]}"}
            # The proxy that would be in front of them: Telegram knows the first.
            settings |= {"WEBHOOK_URL": f"http://127.0.0.1:{self.ports[0]}/telegram", "WEBHOOK_SECRET": SECRET}
        env = environment(self.folder, DATABASE_URL=self.database, DATA_KEY=DATA_KEY, **settings)
        return started(role, env=env, folder=self.folder)

    async def bring(self, port: int, update: Mapping[str, Any]) -> int:
        """Bring an update to the web process on this port, as Telegram would; the status of the answer."""
        url = f"http://127.0.0.1:{port}/telegram"
        async with aiohttp.ClientSession() as http, http.post(url, json=update, headers=HEADERS) as answer:
            return answer.status


@pytest.fixture
async def fleet(database: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    server = Sandbox(token=TOKEN, clock=system_clock)
    server.state.feed.patience = 30.0
    settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": await server.start(), "LOG_FORMAT": "json"}
    async with AsyncExitStack() as stack:
        yield Fleet(server.state, database, tmp_path, settings, stack)
    await server.stop()


def said(person: Person, text: str, update_id: int) -> dict[str, Any]:
    message = {"message_id": update_id, "date": 1772452800, "chat": person.chat.wire, "from": person.user, "text": text}
    return {"update_id": update_id, "message": message}


async def stopped(process: Process) -> str:
    """What it has logged, once it has ended by itself after SIGTERM, in the time that it has."""
    process.send_signal(signal.SIGTERM)
    _out, err = await asyncio.wait_for(process.communicate(), 12)
    assert 0 == process.returncode
    return err.decode()


@on_postgresql
async def test_a_worker_and_a_web_are_a_whole_bot(fleet: Fleet) -> None:
    """The web answers, the worker reminds; each line of their logs says who writes it, and none what was written."""
    worker, web = await fleet.start("worker", "web")
    alice = fleet.state.person("Alice")
    await alice.says("/timezone Berlin")
    await alice.says("/remind stretch 21:37")
    with psycopg.connect(fleet.database) as connection:
        connection.execute("UPDATE reminders SET next_due_at = now()")
    await alice.until(lambda: any("Done" in label for label in alice.last.labels), "no nudge came")
    logs = {"worker": await stopped(worker), "web": await stopped(web)}
    lines = [(role, json.loads(line)) for role, log in logs.items() for line in log.splitlines()]

    assert all(line["role"] == role and len(line["worker"]) == 36 for role, line in lines)
    assert "21:37" not in "".join(logs.values())
    assert fleet.state.webhook.hook is not None


ROUNDS = (
    (time(21), time(5), Units.US, Tone.BRIEF),
    (time(22), time(3), Units.METRIC, Tone.FRIENDLY),
    (time(23), time(6), Units.US, Tone.BRIEF),
)


@on_postgresql
async def test_two_webs_do_not_interleave_what_one_person_says(fleet: Fleet) -> None:
    """Four settings at once, two at each web, then all of them at the other one: each holds, and is confirmed once."""
    await fleet.start("web", "web")
    alice = fleet.state.person("Alice")
    await alice.says("/timezone Berlin")
    before, kept, statuses = len(alice.messages), [], set()
    for number, (bedtime, day, units, tone) in enumerate(ROUNDS):
        wishes = (f"bedtime {bedtime:%H:%M}", f"day {day:%H:%M}", f"units {units}", f"tone {tone}")
        updates = [said(alice, f"/settings {wish}", 10 * number + index) for index, wish in enumerate(wishes, 1)]
        for ports in (fleet.ports * 2, fleet.ports[::-1] * 2):
            statuses |= set(await asyncio.gather(*map(fleet.bring, ports, updates)))
        with psycopg.connect(fleet.database) as connection:
            (row,) = connection.execute("SELECT preferences FROM users")
        now = Preferences.from_json(row[0])
        kept.append((now.bedtime, now.day_start, now.units, now.tone))

    assert list(ROUNDS) == kept
    assert {200} == statuses
    assert 4 * len(ROUNDS) == len(alice.messages) - before


@on_postgresql
async def test_a_web_that_stops_leaves_the_rest_to_the_other(fleet: Fleet) -> None:
    """What it has in hand it finishes; the webhook stays set, and the other answers."""
    first, _second = await fleet.start("web", "web")
    alice, bob = (fleet.state.person(name, opened=True) for name in ("Alice", "Bob"))
    fault = fleet.state.faults.add("hang", method="sendMessage")
    hanging = asyncio.create_task(fleet.bring(fleet.ports[0], said(alice, "/why b6", 1)))
    await fault.caught()
    stopping = asyncio.create_task(stopped(first))
    await asyncio.sleep(0.5)  # it hears of it
    fault.release()
    in_hand = await hanging
    await stopping
    other = await fleet.bring(fleet.ports[1], said(bob, "/why b1", 2))

    assert (200, 200) == (in_hand, other)
    assert [True, True] == [person.last.text.startswith("Vitamin") for person in (alice, bob)]
    assert [] == fleet.state.calls_of("deleteWebhook")


@pytest.mark.parametrize(
    ("role", "settings", "sentence"),
    [
        ("worker", {}, "`worker` needs a database that several processes share: set DATABASE_URL to a PostgreSQL"),
        ("web", {}, "`web` needs a database that several processes share"),
        ("web", {"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "`web` needs WEBHOOK_URL"),
        ("run", {"WEBHOOK_URL": "https://bot.example.org/telegram"}, "WEBHOOK_SECRET cannot be used: it is needed"),
        ("run", {"WEBHOOK_URL": "http://bot.example.org/"}, "WEBHOOK_URL cannot be used: it must begin with https://"),
        ("run", {"WEBHOOK_URL": "bot"}, "WEBHOOK_URL cannot be used: it must be an address"),
        ("run", {"WEBHOOK_SECRET": "ünsafe"}, "WEBHOOK_SECRET cannot be used: it must be 1 to 256 of"),
        ("run", {"LISTEN": "8443"}, "LISTEN cannot be used: it must be a host and a port"),
        ("run", {"HEALTH_LISTEN": "127.0.0.1"}, "HEALTH_LISTEN cannot be used: it must be a host and a port"),
        ("run", {"SEND_RATE": "1001"}, "SEND_RATE cannot be used"),
    ],
)
async def test_a_role_that_cannot_work_is_one_sentence_and_status_2(
    tmp_path: Path, role: str, settings: dict[str, str], sentence: str
) -> None:
    """That says what to do."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN, **settings)
    status, out, err = await ends(role, env=env, folder=tmp_path)

    assert (2, "") == (status, out)
    assert sentence in err
    assert 1 == len(err.strip().splitlines())


async def test_a_second_bot_on_one_sqlite_file_is_refused(tmp_path: Path) -> None:
    """Until the first has ended, however it ended; what only looks, copies or finds nothing to migrate may come in."""
    server = Sandbox(token=TOKEN, clock=system_clock)
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=await server.start(), SANDBOX_PORT="0")
    async with started("run", env=env, folder=tmp_path) as first:
        assert first.stdout is not None
        await asyncio.wait_for(first.stdout.readline(), 30)
        commands = (["run"], ["sandbox"], ["migrate"], ["doctor"], ["backup", "copy"])
        others = await asyncio.gather(*(ends(*command, env=env, folder=tmp_path) for command in commands))
        first.kill()
        await first.wait()
        async with started("run", env=env, folder=tmp_path) as second:
            assert second.stdout is not None
            after = await asyncio.wait_for(second.stdout.readline(), 30)
    await server.stop()

    assert [2, 2, 0, 0, 0] == [status for status, _out, _err in others]
    assert all("Another bot is running on this SQLite file already" in err for _status, _out, err in others[:2])
    assert all(1 == len(err.strip().splitlines()) for _status, _out, err in others[:2])
    assert b"is running" in after


async def test_a_taken_health_address_is_one_sentence(tmp_path: Path) -> None:
    """Before Telegram hears of it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL="http://127.0.0.1:1", HEALTH_LISTEN=address)
        status, _out, err = await ends("run", env=env, folder=tmp_path)

    assert 2 == status
    assert f"{address} cannot be listened on" in err
    assert "choose another host and port with HEALTH_LISTEN" in err
