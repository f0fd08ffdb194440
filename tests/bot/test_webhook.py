"""Updates that Telegram brings: who may, what comes again, what is answered when, and where the bot stops."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bot import listener
from bot.address import Address
from bot.app import running
from bot.clock import system_clock
from bot.errors import StartError
from bot.gateway import lanes, transport, webhook
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.state import SandboxState
from bot.settings import Settings
from tests.data_key import DATA_KEY
from tests.door import door_to
from tests.ports import free_port
from tests.world import MONDAY_NOON, TOKEN, World, world_on

SECRET = "right-one"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
JSON = {"Content-Type": "application/json"}


def hook() -> dict[str, object]:
    """Settings with a webhook on a free port of this machine."""
    port = free_port()
    return {
        "webhook_url": f"http://127.0.0.1:{port}/telegram",
        "webhook_secret": SecretStr(SECRET),
        "listen": Address("127.0.0.1", port),
    }


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """The bot, hearing by webhook."""
    async with world_on(database, MONDAY_NOON, **hook()) as made:
        yield made


@asynccontextmanager
async def telegram() -> AsyncIterator[tuple[SandboxState, str]]:
    """A server without a bot."""
    server = Sandbox(token=TOKEN, clock=system_clock)
    yield server.state, await server.start()
    await server.stop()


async def bot_runs(database: str, url: str, stop: asyncio.Event, settings: dict[str, object]) -> None:
    """A bot of this server, until `stop` is set."""
    values = {
        "bot_token": SecretStr(TOKEN), "telegram_api_url": url, "database_url": database, "health_listen": None,
        "data_key": SecretStr(DATA_KEY),
    }  # fmt: skip
    async with running(Settings.model_validate(values | settings)) as app:
        await app.run(stop)


@asynccontextmanager
async def bot_on(database: str, url: str, settings: dict[str, object]) -> AsyncIterator[asyncio.Event]:
    """The same in the background; what it yields stops it."""
    stop = asyncio.Event()
    work = asyncio.create_task(bot_runs(database, url, stop, settings))
    try:
        yield stop
    finally:
        stop.set()
        await work


def said(person: Person, text: str, update_id: int) -> dict[str, Any]:
    """An update of this person, as Telegram would bring it."""
    message = {"message_id": update_id, "date": 1772452800, "chat": person.chat.wire, "from": person.user, "text": text}
    return {"update_id": update_id, "message": message}


async def brought(
    state: SandboxState, body: object, *, headers: Mapping[str, str] | None = None, method: str = "POST"
) -> tuple[int, Mapping[str, str]]:
    """The status and headers of the answer to a call of the webhook, with the right secret unless `headers` differ."""
    assert state.webhook.hook is not None
    data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, state.webhook.hook.url, data=data, headers=headers or {HEADER: SECRET, **JSON}) as answer,
    ):
        return answer.status, dict(answer.headers)


async def test_a_message_is_answered_through_the_webhook(world: World) -> None:
    """Telegram was told the secret, the kinds of update, and how many it may bring at once."""
    alice = world.person("Alice")
    await alice.says("/why b6")
    (announced,) = world.state.calls_of("setWebhook")

    assert alice.last.text.startswith("Vitamin B6")
    assert SECRET == announced.params["secret_token"]
    assert list(transport.WANTED) == announced.params["allowed_updates"]
    assert "100" == str(announced.params["max_connections"])
    assert [] == world.state.calls_of("getUpdates")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({HEADER: "wrong-one", **JSON}, 403),
        ({HEADER: "", **JSON}, 403),
        (JSON, 403),
        ({HEADER: SECRET + "x", **JSON}, 403),
        ({HEADER: "sécret", **JSON}, 403),
        ({**JSON, "Content-Encoding": "br"}, 403),
        ({HEADER: SECRET, "Content-Type": "text/plain"}, 415),
    ],
)
async def test_who_is_not_telegram_is_not_heard(world: World, headers: dict[str, str], status: int) -> None:
    """The update is not looked at; the same with the right secret is."""
    alice = await world.settled("Alice")
    refused, _headers = await brought(world.state, said(alice, "/why b1", 7), headers=headers)
    silent = alice.last.text
    taken, _headers = await brought(world.state, said(alice, "/why b6", 8))

    assert (status, 200) == (refused, taken)
    assert "Vitamin" not in silent
    assert alice.last.text.startswith("Vitamin B6")


@pytest.mark.parametrize(
    ("body", "method", "status"),
    [
        (b"", "GET", 405),
        (b'{"update_id": 7}', "PUT", 405),
        (b'{"update_id": 7}', "DELETE", 405),
        (b'{"update_id": 1e400}', "POST", 400),
        (b'{"update_id": ' + b"9" * 5000 + b"}", "POST", 400),
        (b"{", "POST", 400),
        (b"[1]", "POST", 400),
        (b'{"update_id": "7"}', "POST", 400),
        (b"\xff", "POST", 400),
        (b"[" * 200_000, "POST", 400),
        (b" " * (1 << 20) + b"{}", "POST", 413),
    ],
    ids=[
        "get",
        "put",
        "delete",
        "no number at all",
        "endless number",
        "broken",
        "list",
        "no number",
        "no text",
        "deep",
        "big",
    ],
)
async def test_what_is_no_update_is_refused(world: World, body: bytes, method: str, status: int) -> None:
    """And the next one is taken."""
    alice = await world.settled("Alice")
    refused, _headers = await brought(world.state, body, method=method)
    await alice.says("/why b6")

    assert status == refused
    assert alice.last.text.startswith("Vitamin B6")


async def test_a_body_that_does_not_come_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller that sends one half and goes to sleep."""
    monkeypatch.setattr(webhook, "_SLOW", 0.1)
    await world.settled("Alice")
    assert world.state.webhook.hook is not None
    port = urlsplit(world.state.webhook.hook.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
    status = await asyncio.wait_for(reader.readline(), 10)
    writer.close()

    assert b"408" in status


_HEAD = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("begins", "goes_on", "ends"),
    [
        ("", "", b""),
        ("POST /telegram HT", "", b""),
        ("POST /telegram HTTP/1.1\r\nX-Slow: ", "x", b""),
        (f"{_HEAD}Content-Length: 100000\r\n\r\n", "{", b"HTTP/1.1 408"),
        (f"{_HEAD}Transfer-Encoding: chunked\r\n\r\n", "1\r\n{\r\n", b"HTTP/1.1 408"),
    ],
    ids=["silent", "half a line", "headers in drops", "body in drops", "chunks in drops"],
)
async def test_a_caller_that_takes_its_time_is_hung_up_on(
    database: str, monkeypatch: pytest.MonkeyPatch, begins: str, goes_on: str, ends: bytes
) -> None:
    """However steadily it drips; and meanwhile others are heard."""
    monkeypatch.setattr(webhook, "_SLOW", 0.3)
    monkeypatch.setattr(listener, "_IDLE_SECONDS", 0.3)
    async with world_on(database, MONDAY_NOON, **hook()) as world:
        alice = await world.settled("Alice")
        assert world.state.webhook.hook is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(world.state.webhook.hook.url).port)
        writer.write(begins.encode())
        dripping = asyncio.create_task(_drip(writer, goes_on.encode()))
        heard = asyncio.create_task(asyncio.wait_for(_said(reader), 10))
        await alice.says("/why b6")
        answer = await heard
        dripping.cancel()
        writer.close()

    assert ends == answer
    assert alice.last.text.startswith("Vitamin B6")


