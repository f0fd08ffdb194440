"""The server itself: who may talk to it, where it listens, and the JSON behind the page."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.state import SandboxState
from tests.bot.sandbox.conftest import START, TOKEN, MovableClock, Running, Serve
from tests.bot.sandbox.test_conversation import echo

MARKUP = InlineKeyboardMarkup([[InlineKeyboardButton("Done", callback_data="d")]])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::2]", "["])
async def test_foreign_host_names_are_refused(web: aiohttp.ClientSession, host: str) -> None:
    """A name that resolves here by DNS rebinding is turned away."""
    async with web.get("/sandbox/state", headers={"Host": host}) as response:
        assert response.status == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1", "[::1]:9"])
async def test_loopback_host_names_are_served(web: aiohttp.ClientSession, host: str) -> None:
    """Any name of this machine is fine, with any port."""
    async with web.get("/sandbox/state", headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", "http://a:b"]
)
async def test_foreign_pages_are_refused(web: aiohttp.ClientSession, origin: str) -> None:
    """A page from elsewhere, or from another port of this machine, is turned away."""
    async with web.post("/sandbox/people", json={"name": "x"}, headers={"Origin": origin}) as response:
        assert response.status == 403


async def test_own_page_is_served(running: Running, web: aiohttp.ClientSession) -> None:
    """The page's own origin may do everything."""
    body, headers = {"name": "Alice"}, {"Origin": running.url}
    async with web.post("/sandbox/people", json=body, headers=headers) as response:
        assert response.status == 200


async def test_page_forbids_foreign_content(web: aiohttp.ClientSession) -> None:
    """The page comes with a policy that lets nothing in from outside, and so does every answer."""
    async with web.get("/") as response:
        assert "default-src 'none'; script-src 'self'" in response.headers["Content-Security-Policy"]
        page = await response.text()
    async with web.get("/page/chat.js") as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    assert "http://" not in page
    assert "https://" not in page


async def test_a_taken_port_is_an_error(running: Running) -> None:
    """A port that somebody else has is reported as OSError."""
    other = Sandbox(token=TOKEN, clock=running.clock.now)

    with pytest.raises(OSError, match="address already in use"):
        await other.start(int(running.url.rsplit(":", 1)[1]))


def test_a_token_has_its_form(clock: MovableClock) -> None:
    """What is no bot token is refused with an example."""
    with pytest.raises(ValueError, match="a bot token looks like 123456789:"):
        Sandbox(token="hunter2", clock=clock.now)


async def ask(web: aiohttp.ClientSession, path: str, body: object = None) -> tuple[int, Any]:
    request = web.get(path) if body is None else web.post(path, json=body)
    async with request as response:
        return response.status, await response.json()


async def test_overview_tells_what_the_page_needs(web: aiohttp.ClientSession, bot: Bot, state: SandboxState) -> None:
    """People come with the menu and the description in their language."""
    await bot.set_my_commands([("why", "Warum")], language_code="de")
    await bot.set_my_description("Über Krämpfe", "de")
    bob = state.person("Bob", "de")
    group = state.group("Runners", [bob])
    _, overview = await ask(web, "/sandbox/state")

    person = {
        "id": bob.id,
        "name": "Bob",
        "language_code": "de",
        "blocked": False,
        "commands": [{"command": "why", "description": "Warum"}],
        "description": "Über Krämpfe",
        "bot_name": "Sandbox bot",
        "menu_button": True,
    }
    assert ([person], [{"id": group.id, "title": "Runners"}], int(START.timestamp()), False) == (
        overview["people"],
        overview["groups"],
        overview["now"],
        overview["clock_control"],
    )


