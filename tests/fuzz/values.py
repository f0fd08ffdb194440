"""What is hard to keep, to show or to read: texts, numbers and whole values of the wrong kind. Seeded by the caller."""

from random import Random
from typing import Any

TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202eevil\u202c", "\u200b\u200d\u2060", "\ufeff", "\r\n\t",
    "<b>", "</b>", "<a href='x'>", "<script>alert(1)</script>", "&amp;&lt;", "& < >", "<tg-spoiler>", "%s %d {0} {x}",
    "'; DROP TABLE users; --", "../../etc/passwd", "${jndi:ldap://x}", "🦵", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "👍🏿", "1️⃣",
    "e\u0301" * 100, "\u0301" * 500, "𝔥𝔢𝔩𝔩𝔬", "ﷺ" * 50, "١٢:٣٠", "２１：３０", "مرحبا", "שלום", "你好", "ß" * 300,
    "x" * 4096, "🦵" * 4096, "<" * 4096, "& " * 2048, "\n" * 4000, "a" * 100_000, "21:30 " * 600, "\u2028\u2029",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 7, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**40, 0.5, -0.0,
    1e308, float("inf"), float("nan"),
)  # fmt: skip
_KEYS = ("id", "type", "from", "chat", "date", "text", "user", "message_id", "title", "first_name", "unheard_of")
_DEEP = 3


def anything(rng: Random, depth: int = 0) -> Any:
    """Some value that JSON can express."""
    kind = rng.randrange(8 if depth < _DEEP else 5)
    if kind == 0:
        return None
    if kind == 1:
        return rng.random() < 0.5
    if kind == 2:
        return rng.choice(NUMBERS)
    if kind <= 4:
        return rng.choice(TEXTS)
    if kind == 5:
        return [anything(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {rng.choice(_KEYS): anything(rng, depth + 1) for _ in range(rng.randrange(5))}


def spoiled(rng: Random, value: Any) -> Any:
    """The value with one part of it, somewhere inside, missing, of the wrong kind, or too much."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        match rng.randrange(6):
            case 0:
                return {name: part for name, part in value.items() if name != key}
            case 1:
                return {**value, rng.choice(_KEYS): anything(rng)}
            case _:
                return {**value, key: spoiled(rng, value[key])}
    if isinstance(value, list) and value and rng.random() < 0.7:
        place = rng.randrange(len(value))
        return [*value[:place], spoiled(rng, value[place]), *value[place + 1 :]]
    return anything(rng)
