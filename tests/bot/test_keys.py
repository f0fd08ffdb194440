"""The key to what is about health: made, missing, wrong, and changed for another one. Real processes and files."""

import stat
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.consent import CONSENT
from db import backup, users
from db.crypto import Keyring, new_key
from db.engine import make_engine, make_sessions, parse_url
from db.models import User
from jobs.suggest.profile import Profile
from tests.bot.test_cli import ends, environment
from tests.data_key import DATA_KEY, KEYRING
from tests.world import MONDAY_NOON, TOKEN, world_on

OLD, NEW = DATA_KEY, new_key()
TOLD = Profile(weight=61.0).to_json()


def _sole_file(folder: Path) -> Path:
    return folder / "bot.db.key"


async def _told(url: str, keyring: Keyring, *, chat_id: int = 7) -> None:
    """Somebody told their weight, and it was sealed by this keyring."""
    engine = make_engine(url, keyring)
    async with make_sessions(engine).begin() as session:
        user = await users.ensure(session, chat_id=chat_id, language="en", now=MONDAY_NOON)
        user.profile, user.consent = TOLD, CONSENT
    await engine.dispose()


async def _profile(url: str, keyring: Keyring) -> Any:
    engine = make_engine(url, keyring)
    async with make_sessions(engine).begin() as session:
        user = await session.get(User, 1)
    await engine.dispose()
    assert user is not None
    return user.profile


async def test_the_first_start_on_sqlite_makes_a_key_and_says_where(tmp_path: Path) -> None:
    """For its owner only, and once."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN)
    first = await ends("migrate", env=env, folder=tmp_path)
    key = _sole_file(tmp_path).read_text()
    again = await ends("migrate", env=env, folder=tmp_path)

    assert first[0] == again[0] == 0
    assert str(_sole_file(tmp_path)) in first[2]
    assert key.strip() not in first[1] + first[2]
    assert again[2] == ""
    assert stat.S_IMODE(_sole_file(tmp_path).stat().st_mode) == 0o600
    assert key == _sole_file(tmp_path).read_text()


async def test_a_lost_key_is_one_sentence_and_nothing_is_made_in_its_place(tmp_path: Path) -> None:
    env = environment(tmp_path, BOT_TOKEN=TOKEN)
    await ends("migrate", env=env, folder=tmp_path)
    key = Keyring([_sole_file(tmp_path).read_text().strip()])
    await _told(env["DATABASE_URL"], key)
    _sole_file(tmp_path).rename(tmp_path / "elsewhere")
    lost = await ends("migrate", env=env, folder=tmp_path)
    (tmp_path / "elsewhere").rename(_sole_file(tmp_path))
    back = await ends("migrate", env=env, folder=tmp_path)

    assert lost[0] == 2
    assert f"This database was written with key {key.primary}, which {_sole_file(tmp_path)} does not hold" in lost[2]
    assert "Traceback" not in lost[2]
    assert back[0] == 0
    assert await _profile(env["DATABASE_URL"], key) == TOLD


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATA_KEY": NEW}, "which DATA_KEY does not hold: put that key back. Nothing has been changed."),
        ({"DATA_KEY": "hello"}, "DATA_KEY cannot be used: a key is 32 bytes in url-safe base64, 44 characters, as"),
        ({"DATA_KEY": ","}, "DATA_KEY cannot be used: there is no key in it."),
        ({"DATA_KEY": "", "DATA_KEY_FILE": "binary"}, "binary cannot be used: it is not a text of ASCII letters."),
        ({"DATA_KEY": "", "DATA_KEY_FILE": "folder"}, "The key in folder cannot be read (Is a directory)"),
        ({"DATA_KEY": "", "DATA_KEY_FILE": "nowhere"}, "which nowhere does not hold: put that key back."),
    ],
)
async def test_a_wrong_key_is_one_sentence_and_changes_nothing(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    env = environment(tmp_path, BOT_TOKEN=TOKEN, DATA_KEY=OLD)
    await ends("migrate", env=env, folder=tmp_path)
    await _told(env["DATABASE_URL"], KEYRING)
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    (tmp_path / "folder").mkdir()
    status, _out, err = await ends("run", env=env | settings, folder=tmp_path)

    assert status == 2
    assert sentence in err
    assert "Traceback" not in err
    assert not (tmp_path / "nowhere").exists()
    assert await _profile(env["DATABASE_URL"], KEYRING) == TOLD


async def test_postgresql_wants_a_key_that_somebody_chose(databases_of_one_kind: Any, tmp_path: Path) -> None:
    """Each process would make its own, where only it can read it."""
    url = databases_of_one_kind.migrated()
    if url.startswith("sqlite"):
        pytest.skip("on SQLite the first start makes one")
    env = environment(tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=url)
    without = await ends("worker", env=env, folder=tmp_path)
    databases_of_one_kind.done(url)

    assert without[0] == 2
    assert "DATA_KEY is not set" in without[2]
    assert "python -m bot new-key" in without[2]


async def test_a_new_key_is_printed_and_differs_each_time(tmp_path: Path) -> None:
    env = environment(tmp_path)
    made = [await ends("new-key", env=env, folder=tmp_path) for _ in range(2)]

    assert [(0, ""), (0, "")] == [(status, err) for status, _out, err in made]
    assert len({Keyring([out.strip()]).primary for _status, out, _err in made}) == 2


async def test_rotate_key_takes_the_database_to_the_new_key(database: str, tmp_path: Path) -> None:
    """After that the old one is needed no more."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=database, DATA_KEY=OLD)
    await ends("migrate", env=env, folder=tmp_path)
    await _told(database, KEYRING)
    early = await ends("migrate", env=env | {"DATA_KEY": NEW}, folder=tmp_path)
    rotated = await ends("rotate-key", env=env | {"DATA_KEY": f"{NEW}, {OLD}"}, folder=tmp_path)
    again = await ends("rotate-key", env=env | {"DATA_KEY": NEW}, folder=tmp_path)

    assert early[0] == 2
    assert rotated[:2] == (
        0, f"{_shown(database)}: rows encrypted anew: 1. Everything is under key {Keyring([NEW]).primary} now, and no "
           "other is needed.\n"
    )  # fmt: skip
    assert "rows encrypted anew: 0." in again[1]
    assert await _profile(database, Keyring([NEW])) == TOLD