async def test_people_act_over_http(web: aiohttp.ClientSession, bot: Bot, alice: Person) -> None:
    """Every act of the page becomes its update."""
    await bot.send_message(alice.id, "Stretch", reply_markup=MARKUP)
    (message,) = alice.messages
    acts: list[tuple[str, dict[str, object]]] = [
        ("says", {"text": "hello", "reply_to": message.id}),
        ("taps", {"label": "Done"}),
        ("taps", {"message_id": message.id, "data": "d"}),
        ("shares_location", {"latitude": 1, "longitude": 2}),
        ("shares_contact", {"phone_number": "+49"}),
        ("sends_sticker", {}),
        ("sends_voice", {"seconds": 2}),
        ("sends_document", {"name": "x.txt", "data": "eA=="}),
        ("edits", {"message_id": message.id + 1, "text": "hi"}),
        ("asks_inline", {"query": "salt"}),
        ("blocks", {}),
        ("unblocks", {}),
    ]
    answers = [await ask(web, f"/sandbox/people/{alice.id}/{act}", body) for act, body in acts]

    updates = await bot.get_updates()
    assert [(200, {"update_id": update.update_id}) for update in updates] == answers
    assert updates[0].message and updates[0].message.reply_to_message


@pytest.mark.parametrize(
    ("act", "body", "problem"),
    [
        ("dances", {}, "no act 'dances'"),
        ("says", {"text": ""}, "a message needs a text"),
        ("taps", {"label": "Nope"}, "no button 'Nope'"),
        ("taps", {"message_id": 1, "data": None}, "this button opens or copies something"),
        ("presses", {"label": "Nope"}, "no key 'Nope'"),
        ("edits", {"message_id": 1, "text": "x"}, "a person can only edit their own messages"),
        ("shares_location", {"latitude": 91, "longitude": 0}, "latitude is -90 to 90"),
        ("sends_photo", {"data": "!"}, "data must be base64"),
        ("sends_photo", {"data": "eA=="}, "IMAGE_PROCESS_FAILED"),
    ],
)
async def test_impossible_acts_are_explained(
    web: aiohttp.ClientSession, bot: Bot, alice: Person, *, act: str, body: dict[str, object], problem: str
) -> None:
    """What a person cannot do is answered with the reason."""
    await bot.send_message(alice.id, "Stretch", reply_markup=MARKUP)
    status, answer = await ask(web, f"/sandbox/people/{alice.id}/{act}", body)

    assert status == 400
    assert problem in str(answer["error"])


async def test_a_blocked_chat_takes_no_text(alice: Person) -> None:
    """Somebody who blocked the bot has to unblock it before writing."""
    alice.block()

    with pytest.raises(PermissionError, match="Alice cannot write here"):
        alice.write("hello")


async def test_a_location_key_needs_a_place(bot: Bot, alice: Person) -> None:
    """A press on a location key without a place is a mistake in the test."""
    board = {"keyboard": [[{"text": "Here", "request_location": True}]]}
    await bot.send_message(alice.id, "Where?", api_kwargs={"reply_markup": board})

    with pytest.raises(ValueError, match="'Here' asks for a location"):
        alice.press("Here")


@pytest.mark.parametrize(
    "path", ["/sandbox/chats/1", "/sandbox/files/unknown", "/sandbox/people/1/says", "/sandbox/nowhere"]
)
async def test_unknown_things_are_not_found(web: aiohttp.ClientSession, path: str) -> None:
    """Unknown chats, files and people are 404."""
    async with web.request("POST" if "says" in path else "GET", path, json={}) as response:
        assert response.status == 404


@pytest.mark.parametrize("body", [b"{broken", b"[]"])
async def test_broken_json_is_refused(web: aiohttp.ClientSession, body: bytes) -> None:
    """The page's addresses take JSON objects only."""
    async with web.post("/sandbox/people", data=body) as response:
        assert response.status == 400


async def test_a_nameless_person_is_refused(web: aiohttp.ClientSession) -> None:
    """A person needs a name."""
    assert await ask(web, "/sandbox/people", {"name": " "}) == (400, {"error": "a person needs a name"})


