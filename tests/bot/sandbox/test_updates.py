"""Updates reach the bot once each, by polling or by webhook."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web as http
from aiohttp.test_utils import TestServer
from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, Conflict

from bot.sandbox.people import Person
from bot.sandbox.state import SandboxState
from tests.bot.sandbox.conftest import TOKEN, Running


async def test_updates_stay_until_the_offset_passes_them(bot: Bot, alice: Person) -> None:
    """The same update comes again until a later offset confirms it; ids increase."""
    first, second = alice.write("one"), alice.write("two")

    assert [first, second] == [update.update_id for update in await bot.get_updates()]
    assert [second] == [update.update_id for update in await bot.get_updates(offset=first + 1)]
    assert await bot.get_updates(offset=second + 1) == ()


async def test_limit_and_the_maximum_of_a_hundred(bot: Bot, alice: Person) -> None:
    """A poll brings what was asked for, and never more than 100 updates."""
    for _ in range(101):
        alice.write("x")

    assert (len(await bot.get_updates(limit=2)), len(await bot.get_updates())) == (2, 100)


async def test_a_negative_offset_keeps_only_the_latest(bot: Bot, alice: Person) -> None:
    """Offset -1 forgets all but the last update."""
    for text in ("one", "two", "three"):
        alice.write(text)

    (update,) = await bot.get_updates(offset=-1)
    assert update.message
    assert update.message.text == "three"
    assert len(await bot.get_updates()) == 1


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, alice: Person) -> None:
    """A waiting poll answers as soon as something arrives."""
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await polling(alice.state)
    update_id = alice.write("hello")

    assert [update_id] == [update.update_id for update in await poll]


async def test_a_second_poller_ends_the_first(running: Running, bot: Bot, alice: Person) -> None:
    """The older of two long polls gets 409 Conflict."""
    older = asyncio.create_task(bot.get_updates(timeout=50))
    await polling(running.state)
    async with running.client() as other:
        newer = asyncio.create_task(other.get_updates(timeout=50))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        await polling(running.state)
        alice.write("hello")

        assert len(await newer) == 1


async def test_only_wanted_kinds_are_kept(bot: Bot, alice: Person) -> None:
    """allowed_updates drops other kinds from then on; an update nobody wants counts as handled."""
    await bot.get_updates(allowed_updates=["message"])
    await alice.state.handled(alice.block())
    alice.unblock()
    alice.write("hello")

    (update,) = await bot.get_updates()
    assert update.message


async def test_any_update_can_be_pushed(bot: Bot, state: SandboxState) -> None:
    """raw_update passes anything on, such as a poll."""
    update_id = state.raw_update({"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": []}})

    assert [(update_id, "1")] == [
        (update.update_id, update.poll_answer.poll_id) for update in await bot.get_updates() if update.poll_answer
    ]


async def test_stopping_ends_a_long_poll_at_once(running: Running, bot: Bot) -> None:
    """A poll under way gets its empty answer when the sandbox stops."""
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await polling(running.state)
    await running.sandbox.stop()

    assert await poll == ()


async def polling(state: SandboxState) -> None:
    """Return once a long poll waits at the server."""
    await state.feed.until(lambda: state.updates.waiting, lambda: "no poll came")


async def failed_webhook(bot: Bot, state: SandboxState) -> WebhookInfo:
    """What getWebhookInfo says once a delivery has failed."""
    await state.feed.until(
        lambda: bool(state.webhook.hook and state.webhook.hook.last_error), lambda: "no delivery failed"
    )
    return await bot.get_webhook_info()


class Receiver:
    """A bot's web server that says 500 until it is told to accept, and answers once enough are `together`."""

    def __init__(self) -> None:
        self.accepts = True
        self.together = asyncio.Barrier(1)
        self.seen: list[tuple[int, str | None]] = []
        self.now = self.most = 0

    async def hear(self, request: http.Request) -> http.Response:
        if not self.accepts:
            return http.Response(status=500)
        update = await request.json()
        self.seen.append((update["update_id"], request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.wait_for(self.together.wait(), 10)
        self.now -= 1
        return http.Response()


@pytest_asyncio.fixture(loop_scope="module")
async def receiver() -> Receiver:
    return Receiver()


@pytest_asyncio.fixture(loop_scope="module")
async def hook(receiver: Receiver) -> AsyncIterator[str]:
    app = http.Application()
    app.router.add_post("/hook", receiver.hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook"))


async def test_a_webhook_gets_each_update_in_order(bot: Bot, alice: Person, receiver: Receiver, hook: str) -> None:
    """On one connection updates are posted one by one, with the secret, and count as handled after 2xx."""
    await bot.set_webhook(hook, secret_token="s3cret", max_connections=1)
    first, second = alice.write("one"), alice.write("two")
    await alice.state.handled(second)

    assert [(first, "s3cret"), (second, "s3cret")] == receiver.seen


async def test_a_webhook_gets_several_updates_at_once(bot: Bot, alice: Person, receiver: Receiver, hook: str) -> None:
    """As many as there are connections, while none of them is answered yet; the third waits for one."""
    receiver.together = asyncio.Barrier(2)
    await bot.set_webhook(hook, max_connections=2)
    numbers = [alice.write(text) for text in ("one", "two", "three", "four")]
    for number in numbers:
        await alice.state.handled(number)

    assert numbers == sorted(number for number, _secret in receiver.seen)
    assert 2 == receiver.most


async def test_a_webhook_can_get_the_same_update_twice(bot: Bot, alice: Person, receiver: Receiver, hook: str) -> None:
    """At the same time, as when an answer was lost on its way."""
    alice.state.webhook.copies = 2
    receiver.together = asyncio.Barrier(2)
    await bot.set_webhook(hook)
    number = alice.write("one")
    await alice.state.handled(number)

    assert [number, number] == [seen for seen, _secret in receiver.seen]


async def test_a_webhook_is_tried_again(bot: Bot, alice: Person, receiver: Receiver, hook: str) -> None:
    """An update that was refused comes again, and getWebhookInfo tells of the trouble."""
    receiver.accepts = False
    await bot.set_webhook(hook, allowed_updates=["message"])
    update_id = alice.write("one")
    info = await failed_webhook(bot, alice.state)
    receiver.accepts = True
    await alice.state.handled(update_id)

    assert [(update_id, None)] == receiver.seen
    assert (hook, 1, "Wrong response from the webhook: 500 Internal Server Error", ("message",)) == (
        info.url,
        info.pending_update_count,
        info.last_error_message,
        info.allowed_updates,
    )


async def test_an_unreachable_webhook_is_reported(bot: Bot, alice: Person, receiver: Receiver, hook: str) -> None:
    """A server that is not there is an error to tell about, not one to fall over."""
    await bot.set_webhook("http://127.0.0.1:1/hook")
    alice.write("one")

    info = await failed_webhook(bot, alice.state)
    assert "Cannot connect" in (info.last_error_message or "")


async def test_polling_and_webhook_exclude_each_other(bot: Bot, alice: Person, hook: str) -> None:
    """getUpdates is a conflict while a webhook is set; deleting it, pending updates too, frees it."""
    await bot.set_webhook(hook)
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    alice.write("lost")
    await bot.delete_webhook(drop_pending_updates=True)

    assert (await bot.get_updates(), (await bot.get_webhook_info()).url) == ((), "")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"url": "https://example.org/hook"}, "the sandbox delivers to this machine only"),
        ({"url": "ftp://127.0.0.1/hook"}, "the sandbox delivers to this machine only"),
        ({"url": "http://127.0.0.1/", "secret_token": "no spaces"}, "Secret token contains unallowed"),
        ({"url": "http://127.0.0.1/", "max_connections": 101}, "Max_connections must be between"),
    ],
)
async def test_webhooks_that_are_refused(bot: Bot, settings: dict[str, str], reason: str) -> None:
    """Other machines, odd secrets and too many connections are refused."""
    with pytest.raises(BadRequest, match=reason):
        await bot.set_webhook(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"chat_id": 1, "text": "x"}},
        {"data": {"chat_id": "1", "text": "x"}},
        {"params": {"chat_id": "1", "text": "x"}},
    ],
)
async def test_every_kind_of_body_is_read(
    web: aiohttp.ClientSession, state: SandboxState, body: dict[str, object]
) -> None:
    """JSON, urlencoded and query parameters mean the same; method names ignore case."""
    (person,) = state.crowd([1])
    async with web.post(f"/bot{TOKEN}/SENDMESSAGE", **body) as response:  # type: ignore[arg-type]
        assert response.status == 200

    assert person.last.text == "x"


