"""People with reminders and a past, made by the database itself: a million of them within a minute.

A person's number is their row's id, and their chat is FIRST_CHAT more. Sorts of people and kinds of nudges take turns.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from string import Template
from typing import Any

from sqlalchemy import Connection, CursorResult, text

from db.engine import Engine, take_time
from jobs.rule_json import to_json
from tests.bench.templates import PEOPLE, RULES, Bygone, bygones
from tests.data_key import KEYRING

FIRST_CHAT = 5_000_000_000
KINDS = list(RULES)
_DAY = 24 * 3600

# What the statements below say the same on both databases, and differently.
_EVERYWHERE = {
    "numbers": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :people)",
    "chat": str(FIRST_CHAT),
    "sorts": str(len(PEOPLE)),
    "kinds": str(len(KINDS)),
    "day": str(_DAY),
    "step": str(_DAY // len(KINDS)),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        **_EVERYWHERE,
        "json": "",
        "as_json": "",
        "after": "strftime('%Y-%m-%d %H:%M:%f000', :now, (",
        "seconds": ") || ' seconds')",
    },
    "postgresql": {
        **_EVERYWHERE,
        "json": "CAST(",
        "as_json": " AS JSON)",
        "after": "(CAST(:now AS timestamptz) + (",
        "seconds": ") * interval '1 second')",
    },
}

_TEMPLATES = (
    "CREATE TEMPORARY TABLE sorts (sort INTEGER PRIMARY KEY, profile TEXT, preferences TEXT)",
    "CREATE TEMPORARY TABLE kinds (kind INTEGER PRIMARY KEY, name TEXT, rule TEXT)",
    "CREATE TEMPORARY TABLE bygones (sort INTEGER, kind INTEGER, day INTEGER, status TEXT, suggestion TEXT)",
)
_USERS = """
    INSERT INTO users (id, chat_id, language, zone, profile, preferences, consent, created_at, seen_at)
    $numbers
    SELECT n, $chat + n, 'en', :zone, $json profile $as_json, $json preferences $as_json, 1,
           $after -10 * $day $seconds, $after -10 * $day $seconds
    FROM numbers JOIN sorts ON sort = n % $sorts
"""
# The kind whose turn it is comes first, the others later in equal steps.
_REMINDERS = """
    INSERT INTO reminders (id, user_id, kind, rule, anyway, state, next_due_at, fired, created_at)
    SELECT (users.id - 1) * $kinds + kind + 1, users.id, name, $json rule $as_json, true, 'on',
           $after (users.id + kind) % $kinds * $step + :first + users.id % :spread $seconds, 5, created_at
    FROM users CROSS JOIN kinds
"""
_PAST = """
    INSERT INTO deliveries (user_id, reminder_id, kind, ordinal, due_at, promised_at, send_at, status, attempts,
                            worker, message_id, sent_at, suggestion, asked, answered_at)
    SELECT users.id, (users.id - 1) * $kinds + kinds.kind + 1, name, 5 - day,
           $after 1800 * kinds.kind - $day * day $seconds, $after 1800 * kinds.kind - $day * day $seconds,
           $after 1800 * kinds.kind - $day * day $seconds, status, 1, 'earlier', 1000 - day,
           $after 1800 * kinds.kind - $day * day $seconds, $json suggestion $as_json, 1,
           CASE WHEN status = 'sent' THEN NULL ELSE $after 1800 * kinds.kind - $day * day + 600 $seconds END
    FROM bygones JOIN kinds ON kinds.kind = bygones.kind JOIN users ON users.id % $sorts = sort
"""
_OWED = """
    INSERT INTO deliveries (user_id, reminder_id, kind, ordinal, due_at, promised_at, send_at, status, attempts, asked)
    SELECT user_id, id, kind, 5, $after 0 $seconds, $after 0 $seconds, $after 0 $seconds, 'planned', 0, 0
    FROM reminders WHERE user_id <= :people AND (user_id + (id - 1) % $kinds) % $kinds = 0 ORDER BY user_id
"""
_FALL_DUE = """
    UPDATE reminders SET next_due_at = $after 0 $seconds
    WHERE user_id BETWEEN :least AND :most AND (user_id + (id - 1) % $kinds) % $kinds = 0
