"""The key to what is about health: made, missing, wrong, and changed for another one. Real processes and files."""

import asyncio
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from bot import keys
from bot.dialogue.consent import CONSENT
from bot.opening import open_database
from bot.settings import Settings
from db import backup, migrate, sealing, users
from db.crypto import Keyring, new_key
from db.engine import Engine, make_engine, make_sessions
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
    assert f"written with key {key.primary}, but there is no file {_sole_file(tmp_path)}: put that key back" in lost[2]
    assert "Traceback" not in lost[2]
    assert back[0] == 0
    assert await _profile(env["DATABASE_URL"], key) == TOLD


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATA_KEY": NEW}, "which DATA_KEY does not hold: put that key back. Nothing has been changed."),
        ({"DATA_KEY": "hello"}, "DATA_KEY cannot be used: a key is 32 bytes in url-safe base64, 44 characters, as"),
        ({"DATA_KEY": f"'{OLD}'"}, "DATA_KEY cannot be used: a key is 32 bytes in url-safe base64, 44 characters, as"),
        ({"DATA_KEY": f"{NEW} {OLD}x"}, "DATA_KEY cannot be used: a key is 32 bytes"),
        ({"DATA_KEY": ","}, "DATA_KEY cannot be used: there is no key in it."),
        ({"DATA_KEY": "", "DATA_KEY_FILE": "binary"}, "binary cannot be used: it is not a text of ASCII letters."),
        ({"DATA_KEY": "", "DATA_KEY_FILE": "folder"}, "The key in folder cannot be read (Is a directory)"),
        ({"DATA_KEY": "", "DATA_KEY_FILE": "nowhere"}, "but there is no file nowhere: put that key back."),
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


async def test_postgresql_wants_a_key_that_somebody_chose(keyless_database: str, tmp_path: Path) -> None:
    """Each process would make its own, where only it can read it."""
    if keyless_database.startswith("sqlite"):
        pytest.skip("on SQLite the first start makes one")
    env = environment(tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=keyless_database)
    without = await ends("worker", env=env, folder=tmp_path)

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

    before, after = rotated[1].splitlines()
    assert (early[0], rotated[0]) == (2, 0)
    assert before.startswith(f"Every running process must have key {Keyring([NEW]).primary} first:")
    assert after.startswith(
        f"{_shown(database)}: rows encrypted anew: 1. Everything is under key {Keyring([NEW]).primary} now. "
        "No other is needed, if every running process has this one"
    )
    assert "rows encrypted anew: 0." in again[1]
    assert await _profile(database, Keyring([NEW])) == TOLD


def _settings(database: str, key: str) -> Settings:
    return Settings.model_validate({"database_url": database, "data_key": key})


async def test_two_first_starts_with_different_keys_do_not_both_succeed(keyless_database: str) -> None:
    """The second one is told which key there is; its own seals nothing."""
    engines = {key: make_engine(keyless_database) for key in (OLD, NEW)}
    await asyncio.gather(*(sealing.known(engine) for engine in engines.values()))  # both are connected
    starts = [keys.unlock(engine, _settings(keyless_database, key), Keyring([key])) for key, engine in engines.items()]
    outcomes = await asyncio.gather(*starts, return_exceptions=True)
    known = await sealing.known(engines[OLD])
    for engine in engines.values():
        await engine.dispose()

    (refused,) = (str(outcome) for outcome in outcomes if isinstance(outcome, keys.KeyProblemError))
    assert outcomes.count(None) == 1
    assert f"This database was written with key {next(iter(known))}, which DATA_KEY does not hold" in refused


