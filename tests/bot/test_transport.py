"""What Telegram's errors mean for a nudge, over real connections of this machine."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.gateway import refusals, transport
from bot.settings import choose_timedeltas
from jobs.sender import SendError

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the request, then close without an answer."""
    await reader.readuntil(b"\r\n\r\n")


async def _say_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await reader.read()


async def _say(writer: asyncio.StreamWriter, body: str, status: str = "200 OK") -> None:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\nConnection: close\r\n\r\n"
    writer.write((head + body).encode())
    await writer.drain()
    writer.close()


async def _refuse_with_502(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    await writer.drain()


async def _error_of_a_send(port: int, *, patience: float = 10) -> SendError:
    bot = transport.make_bot(token="1:x", api_url=f"http://127.0.0.1:{port}")
    try:
        await bot.send_message(1, "hello", read_timeout=patience)
    except TelegramError as error:
        return refusals.send_error(error)
    finally:
        await bot.request.shutdown()
    raise AssertionError("it was sent")


async def _error_from(serve: Serve, *, patience: float = 10) -> SendError:
    over = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()
        await writer.wait_closed()
        over.set()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        error = await _error_of_a_send(server.sockets[0].getsockname()[1], patience=patience)
        await asyncio.wait_for(over.wait(), 10)
        return error


async def _say_half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request, then close in the middle of the answer."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok": true, ')
    await writer.drain()


@pytest.mark.parametrize(("serve", "patience"), [(_hang_up, 10), (_say_nothing, 0.1), (_say_half, 10)])
async def test_a_request_without_an_answer_may_have_arrived(serve: Serve, patience: float) -> None:
    """Hung up on, silence, or less than all of the answer: Telegram had the request."""
    assert (await _error_from(serve, patience=patience)).ambiguous


async def test_what_found_no_connection_has_not_arrived() -> None:
    """Nobody listens there."""
    server = await asyncio.start_server(_hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()

    error = await _error_of_a_send(port)

    assert (False, "NetworkError") == (error.ambiguous, error.reason)


async def test_an_answer_is_asked_for_as_it_is() -> None:
    """To unpack it takes longer than to get it."""
    heads = list[bytes]()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    await _error_from(refuse)

    assert b"accept-encoding: identity\r\n" in heads[0].lower()


async def _said(chat_id: int, text: str) -> object:
    """What the server gets of this message."""
    bodies = list[bytes]()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        bodies.append(await reader.readexactly(int(length.partition(b":")[2])))
        await _say(writer, '{"ok": true, "result": {"message_id": 5}}')

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        bot = transport.make_bot(token="1:x", api_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert 5 == await bot.say(chat_id, text)
        await bot.request.shutdown()
    return json.loads(bodies[0])


async def test_half_a_character_is_sent_by_its_number() -> None:
    """It is no text that could be written; what Telegram makes of it is Telegram's affair."""
    assert {"chat_id": 1, "text": "a\ud83d"} == await _said(1, "a\ud83d")


async def test_a_number_beyond_64_bits_is_sent_as_it_is() -> None:
    """What Telegram makes of it is Telegram's affair, too."""
    assert {"chat_id": 2**70, "text": "a"} == await _said(2**70, "a")


async def _fetched(result: str) -> tuple[list[dict[str, Any]], int | None]:
    """What getUpdates gives where the server answers with this."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await _say(writer, f'{{"ok": true, "result": {result}}}')

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        bot = transport.make_bot(token="1:x", api_url=f"http://127.0.0.1:{port}")
        try:
            return await bot.fetch(offset=3, wait=0)
        finally:
            for request in bot._request:
                await request.shutdown()


@pytest.mark.parametrize("result", ["[5]", "null", '[{"foo": 1}]', '"text"', '[{"update_id": "x"}]', "{}", "7"])
async def test_what_is_no_list_of_updates_is_an_error_that_passes(result: str) -> None:
    with pytest.raises(TelegramError):
        await _fetched(result)


async def test_what_is_no_update_costs_only_itself() -> None:
    assert ([{"update_id": 7}], 8) == await _fetched('[5, {"update_id": 7}, {"update_id": "x"}]')
    assert ([], 3) == await _fetched("[]")


async def test_half_a_character_in_a_text_keeps_no_update_away() -> None:
    """Nor the others that come with it."""
    batch = '[{"update_id": 7, "message": {"text": "a\\ud83d"}}, {"update_id": 8}]'

    assert ([{"update_id": 7, "message": {"text": "a\ud83d"}}, {"update_id": 8}], 9) == await _fetched(batch)


async def test_a_number_that_no_update_can_have_costs_only_itself() -> None:
    assert ([{"update_id": 7}], 8) == await _fetched(f'[{{"update_id": 7}}, {{"update_id": {10**30}}}]')


async def test_a_server_error_is_an_answer() -> None:
    """502: Telegram said that it did not work."""
    error = await _error_from(_refuse_with_502)

    assert (False, False) == (error.ambiguous, error.refused)


def test_only_a_refused_message_counts_as_refused() -> None:
    """A chat that is gone is about the person, a network that is gone about nobody."""
    errors = [BadRequest("Message is too long"), BadRequest("Chat not found"), NetworkError("down")]

    assert [(True, False), (False, True), (False, False)] == [
        (error.refused, error.permanent) for error in map(refusals.send_error, errors)
    ]


@pytest.mark.parametrize(
    ("error", "ambiguous"),
    [
        (TelegramError("Invalid server response"), True),
        (NetworkError("Gateway Timeout (504)"), True),
        (NetworkError("Internal Server Error (500)"), False),
    ],
)
def test_an_answer_that_says_nothing_may_hide_an_arrival(error: TelegramError, ambiguous: bool) -> None:
    """A gateway that lost patience, or a body that cannot be read; 500 is Telegram's own word that it failed."""
    assert ambiguous == refusals.send_error(error).ambiguous


def _answering(status: str, body: str) -> Serve:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await _say(writer, body, status)

    return answer


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("200 OK", '{"ok": false}'),
        ("200 OK", "null"),
        ("200 OK", "[]"),
        ("503 Service Unavailable", '"Service Unavailable"'),
        ("500 Internal Server Error", "null"),
        ("400 Bad Request", '{"ok": false, "description": "x", "parameters": [1]}'),
        ("400 Bad Request", '{"ok": false, "description": 5}'),
    ],
)
async def test_json_of_another_shape_is_an_answer_that_cannot_be_read(status: str, body: str) -> None:
    """As load balancers and gateways on the way give it. It may have arrived, and is tried again."""
    assert (await _error_from(_answering(status, body))).ambiguous


@pytest.mark.parametrize(
    "body",
    [
        "<html>Too Many Requests</html>",
        '{"ok": false, "description": "x"}',
        '{"ok": false, "parameters": null}',
        '{"retry_after": 5}',
        *(
            f'{{"ok": false, "parameters": {{"retry_after": {odd}}}}}'
            for odd in ("0", '"soon"', "1e20", "NaN", "9" * 30)
        ),
    ],
)
async def test_a_429_that_does_not_say_for_how_long_is_a_pause_all_the_same(body: str) -> None:
    """As of a gateway on the way: for everybody, like Telegram's own, and not this nudge's alone."""
    choose_timedeltas()
    error = await _error_from(_answering("429 Too Many Requests", body))

    assert (timedelta(seconds=10), False) == (error.retry_after, error.ambiguous)


async def test_nothing_is_logged_of_an_answer_that_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    """It holds what people wrote."""
    with pytest.raises(TelegramError):
        await _fetched('[{"update_id": 7, "message": {"text": "kidney"}')

    assert "kidney" not in caplog.text


@pytest.mark.parametrize("moved_to", ["9.5", '"abc"', "9" * 30])
async def test_a_chat_that_moved_to_nowhere_is_a_refusal(moved_to: str) -> None:
    """And not the id of whoever it was."""
    body = f'{{"ok": false, "description": "x", "parameters": {{"migrate_to_chat_id": {moved_to}}}}}'
    error = await _error_from(_answering("400 Bad Request", body))

    assert (True, None) == (error.refused, error.new_chat_id)


@pytest.mark.parametrize("result", ["{}", "7", '{"message_id": null}'])
async def test_a_message_without_a_number_may_have_arrived(result: str) -> None:
    """Nothing is known of it but that it was taken."""
    answer = _answering("200 OK", f'{{"ok": true, "result": {result}}}')
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        bot = transport.make_bot(token="1:x", api_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(TelegramError) as refusal:
            await bot.say(1, "hello")
        await bot.request.shutdown()

    assert refusals.send_error(refusal.value).ambiguous


@pytest.mark.parametrize(("said", "meant"), [(-5, 1), (0, 1), (7, 7), (10**6, 24 * 3600), ("soon", 10)])
def test_a_pause_is_a_second_at_least_and_a_day_at_most(said: Any, meant: int) -> None:
    """Else a poller that is told to wait for less than nothing asks without end. What is no number is some seconds."""
    choose_timedeltas()

    assert timedelta(seconds=meant) == refusals.pause_of(RetryAfter(said))


async def test_an_answer_that_trickles_has_an_end() -> None:
    """Each of its bytes comes in time."""
    is_over, is_closed = asyncio.Event(), asyncio.Event()

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while not is_over.is_set():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)  # a real connection goes by real time
        except ConnectionError:
            is_over.set()
        finally:
            writer.close()
            is_closed.set()

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        bot = transport.make_bot(token="1:x", api_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        sending = bot.send_message(
            1, "hello", read_timeout=0.3, write_timeout=0.5, connect_timeout=0.5, pool_timeout=0.5
        )
        with pytest.raises(TimedOut) as refusal:
            await asyncio.wait_for(sending, 10)
        assert refusals.send_error(refusal.value).ambiguous
        await bot.request.shutdown()
        is_over.set()
        await asyncio.wait_for(is_closed.wait(), 5)


async def test_what_is_no_bot_is_an_error_that_passes() -> None:
    """Whoever asks who the bot is asks again."""
    async with await asyncio.start_server(_answering("200 OK", '{"ok": true, "result": {}}'), "127.0.0.1", 0) as server:
        bot = transport.make_bot(token="1:x", api_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(TelegramError):
            await bot.get_me()
        assert ("", None) == await bot.hook()
        await bot.request.shutdown()