"""
_FATES = "SELECT status, count(*) AS deliveries FROM deliveries WHERE due_at >= $after 0 $seconds GROUP BY status"
_ROW_IDS = (
    "SELECT setval(pg_get_serial_sequence('users', 'id'), (SELECT max(id) FROM users))",
    "SELECT setval(pg_get_serial_sequence('reminders', 'id'), (SELECT max(id) FROM reminders))",
)


def chats(people: int) -> range:
    """The chats of numbers 1 to `people`."""
    return range(FIRST_CHAT + 1, FIRST_CHAT + 1 + people)


async def settle(
    engine: Engine,
    people: int,
    *,
    now: datetime,
    zone: str = "Europe/Berlin",
    days: int = 5,
    first: int = 3600,
    spread: int = 1,
) -> None:
    """Numbers 1 to `people`, each with a reminder of each kind and a past of so many days.

    A person's first reminder falls due `first` seconds after `now`, and up to `spread` more by their number; the
    others follow in steps of 6 hours.
    """
    past = [_stored(bygone) for bygone in bygones(days, zone=zone, now=now)]
    async with engine.begin() as connection:
        await take_time(connection)
        await connection.run_sync(_write_templates, past)
        numbers = {"people": people, "zone": zone, "first": first, "spread": spread}
        for statement in (_USERS, _REMINDERS, _PAST):
            await connection.run_sync(_do, statement, now, numbers)
        await connection.run_sync(_close)


async def owe(engine: Engine, *, at: datetime, people: int) -> None:
    """One nudge for everybody up to this number, of the kind whose turn it is, due at `at`."""
    async with engine.begin() as connection:
        await take_time(connection)
        await connection.run_sync(_do, _OWED, at, {"people": people})
        await connection.execute(text("ANALYZE"))


async def fall_due(engine: Engine, *, at: datetime, people: int) -> None:
    """The reminder of everybody's turn, up to this number, falls due at `at`."""
    async with engine.begin() as connection:
        await take_time(connection)
        await connection.run_sync(_do, _FALL_DUE, at, {"least": 1, "most": people})


async def fall_due_each(engine: Engine, moments: Mapping[int, datetime]) -> None:
    """The reminder of each of these numbers' turn falls due at a moment of its own."""
    async with engine.begin() as connection:
        for number, moment in moments.items():
            await connection.run_sync(_do, _FALL_DUE, moment, {"least": number, "most": number})


async def fates(engine: Engine, since: datetime) -> dict[str, int]:
    """How many deliveries that were due since then have which status."""
    async with engine.begin() as connection:
        await take_time(connection)
        counts = (await connection.run_sync(_do, _FATES, since, {})).mappings()
        return {str(count["status"]): int(count["deliveries"]) for count in counts}


def _stored(bygone: Bygone) -> dict[str, object]:
    suggestion = json.dumps(KEYRING.seal(bygone.suggestion)) if bygone.suggestion else None
    return {**vars(bygone), "suggestion": suggestion}


def _write_templates(connection: Connection, past: Sequence[Mapping[str, object]]) -> None:
    for statement in _TEMPLATES:
        connection.execute(text(statement))
    for sort, (profile, preferences) in enumerate(PEOPLE):
        values = {
            "sort": sort,
            "profile": json.dumps(KEYRING.seal(profile.to_json())),
            "preferences": json.dumps(preferences.to_json()),
        }
        connection.execute(text("INSERT INTO sorts VALUES (:sort, :profile, :preferences)"), values)
    for kind, (name, rule) in enumerate(RULES.items()):
        connection.execute(
            text("INSERT INTO kinds VALUES (:kind, :name, :rule)"),
            {"kind": kind, "name": name, "rule": json.dumps(to_json(rule))},
        )
    if past:
        connection.execute(text("INSERT INTO bygones VALUES (:sort, :kind, :day, :status, :suggestion)"), past)


def _do(connection: Connection, statement: str, now: datetime, values: Mapping[str, object]) -> CursorResult[Any]:
    """A statement in the words of this database. `now` is what its instants count from."""
    dialect = connection.dialect.name
    wanted = text(Template(statement).substitute(_WORDS[dialect]))
    instant = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if dialect == "sqlite" else now
    names = {"now": instant, **values}
    return connection.execute(wanted, {name: names[name] for name in wanted.compile().params})


def _close(connection: Connection) -> None:
    """Without the templates, and with what the planner of queries and the next row need to know."""
    for name in ("sorts", "kinds", "bygones"):
        connection.execute(text(f"DROP TABLE {name}"))
    if connection.dialect.name == "postgresql":
        for statement in _ROW_IDS:
            connection.execute(text(statement))
    connection.execute(text("ANALYZE"))
