"""The server that all others are measured against is not what is measured."""

import asyncio
import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.bench import crowd
from tests.bench.bench import Bench, Row
from tests.bench.telegram import TOKEN

_CONNECTIONS = 32
_LEAST = 2_000


def server(bench: Bench) -> Iterator[Row]:
    """Requests a second that it answers to bare sockets, which spend no time of their own on them."""
    requests = bench.size.nudges
    bench.telegram("crowd", crowd.chats(requests))
    bench.telegram("forget")
    bench.say(f"{requests:,} bare requests")
    rate = bench.alone(_knock, bench.telegram.url, requests, within=120)
    yield Row(
        f"the Bot API server: sendMessage/s from {_CONNECTIONS} bare sockets",
        f"{rate:,.0f}/s",
        "",
        f"≥ {_LEAST:,}/s, so that it holds nobody up",
        rate >= _LEAST,
    )


async def _knock(url: str, requests: int) -> float:
    numbers = iter(range(requests))
    address = urlsplit(url)

    async def client() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for number in numbers:
            writer.write(_request(crowd.FIRST_CHAT + 1 + number))
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(_CONNECTIONS)))
    return requests / (time.perf_counter() - began)


def _request(chat_id: int) -> bytes:
    buttons = [[{"text": word, "callback_data": word} for word in ("Done", "Later", "Skip", "Why?")]]
    text = "<b>Stretch</b>\n" + "Lean into each stretch until you feel a mild pull, hold, breathe, let go. " * 5
    body = json.dumps(
        {"chat_id": chat_id, "text": text, "parse_mode": "HTML", "reply_markup": {"inline_keyboard": buttons}}
    ).encode()
    head = f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
