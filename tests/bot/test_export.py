"""/export: all about the person as one zip, readable and documented, and nothing of anybody else."""

import asyncio
import csv
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import IO, Any
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import InterfaceError

from bot.dialogue.privacy import archive, tables
from bot.dialogue.privacy.words import COLUMNS
from bot.dialogue.turn import Turn
from bot.sandbox.people import Person
from db import belongings, inventory
from db.crypto import UNREADABLE
from db.engine import Sessions
from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Sex
from db.knowledge.loader import load
from db.models import Delivery, Status, User
from jobs.suggest.profile import Cramps, Profile
from jobs.workouts import Workout
from tests.bot.owned import id_of, with_everything
from tests.data_key import KEYRING
from tests.world import MONDAY_NOON, World


async def export(person: Person) -> dict[str, str]:
    """The texts of the zip that came, by their names; a stretch under way may say something after it."""
    before = _documents(person)
    await person.says("/export")
    (packed,) = _documents(person)[len(before) :]
    with ZipFile(BytesIO(packed)) as zipped:
        return {name: zipped.read(name).decode() for name in zipped.namelist()}


def _documents(person: Person) -> list[bytes]:
    return [message.document for message in person.messages if message.document is not None]


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def everything_of(files: dict[str, str]) -> dict[str, Any]:
    """What is in the file for programs."""
    made: dict[str, Any] = json.loads(files["everything.json"])
    return made


async def test_it_has_every_exported_column_with_its_value(world: World) -> None:
    """By the inventory; nothing about health is left sealed."""
    alice = await with_everything(world, "Alice")
    await alice.says("/stretch")
    await alice.taps("▶ Start")
    everything = everything_of(await export(alice))
    exported = {
        (archive_name, column.name)
        for archive_name, table in archive.PARTS.items()
        for holding in inventory.HOLDINGS.values()
        if holding.exported and holding.table is table
        for column in holding.columns
    }
    there = {(name, column) for name in archive.PARTS for row in everything[name] for column in row}

    assert exported == there
    assert set(inventory.owned_tables()) == set(archive.PARTS.values())
    assert 70.5 == everything["you"][0]["profile"]["weight"]
    assert alice.id == everything["you"][0]["chat_id"]
    assert "not_well" in {row["skipped_for"] for row in everything["nudges"]}
    assert f"{KEYRING.primary}:" not in json.dumps(everything)


async def test_it_has_nothing_of_anybody_else(world: World) -> None:
    """Bob has as much as alice."""
    alice, bob = await with_everything(world, "Alice"), await with_everything(world, "Bob")
    hers, his = await id_of(world, alice), await id_of(world, bob)
    files = await export(alice)
    owners = {row["id" if name == "you" else "user_id"] for name in archive.PARTS for row in everything_of(files)[name]}

    assert {hers} == owners
    assert hers != his
    assert not any(str(bob.id) in text for text in files.values())
    assert {str(hers)} == {row["user_id"] for row in _rows(files["nudges.csv"])}


async def test_its_tables_tell_times_as_the_person_lives_them(world: World) -> None:
    """In their zone, with its distance from UTC; a schedule in words, units in the header."""
    alice = await with_everything(world, "Alice")
    files = await export(alice)
    once, evening = _rows(files["reminders.csv"])
    nudge = next(row for row in _rows(files["nudges.csv"]) if row["skipped_for"])
    profile = {row["item"]: row for row in _rows(files["profile.csv"])}

    assert "every day at 21:30" == evening["rule"]
    assert "2026-03-02 21:30:00+01:00" == evening["next_due_at (Europe/Berlin)"]
    assert "0" == evening["nag (minutes)"]
    assert "ended" == once["state"]
    assert ("skipped", "2026-03-02 13:10:00+01:00") == (nudge["status"], nudge["due_at (Europe/Berlin)"])
    assert ("70.5", "kg") == (profile["profile.weight"]["value"], profile["profile.weight"]["unit"])
    assert ("151.2", "degrees") == (
        profile["profile.place.longitude"]["value"],
        profile["profile.place.longitude"]["unit"],
    )
    assert "when you wrote for the first time" == profile["created_at"]["meaning"]
    assert "2026-03-02 13:00:00+01:00" == profile["created_at"]["value"]