async def test_groups_crowds_and_updates_over_http(
    web: aiohttp.ClientSession, bot: Bot, state: SandboxState, alice: Person
) -> None:
    """A benchmark in another process can set its stage."""
    await ask(web, "/sandbox/crowd", {"first_id": 100, "count": 3})
    _, group = await ask(web, "/sandbox/groups", {"title": "Runners", "members": [alice.id]})
    await ask(web, f"/sandbox/people/{alice.id}/says", {"text": "hi", "group_id": group["id"]})
    await ask(web, "/sandbox/updates", {"callback_query": {}})
    await bot.send_message(102, "x")
    _, calls = await ask(web, "/sandbox/calls?method=sendMessage&chat_id=102")
    for nothing in ("x", "--5"):
        assert 400 == (await ask(web, f"/sandbox/calls?chat_id={nothing}"))[0]

    assert (["hi"], [alice.user], 2) == (
        [message.text for message in state.groups[group["id"]].messages],
        state.groups[group["id"]].members,
        len(state.updates.pending),
    )
    assert [(call["method"], call["outcome"]) for call in calls] == [("sendMessage", 200)]


async def test_faults_over_http(web: aiohttp.ClientSession, state: SandboxState) -> None:
    """Faults can be scripted, mistakes are explained, and clear ends them all."""
    assert await ask(web, "/sandbox/faults", {"kind": "forbidden", "chat_id": 5}) == (200, {})
    assert await ask(web, "/sandbox/faults", {"rate": 5}) == (200, {})
    status, answer = await ask(web, "/sandbox/faults", {"kind": "explode"})
    assert (status, "unknown fault 'explode'" in str(answer["error"])) == (400, True)
    await ask(web, "/sandbox/faults", {"clear": True})

    assert state.faults.take("sendMessage", 5) is None


async def test_clock_moves_only_under_control(
    web: aiohttp.ClientSession, state: SandboxState, clock: MovableClock
) -> None:
    """Without a control the clock stands; with one it moves by hours or to the next nudge."""
    assert await ask(web, "/sandbox/clock", {"hours": 1}) == (409, {"error": "this bot's clock cannot be moved"})
    state.control = clock
    assert await ask(web, "/sandbox/clock", {"to": "next"}) == (200, {"now": None})
    clock.due = START + timedelta(hours=5)
    await ask(web, "/sandbox/clock", {"to": "next"})
    assert timedelta(hours=5) == clock.now() - START
    for nothing in ({}, {"hours": "x"}, {"hours": 1e99}, {"hours": "nan"}):
        assert 400 == (await ask(web, "/sandbox/clock", nothing))[0]
    _, answer = await ask(web, "/sandbox/clock", {"hours": 24})

    assert int((START + timedelta(hours=29)).timestamp()) == answer["now"]


async def test_pictures_are_shown_and_files_are_saved(
    web: aiohttp.ClientSession, bot: Bot, alice: Person, picture: bytes
) -> None:
    """A picture is served as one; any other file only as a download."""
    photo = await bot.send_photo(alice.id, picture)
    document = await bot.send_document(alice.id, b"<script>", filename="x.html")
    assert document.document
    async with web.get(f"/sandbox/files/{photo.photo[0].file_id}") as response:
        assert ("image/png", picture) == (response.content_type, await response.read())
    async with web.get(f"/sandbox/files/{document.document.file_id}") as response:
        assert (
            response.content_type,
            response.headers["Content-Disposition"],
        ) == ("application/octet-stream", "attachment")


async def test_the_stream_tells_every_change(
    web: aiohttp.ClientSession, bot: Bot, state: SandboxState, alice: Person
) -> None:
    """The page hears of people, messages, edits, taps, deletions and actions as they happen."""
    async with web.get("/sandbox/events") as stream:
        heard = [await event(stream)]
        sent = await bot.send_message(alice.id, "Stretch", reply_markup=MARKUP)
        tap = alice.tap("Done")
        await bot.answer_callback_query(tap.id, "ok")
        await bot.edit_message_text("Done", alice.id, sent.message_id)
        await bot.delete_message(alice.id, sent.message_id)
        await bot.send_chat_action(alice.id, "typing")
        state.person("Bob")
        alice.block()
        ask_inline = alice.ask_inline("salt")
        await bot.answer_inline_query(ask_inline.id, [])
        heard += [await event(stream) for _ in range(9)]

    assert [one["type"] for one in heard] == [
        "hello",
        "message",
        "tap",
        "tap",
        "edit",
        "deleted",
        "action",
        "overview",
        "overview",
        "inline",
    ]
    message = heard[1]["message"]
    assert isinstance(message, dict)
    assert (message["text"], message["from_bot"]) == ("Stretch", True)