async def test_a_first_sealing_that_was_killed_goes_on_with_its_key_only(
    keyless_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a lost key would leave a mixture that another key seals further."""
    engine = make_engine(keyless_database)
    async with engine.begin() as connection:
        for number in range(5):
            await connection.execute(
                text("INSERT INTO users (chat_id, language, created_at, seen_at, profile)"
                     """ VALUES (:number, 'en', :at, :at, '{"weight": 61.0}')"""),
                {"number": number, "at": MONDAY_NOON if engine.dialect.name == "postgresql" else "2026-03-02 12:00:00"},
            )  # fmt: skip
    reseal = sealing.reseal
    monkeypatch.setattr(sealing, "_BATCH", 2)

    async def killed(engine: Engine, keyring: Keyring, _progress: sealing.Progress) -> int:
        def stop(_done: int, _total: int) -> None:
            raise KeyboardInterrupt

        return await reseal(engine, keyring, stop)

    monkeypatch.setattr(sealing, "reseal", killed)
    with pytest.raises(KeyboardInterrupt):
        await keys.unlock(engine, _settings(keyless_database, OLD), KEYRING)
    monkeypatch.setattr(sealing, "reseal", reseal)
    half = await _in_clear(engine)
    with pytest.raises(keys.KeyProblemError, match=f"written with key {KEYRING.primary}"):
        await keys.unlock(engine, _settings(keyless_database, NEW), Keyring([NEW]))
    still = await _in_clear(engine)
    await keys.unlock(engine, _settings(keyless_database, OLD), KEYRING)
    left = await _in_clear(engine)
    await engine.dispose()

    assert (half, still, left) == (3, 3, 0)


async def _in_clear(engine: Engine) -> int:
    async with engine.connect() as connection:
        rows = await connection.scalars(text("SELECT count(*) FROM users WHERE CAST(profile AS TEXT) LIKE '{%'"))
        return int(rows.one())


async def test_after_an_upgrade_no_word_in_clear_is_left_in_the_files(tmp_path: Path) -> None:
    """In the file, its free pages and its log, right after the first start of a version that encrypts."""
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    engine = make_engine(database)
    await migrate.upgrade(engine, "0005")
    await engine.dispose()
    with sqlite3.connect(tmp_path / "bot.db") as old:
        old.execute("PRAGMA secure_delete=OFF")  # whatever this SQLite was built with
        for number in range(3000):
            profile = '{"weight": 81.5, "dislikes": ["zebrafish"]}'
            old.execute("INSERT INTO users (chat_id, language, created_at, seen_at, profile) VALUES (?, 'en', ?, ?, ?)",
                        (number, "2026-03-02 12:00:00", "2026-03-02 12:00:00", profile))  # fmt: skip
        old.execute("DELETE FROM users WHERE chat_id > 100")
    old.close()
    before = _files(tmp_path)
    engine = await open_database(_settings(database, OLD))
    after = _files(tmp_path)
    await engine.dispose()

    assert b"zebrafish" in before["bot.db"]
    assert {"bot.db", "bot.db-wal"} <= after.keys()
    assert [name for name, content in after.items() if b"zebrafish" in content or b"81.5" in content] == []
    assert KEYRING.primary.encode() in after["bot.db"]


async def test_without_room_for_a_second_file_the_bot_starts_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The data are sealed; what is left of the old ones goes at the next start."""
    settings = _settings(f"sqlite:///{tmp_path / 'bot.db'}", OLD)

    async def no_room(_engine: Engine) -> bool:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(sealing, "scour", no_room)
        await (await open_database(settings)).dispose()
    said = caplog.text
    caplog.clear()
    engine = await open_database(settings)
    again = await sealing.adopt(engine, KEYRING)
    await engine.dispose()

    assert "may still hold words about health in clear" in said
    assert "in clear" not in caplog.text
    assert not again


def _shown(database: str) -> str:
    return make_url(database).render_as_string(hide_password=True)


@pytest.mark.parametrize("between", [",", " ", "\n", ", "])
def test_keys_may_stand_apart_by_whatever_looks_right(between: str) -> None:
    """None is taken for a part of another, and none is left in a log."""
    settings = _settings("sqlite:///bot.db", between.join((NEW, OLD)))
    keyring = keys.given(settings)

    assert keyring is not None
    assert keyring.ids == Keyring([NEW, OLD]).ids
    assert {NEW, OLD} <= set(settings.secrets)


async def test_a_power_cut_while_the_first_key_is_written_leaves_a_bot_that_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is the whole key or none."""
    settings = Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 'bot.db'}"})

    def cut(_file: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr("os.fsync", cut)
        with pytest.raises(KeyboardInterrupt):
            await open_database(settings)
    left = _sole_file(tmp_path).exists()
    await (await open_database(settings)).dispose()

    assert not left
    assert stat.S_IMODE(_sole_file(tmp_path).stat().st_mode) == 0o600
    assert len(_sole_file(tmp_path).read_text()) == len(OLD) + 1


async def test_of_several_first_starts_at_once_each_takes_the_key_that_one_has_made(tmp_path: Path) -> None:
    env = environment(tmp_path, BOT_TOKEN=TOKEN)
    starts = await asyncio.gather(*(ends("migrate", env=env, folder=tmp_path) for _ in range(4)))

    assert [0] * 4 == [status for status, _out, _err in starts]


async def test_who_comes_second_to_the_first_start_takes_its_key(tmp_path: Path) -> None:
    """It had looked for a key before there was one."""
    settings = Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 'bot.db'}"})
    await (await open_database(settings)).dispose()
    engine = make_engine(settings.database)
    await keys.unlock(engine, settings, None)
    await engine.dispose()

    assert keys.given(settings) is not None


async def test_a_process_that_missed_a_rotation_says_again_which_key_it_needs(database: str, tmp_path: Path) -> None:
    """As soon as it meets somebody whom it cannot read: what it writes is under the old key."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=database, DATA_KEY=f"{NEW},{OLD}")
    async with world_on(database, data_key=OLD) as world:
        alice = await world.settled("Alice")
        await _told(database, KEYRING, chat_id=alice.id)
        await ends("rotate-key", env=env, folder=tmp_path)
        await alice.says("/settings")
        said = alice.last.text
    early = await ends("migrate", env=env | {"DATA_KEY": NEW}, folder=tmp_path)

    assert "it may come back" in said
    assert early[0] == 2
    assert f"written with key {KEYRING.primary}" in early[2]


async def test_what_was_deleted_is_in_no_file_after_the_next_tidying(tmp_path: Path) -> None:
    """Not in the log either, while the bot runs on."""
    async with world_on(f"sqlite:///{tmp_path / 'bot.db'}") as world:
        alice = await world.settled("Alice", zone="America/Argentina/Ushuaia")
        await alice.says("/delete")
        await alice.taps("Delete all of it")
        await alice.taps("Yes, delete it now")
        before = _files(tmp_path)
        await world.app.tidy()
        after = _files(tmp_path)

    assert any(b"ushuaia" in content for content in before.values())
    assert not any(b"ushuaia" in content for content in after.values())
    assert after["bot.db-wal"] == b""


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