async def test_its_tables_say_in_words_what_the_database_has_as_ids(world: World) -> None:
    """With the labels of the chat, beside the ids or in their place; everything.json has all as it is stored."""
    alice = await with_everything(world, "Alice")
    await world.told(alice, Profile(
        diet=Diet.VEGAN, allergens=frozenset({Allergen.SOY}), traits=frozenset({"kidney_disease"}),
        sex=Sex.FEMALE, age=31, skin=2, cramps=Cramps.NIGHT, nutrients=frozenset({"magnesium"}), weight=70.5,
        dislikes=frozenset({"from_an_older_version"}), workouts=(Workout(45, sport="run"),),
    ))  # fmt: skip
    await alice.says("/settings tone brief")
    files = await export(alice)
    said = {row["value"]: row["in words"] for row in _rows(files["profile.csv"])}
    nudges = _rows(files["nudges.csv"])
    stored = {row["id"]: row for row in everything_of(files)["nudges"]}

    assert {
        "vegan": "Vegan", "soy": "Soy", "kidney_disease": "Kidney disease or dialysis", "female": "Female",
        "31": "31 to 50", "night": "At night", "magnesium": "Magnesium", "brief": "Brief", "run": "run", "70.5": "",
        "from_an_older_version": "",
    }.items() <= said.items()  # fmt: skip
    assert "2: burns easily, tans a little" == said["2"]
    assert {"Not well", ""} == {row["skipped_for"] for row in nudges}
    assert {"stretch", "food"} == {row["kind"] for row in nudges if row["suggestion"]}
    for row in nudges:
        assert not re.search(r"[{<]", row["suggestion"])
        assert (stored[int(row["id"])]["suggestion"] is None) == (row["suggestion"] == "")
    assert any("Stretch" in row["suggestion"] for row in nudges)


async def test_its_tables_name_the_days_and_the_words_for_the_lock_screen(world: World) -> None:
    """Not only their numbers."""
    alice = await with_everything(world, "Alice")
    await world.told(alice, Profile(workouts=(Workout(45, days=frozenset({0, 2})),)))
    await alice.says("/settings quiet 22:00-07:00 sat")
    await alice.says("/settings preview neutral")
    said = {row["item"]: row["in words"] for row in _rows((await export(alice))["profile.csv"])}

    assert {
        "profile.workouts.1.days.1": "Monday", "profile.workouts.1.days.2": "Wednesday",
        "preferences.quiet.1.days.1": "Saturday", "preferences.neutral": "Neutral words",
    }.items() <= said.items()  # fmt: skip


async def test_answers_of_a_check_are_told_with_their_questions(world: World) -> None:
    alice = await world.settled("Alice")
    await alice.says("/check")
    await alice.taps("Agree and begin")
    question = next(iter(load().edition("en").questionnaire.questions))
    answer = next(answer for answer in question.answers if answer.stop is None)
    await alice.taps(f"☐ {answer.label}")
    rows = _rows((await export(alice))["profile.csv"])
    (row,) = (row for row in rows if row["item"].startswith("check.answers."))

    assert (answer.id, f"{question.text} {answer.label}") == (row["value"], row["in words"])


@pytest.mark.parametrize("stored", [{"shape": "new"}, {"form": "pair", "variant": 0, "facts": {}, "cautions": [None]}])
async def test_a_proposal_that_cannot_be_read_is_there_as_it_is_stored(world: World, stored: dict[str, Any]) -> None:
    """It keeps nobody from their data."""
    alice = await with_everything(world, "Alice")
    async with world.app.sessions.begin() as session:
        damaged = {"suggestion": stored, "skipped_for": dict(UNREADABLE), "kind": "walk"}
        await session.execute(update(Delivery).where(Delivery.kind == "food").values(damaged))
    nudges = _rows((await export(alice))["nudges.csv"])

    assert (json.dumps(stored), json.dumps(UNREADABLE)) in {(row["suggestion"], row["skipped_for"]) for row in nudges}