def _shown(database: str) -> str:
    return parse_url(database).render_as_string(hide_password=True)


async def test_where_there_is_no_database_nothing_is_rotated_and_none_is_made(tmp_path: Path) -> None:
    """In a wrong folder, say: else the old key would be thrown away, which the right one still needs."""
    env = environment(tmp_path, DATA_KEY=f"{NEW},{OLD}")
    status, _out, err = await ends("rotate-key", env=env, folder=tmp_path)

    assert (status, err) == (2, f"There is no database at {tmp_path}/bot.db: check DATABASE_URL.\n")
    assert list(_files(tmp_path)) == []


async def test_people_notice_nothing_of_a_rotation(database: str, tmp_path: Path) -> None:
    """The bot runs on, with both keys."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=database, DATA_KEY=f"{NEW},{OLD}")
    async with world_on(database, data_key=env["DATA_KEY"]) as world:
        alice = await world.settled("Alice")
        await _told(database, KEYRING, chat_id=alice.id)
        rotated = await ends("rotate-key", env=env, folder=tmp_path)
        await alice.says("/settings dislikes spinach")
        await alice.says("/settings")

    assert "rows encrypted anew: 1." in rotated[1]
    assert "61" in alice.last.text
    assert "pinach" in alice.last.text
    assert await _profile(database, Keyring([NEW])) != TOLD


# What nobody may find in a file: what alice tells, in the words of her messages and of our tables.
_TELLING = ("vegan", "kidney", "warfarin", "spinach", "shellfish", "not_well", "zebrafish", "81.5", "high_blood")


async def test_no_word_about_health_is_in_the_database_file_its_log_or_a_backup(tmp_path: Path) -> None:
    """Read as bytes, with what SQLite has not overwritten yet."""
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    async with world_on(database, data_key=None, data_key_file=_key_in(tmp_path / "keys")) as world:
        alice = await world.settled("Alice")
        await alice.says("/settings diet vegan")
        await alice.taps("Agree")
        for told in ("allergies shellfish", "dislikes spinach", "conditions kidney", "medicines warfarin",
                     "weight 81.5", "conditions high blood pressure", "dislikes zebrafish"):  # fmt: skip
            await alice.says(f"/settings {told}")
        await alice.says("/remind food 13:30")
        await alice.says("/remind stretch 13:40")
        await world.passes(hours=2)
        await alice.says("/nudge stretch")
        await alice.taps("Skip")
        await alice.taps("Not well")
        await alice.says("/check")
        await alice.taps("Agree and begin")
        backup.copy(database, tmp_path / "copy.db", progress=lambda _done, _all: None, stopped=lambda: False)
        contents = _files(tmp_path)

    assert {"bot.db", "bot.db-wal", "copy.db"} <= contents.keys()
    assert all(KEYRING.primary.encode() in contents[name] for name in ("bot.db-wal", "copy.db"))
    found = [(name, word) for name, content in contents.items() for word in _TELLING if word.encode() in content]
    assert found == []
    assert list(_files(tmp_path / "keys")) == ["key"]


def _key_in(folder: Path) -> Path:
    folder.mkdir()
    (folder / "key").write_text(DATA_KEY)
    return folder / "key"


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes().lower() for path in folder.iterdir() if path.is_file()}