async def event(stream: aiohttp.ClientResponse) -> dict[str, object]:
    line = await stream.content.readline()
    await stream.content.readline()
    told = json.loads(line.removeprefix(b"data: "))
    assert isinstance(told, dict)
    return told


async def test_a_stream_ends_with_the_server(running: Running, web: aiohttp.ClientSession) -> None:
    """Stopping the sandbox ends the page's stream at once."""
    async with web.get("/sandbox/events") as stream:
        await event(stream)
        await running.sandbox.stop()

        assert await stream.content.read() == b""


async def test_chats_show_their_open_taps(web: aiohttp.ClientSession, bot: Bot, alice: Person) -> None:
    """A page that loads in the middle of a tap sees the button spin."""
    await bot.send_message(alice.id, "Stretch", reply_markup=MARKUP)
    tap = alice.tap("Done")
    _, chat = await ask(web, f"/sandbox/chats/{alice.id}")

    taps, messages = chat["taps"], chat["messages"]
    assert isinstance(taps, list)
    assert isinstance(messages, list)
    assert ([tap.id], 1) == ([one["id"] for one in taps], len(messages))


async def test_every_coroutine_waits_for_the_bot(serve: Serve, alice: Person, picture: bytes) -> None:
    """Each act of a person returns once the bot has confirmed its update."""
    serve(echo)
    await alice.starts("payload")
    assert alice.last.text == "You wrote /start payload"
    await alice.shares_location(1, 2)
    await alice.shares_contact()
    await alice.sends_photo(picture)
    await alice.sends_document(b"x")
    await alice.sends_voice()
    await alice.sends_sticker()
    await alice.edits(alice.messages[0], "edited")
    await alice.blocks()
    await alice.unblocks()

    assert alice.state.updates.pending == {}


async def test_next_message_waits_for_a_later_one(bot: Bot, state: SandboxState, alice: Person) -> None:
    """next_message ignores what is there already; sees finds words that come by an edit."""
    sent = await bot.send_message(alice.id, "old")
    upcoming = asyncio.create_task(state.next_message(alice))
    edited = asyncio.create_task(alice.sees("changed"))
    await asyncio.sleep(0)
    await bot.send_message(alice.id, "new")
    await bot.edit_message_text("changed", alice.id, sent.message_id)

    assert ((await upcoming).text, (await edited).text) == ("new", "changed")


def test_nothing_sent_is_no_last_message(alice: Person) -> None:
    """A chat without a bot message has no last one."""
    with pytest.raises(LookupError, match="the bot has sent Alice nothing"):
        _ = alice.last


async def test_a_page_that_goes_away_is_let_go(
    web: aiohttp.ClientSession, bot: Bot, state: SandboxState, alice: Person
) -> None:
    """A closed page stops being fed."""
    async with web.get("/sandbox/events") as stream:
        await event(stream)
        stream.close()
    for _ in range(3):
        await bot.send_message(alice.id, "x")
        await bot.get_me()

    assert not state.feed.watched


async def test_a_chosen_result_is_said_through_the_bot(serve: Serve, alice: Person) -> None:
    """A chosen inline result arrives as the person's own text, marked with the bot."""
    seen: list[str | None] = []

    async def note(_: Bot, update: Update) -> None:
        assert update.message and update.message.via_bot
        seen.append(update.message.text)

    serve(note)
    await alice.chooses({"title": "Salt", "input_message_content": {"message_text": "About salt"}})

    assert seen == ["About salt"]