@pytest.mark.parametrize(
    ("path", "body", "status", "description"),
    [
        ("/bot1:wrong/getMe", b"", 401, "Unauthorized"),
        ("/file/bot1:wrong/photos/file_1", None, 401, "Unauthorized"),
        (f"/file/bot{TOKEN}/photos/file_1", None, 404, "Not Found"),
        (f"/bot{TOKEN}/getYou", b"", 404, "Not Found"),
        (f"/bot{TOKEN}/getMe", b"{broken", 400, "Bad Request: can't parse JSON object"),
        (f"/bot{TOKEN}/getMe", b"[]", 400, "Bad Request: can't parse JSON object"),
        (f"/bot{TOKEN}/sendMessage", b'{"text":"x"}', 400, "Bad Request: chat_id is empty"),
        (f"/bot{TOKEN}/sendMessage", b'{"text":"x","chat_id":"@x"}', 400, "Bad Request: chat not found"),
        (
            f"/bot{TOKEN}/getUpdates",
            b'{"limit":"many"}',
            400,
            'Bad Request: parameter "limit" must be an integer',
        ),
        (
            f"/bot{TOKEN}/sendMessage",
            b'{"text":"x","parse_mode":"MarkdownV2"}',
            400,
            "Bad Request: unsupported parse_mode: the sandbox only speaks HTML, not markdownv2",
        ),
    ],
)
async def test_requests_that_are_refused(
    web: aiohttp.ClientSession, path: str, body: bytes | None, status: int, description: str
) -> None:
    """A wrong token, an unknown method and broken parameters get Telegram's error answers."""
    request = web.get(path) if body is None else web.post(path, data=body, headers={"Content-Type": "application/json"})
    async with request as response:
        answer = await response.json()

    assert (status, {"ok": False, "error_code": status, "description": description}) == (
        response.status,
        answer,
    )