async def test_the_readme_explains_every_file_and_every_column(world: World) -> None:
    """In the words of the inventory, in the order in which they stand."""
    alice = await with_everything(world, "Alice")
    files = await export(alice)
    readme = files["README.txt"].splitlines()
    titles = {name: next(csv.reader(StringIO(text))) for name, text in files.items() if name.endswith(".csv")}

    assert set(files) - {"README.txt"} <= set(readme)
    for name, table in archive.PARTS.items():
        if table is User:
            assert all(f"    {column}: {meaning}" in readme for column, meaning in COLUMNS[User].items())
        else:
            meanings = [COLUMNS[table][column.name] for column in inventory.of_table(table)]
            lines = [f"    {title}: {meaning}" for title, meaning in zip(titles[f"{name}.csv"], meanings, strict=True)]
            start = readme.index(lines[0], readme.index(f"{name}.csv"))
            assert lines == readme[start : start + len(lines)]
    assert list(tables.PERSON_HEADER) == titles["profile.csv"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A spreadsheet takes what begins so for one."""
    assert f"'{start}1+1" == tables.safe(f"{start}1+1")
    assert "1+1=2" == tables.safe("1+1=2")


async def test_what_somebody_typed_runs_in_no_spreadsheet(world: World) -> None:
    """Nor does a place in the south, which begins with a minus."""
    alice = await with_everything(world, "Alice")
    await alice.says("/remind")
    await alice.says('=HYPERLINK("http://example.org")')
    await world.told(alice, Profile(dislikes=frozenset({"@SUM(1)"}), more={"=1+1": "+1"}))
    files = await export(alice)
    cells = [
        cell
        for name, text in files.items()
        if name.endswith(".csv")
        for row in csv.reader(StringIO(text))
        for cell in row
    ]

    assert {"'@SUM(1)", "'+1"} <= set(cells)
    assert [] == [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


async def test_only_one_is_made_in_ten_minutes(world: World) -> None:
    """The answer says when the next can be had; bob's does not wait for alice's."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    first = await export(alice)
    await world.passes(minutes=9)
    await alice.says("/export")
    refused = alice.last
    his = await export(bob)
    await world.passes(minutes=1)
    second = await export(alice)

    assert refused.document is None
    assert "The next one can be made today 13:10" in refused.text
    assert set(first) == set(second) == set(his)
    assert "2026-03-02T12:00:00+00:00" == everything_of(second)["you"][0]["created_at"]


async def test_a_clock_that_was_wrong_keeps_nobody_from_their_data(world: World) -> None:
    """Alice had a file when the clock was ten years ahead."""
    alice = await world.settled("Alice")
    await world.kept(alice, exported_at=world.clock() + timedelta(days=3650))

    assert await export(alice)


async def test_the_file_is_a_message_of_its_own(world: World) -> None:
    """Asked for with a tap, it leaves the message with the button as it was."""
    alice = await world.settled("Alice")
    await alice.says("/privacy")
    privacy = alice.last
    tap = await alice.taps("Take it along")
    unchanged = next(message for message in alice.messages if message.id == privacy.id)

    assert tap.answered
    assert privacy.text == unchanged.text
    assert privacy.id < alice.last.id
    assert "README.txt in it says what each part means" in alice.last.text
    assert alice.last.document is not None


async def test_many_rows_pass_through_memory_a_page_at_a_time(world: World) -> None:
    """More than two pages arrive, each once and in order."""
    alice = await world.settled("Alice")
    number = await id_of(world, alice)
    async with world.app.sessions.begin() as session:
        for minute in range(1201):
            at = MONDAY_NOON - timedelta(days=60) + timedelta(minutes=minute)
            session.add(
                Delivery(user_id=number, kind="stretch", due_at=at, promised_at=at, send_at=at, status=Status.DONE)
            )
    files = await export(alice)
    due = [row["due_at (Europe/Berlin)"] for row in _rows(files["nudges.csv"])]

    assert 1201 == len(set(due)) == len(everything_of(files)["nudges"])
    assert due == sorted(due, key=datetime.fromisoformat)


@asynccontextmanager
async def _half_made(person: Person, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """While this runs, the person's export is half made; at the end it has been answered."""
    half, go_on = asyncio.Event(), asyncio.Event()
    of_person = tables.of_person

    async def waiting(turn: Turn, sessions: Sessions, file: IO[str]) -> None:
        half.set()
        await go_on.wait()
        await of_person(turn, sessions, file)

    monkeypatch.setattr(tables, "of_person", waiting)
    export = asyncio.create_task(person.says("/export"))
    await half.wait()
    yield
    go_on.set()
    await export


async def test_while_one_is_made_nobody_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob is answered, and alice herself gets her nudge."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.says("/remind stretch in 10 minutes")
    async with _half_made(alice, monkeypatch), asyncio.timeout(5):
        bob.write("/timezone Lisbon")  # not `says`, which waits for a confirmation that alice's update holds up
        (his,) = await bob.receives()
        await world.sleeps_through(minutes=15)
        hers = alice.last

    assert "Lisbon" in his.text
    assert "Done" in hers.labels
    assert len(_documents(alice)) == 1


async def test_pages_are_read_while_another_process_writes(world: World, sessions: Sessions) -> None:
    """On SQLite, too, where only one can."""
    alice = await world.settled("Alice")
    number = await id_of(world, alice)
    assert number is not None
    async with sessions.begin() as session, asyncio.timeout(5):
        await session.execute(delete(Delivery))
        found = [row["chat_id"] async for row in belongings.rows(world.app.sessions, User, number)]

    assert [alice.id] == found


async def test_one_that_did_not_arrive_does_not_count(world: World) -> None:
    """Alice may ask again at once, and then not again."""
    alice = await world.settled("Alice")
    world.state.faults.add("forbidden", method="sendDocument")
    await alice.says("/export")
    failed = _documents(alice)
    await export(alice)
    await alice.says("/export")

    assert [] == failed
    assert "You have just had your data" in alice.last.text


async def test_whoever_deletes_everything_meanwhile_is_told_so(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Another process can answer that tap; nothing goes wrong, and no row comes back."""
    alice = await with_everything(world, "Alice")
    number = await id_of(world, alice)
    assert number is not None
    async with _half_made(alice, monkeypatch), world.app.sessions.begin() as session:
        await belongings.forget(session, number)

    assert "nothing to take along any more" in alice.last.text
    assert [] == _documents(alice)
    assert await id_of(world, alice) is None
    assert [] == [record.message for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]


async def test_it_waits_for_a_database_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The update that asked for it is on record already, and would not be handled again."""
    alice = await world.settled("Alice")
    pack, tries = archive.pack, []

    async def once_away(turn: Turn, sessions: Sessions) -> bytes:
        tries.append(turn)
        if len(tries) == 1:
            raise InterfaceError("SELECT", None, OSError("away"))
        return await pack(turn, sessions)

    monkeypatch.setattr(archive, "pack", once_away)
    await export(alice)

    assert 2 == len(tries)


async def test_a_stranger_gets_what_there_is(world: World) -> None:
    """One row, about the message that asked."""
    charlie = world.person("Charlie")
    files = await export(charlie)

    assert [charlie.id] == [row["chat_id"] for row in everything_of(files)["you"]]
    assert [] == everything_of(files)["nudges"]
    assert ("cramp-coach-2026-03-02.zip", "application/zip") == (
        charlie.last.wire["document"]["file_name"],
        charlie.last.wire["document"]["mime_type"],
    )