async def _said(reader: asyncio.StreamReader) -> bytes:
    """The first bytes of the answer; none when it is hung up, however rudely."""
    try:
        return await reader.read(12)
    except ConnectionResetError:  # with drops on the way that nobody reads any more
        return b""


async def _drip(writer: asyncio.StreamWriter, drop: bytes) -> None:
    """Again and again, as a real caller would, until it is hung up on."""
    with suppress(ConnectionError):
        while drop:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
async def test_what_is_packed_is_refused_like_any_other_nonsense(
    world: World, encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    await world.settled("Alice")
    headers = {HEADER: SECRET, **JSON, "Content-Encoding": encoding}
    status, _headers = await brought(world.state, b"\x1f\x8b broken", headers=headers)

    assert 400 == status
    assert "Traceback" not in caplog.text


async def test_an_unreadable_update_costs_only_itself(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """200, so that Telegram does not bring it for a day."""
    alice = await world.settled("Alice")
    status, _headers = await brought(world.state, {"update_id": 7, "message": {"text": "my secret"}})
    await alice.says("/why b6")

    assert 200 == status
    assert "update cannot be read" in caplog.text
    assert "my secret" not in caplog.text


async def test_a_repeated_update_is_handled_once(world: World) -> None:
    """Two at the same time, and a third later: one reminder, three times 200."""
    alice = await world.settled("Alice")
    world.state.webhook.copies = 2
    number = await alice.says("/remind stretch 21:30")
    status, _headers = await brought(world.state, said(alice, "/remind stretch 21:30", number))
    world.state.webhook.copies = 1
    await alice.says("/reminders")

    assert 200 == status
    assert 1 == alice.last.text.count("every day at 21:30")


async def test_many_people_are_answered_at_once(world: World) -> None:
    """Fifty people, each update twice."""
    people = [world.person(f"Person {number}") for number in range(50)]
    world.state.webhook.copies = 2
    numbers = [person.write("/why b6") for person in people]
    for number in numbers:
        await world.state.handled(number)
    answers = [[message.text[:10] for message in person.messages if message.from_bot] for person in people]

    assert [["Vitamin B6"]] * 50 == answers


async def test_a_full_house_says_come_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two updates in hand and no more room: 503, and the third is brought again when there is some."""
    monkeypatch.setattr(lanes, "_IN_HAND", 2)
    async with world_on(database, MONDAY_NOON, **hook()) as world:
        alice, bob = world.person("Alice"), world.person("Bob")
        faults = [world.state.faults.add("hang", chat_id=person.id) for person in (alice, bob)]
        for person, fault in zip((alice, bob), faults, strict=True):
            person.write("/why b6")
            await fault.caught()
        status, headers = await brought(world.state, said(alice, "/why b1", 7))
        waiting = alice.write("/why b5")
        for fault in faults:
            fault.release()
        await world.state.handled(waiting)
        await alice.sees("Vitamin B5")

    assert (503, "1") == (status, headers["Retry-After"])


async def test_an_answer_that_telegram_holds_up_does_not_hold_up_its_update(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it changed is on record, so Telegram need not bring it again; its words follow."""
    monkeypatch.setattr(webhook, "_PATIENCE", 0.2)
    alice = await world.settled("Alice")
    fault = world.state.faults.add("hang", method="sendMessage")
    number = alice.write("/remind stretch 21:30")
    await fault.caught()
    await world.state.handled(number)
    said_by_then = alice.last.text
    fault.release()
    await alice.sees("21:30")

    assert "21:30" not in said_by_then


async def test_a_stop_answers_what_is_in_hand_and_keeps_the_webhook(database: str) -> None:
    """The update that is being handled gets its 200; the next one finds nobody, and stays with Telegram."""
    async with telegram() as (state, url):
        alice, bob = state.person("Alice"), state.person("Bob")
        async with bot_on(database, url, hook()) as stop:
            fault = state.faults.add("hang", method="sendMessage")
            taken = alice.write("/why b6")
            await fault.caught()
            stop.set()
            left = bob.write("/why b6")
            await state.feed.until(lambda: has_failed(state), lambda: "nobody was refused")
            fault.release()
            await state.handled(taken)
        pending = set(state.updates.pending)

        assert {left} == pending
        assert [] == state.calls_of("deleteWebhook")


def has_failed(state: SandboxState) -> bool:
    """An update could not be brought."""
    return state.webhook.hook is not None and state.webhook.hook.last_error is not None


async def test_webhook_and_polling_take_over_from_each_other(database: str) -> None:
    """Three bots after one another; what was written in between is answered by the next."""
    async with telegram() as (state, url):
        alice = state.person("Alice")
        for vitamin, settings in (("B1", {}), ("B5", hook()), ("B6", {})):
            alice.write(f"/why {vitamin}")
            async with bot_on(database, url, settings):
                await alice.sees(f"Vitamin {vitamin}")
        said_to_telegram = [call.method for call in state.calls if call.method.endswith("Webhook")]

    assert ["deleteWebhook", "setWebhook", "deleteWebhook"] == said_to_telegram


async def test_a_webhook_that_somebody_took_away_is_set_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else whoever writes would be heard by nobody, and nothing would show it."""
    monkeypatch.setattr("bot.gateway.webhook._LOOK_EVERY", 0.01)
    async with telegram() as (state, url):
        alice = state.person("Alice")
        async with bot_on(database, url, hook()):
            alice.write("/why b1")
            await alice.sees("Vitamin B1")
            async with aiohttp.ClientSession() as stranger, stranger.post(f"{url}/bot{TOKEN}/deleteWebhook") as answer:
                assert answer.ok
            alice.write("/why b6")
            await alice.sees("Vitamin B6")


async def test_what_telegram_could_not_bring_is_said(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A proxy that leads elsewhere looks well from inside."""
    monkeypatch.setattr("bot.gateway.webhook._LOOK_EVERY", 0.01)
    async with telegram() as (state, url):
        settings = hook()
        with socket.create_server(("127.0.0.1", 0)) as elsewhere:
            settings["webhook_url"] = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/telegram"
        async with bot_on(database, url, settings):
            state.person("Alice").write("/why b1")
            await state.feed.until(
                lambda: "could not be brought: Telegram says" in caplog.text, lambda: "nothing was said"
            )


async def test_an_address_that_telegram_refuses_is_one_sentence(database: str) -> None:
    """With what Telegram says against it; the sandbox knows only this machine."""
    async with telegram() as (_state, url):
        settings = hook() | {"webhook_url": "https://bot.example.org/telegram"}
        with pytest.raises(StartError, match=r"Telegram does not accept WEBHOOK_URL: .*this machine only"):
            await bot_runs(database, url, asyncio.Event(), settings)


async def test_a_taken_address_is_one_sentence(database: str) -> None:
    """With the setting that helps."""
    async with telegram() as (_state, url):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            settings = hook() | {"listen": Address("127.0.0.1", taken.getsockname()[1])}
            with pytest.raises(StartError, match=r"cannot be listened on.* choose another host and port with LISTEN"):
                await bot_runs(database, url, asyncio.Event(), settings)


async def test_telegram_is_told_again_when_it_was_too_busy(database: str) -> None:
    """429 at setWebhook: several processes may say it at the same time."""
    async with telegram() as (state, url):
        state.faults.add("too_many_requests", method="setWebhook")
        alice = state.person("Alice")
        alice.write("/why b6")
        async with bot_on(database, url, hook()):
            await alice.sees("Vitamin B6")

        assert 2 == len(state.calls_of("setWebhook"))


@pytest.mark.parametrize("databases_of_one_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("settings", [hook, dict], ids=["webhook", "polling"])
async def test_an_update_waits_for_a_database_that_is_away(
    database: str, settings: Callable[[], dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody gets an apology, and nothing has to be written twice."""
    monkeypatch.setattr(webhook, "_PATIENCE", 0.2)
    async with door_to(database) as (door, address), telegram() as (state, url):
        alice = state.person("Alice")
        async with bot_on(address, url, settings()):
            await alice.says("/why b6")
            door.shut()
            number = alice.write("/why b1")
            fetched = len(state.calls_of("getUpdates"))
            await state.feed.until(
                lambda: has_failed(state) or len(state.calls_of("getUpdates")) > fetched, lambda: "nobody was told"
            )
            unanswered = number in state.updates.pending
            await door.open()
            await alice.sees("Vitamin B1")
            await state.handled(number)
        answers = [message.text[:10] for message in alice.messages if message.from_bot]

    assert unanswered
    assert ["Vitamin B6", "Vitamin B1"] == answers
