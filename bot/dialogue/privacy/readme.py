"""README.txt of an export: what each file and each column means, in the words of the inventory."""

from collections.abc import Iterator, Mapping

from bot.dialogue.privacy import tables
from bot.dialogue.privacy.words import COLUMNS, HOLDINGS
from bot.dialogue.turn import Turn
from bot.dialogue.words import Words
from db import inventory
from db.models import Base, User


def text(turn: Turn, parts: Mapping[str, type[Base]]) -> str:
    """The whole page. `parts`: the tables by the names that they have in the export."""
    return "\n".join((*_intro(turn), *_about_person(turn.words), *_about_tables(turn, parts)))


def _intro(turn: Turn) -> Iterator[str]:
    _ = turn.words.gettext
    yield _("All that this bot keeps about you, as of {moment}.").format(
        moment=turn.local.isoformat(sep=" ", timespec="minutes")
    )
    yield _("It tells of your health: keep it where only you can read it.") + "\n"
    yield "everything.json"
    yield _("  All of it, as it is stored, for programs. Times are in UTC.") + "\n"
    yield _("The tables (.csv, UTF-8) hold the same for spreadsheets, and say more of it in words. Times are those "
            "of {zone}, with their distance from UTC. A cell that begins with = + - or @ has a ' before it, so that no "
            "spreadsheet runs it.").format(
        zone=turn.zone) + "\n"  # fmt: skip


def _about_person(words: Words) -> Iterator[str]:
    _ = words.gettext
    yield "profile.csv"
    yield _("  You: one line for each thing, with its unit, and in words where it is a name of mine. Within it:")
    yield from _of_holdings(words, User)
    yield ""


def _about_tables(turn: Turn, parts: Mapping[str, type[Base]]) -> Iterator[str]:
    _ = turn.words.gettext
    for name, table in parts.items():
        if table is User:
            continue
        yield f"{name}.csv"
        yield from _of_holdings(turn.words, table)
        yield _("  Columns:")
        for column, title in zip(inventory.of_table(table), tables.header(table, turn.zone), strict=True):
            yield _column(turn.words, table, column.name, title)
        yield ""


def _of_holdings(words: Words, table: type[Base]) -> Iterator[str]:
    for holding in inventory.HOLDINGS.values():
        if holding.table is table:
            about = HOLDINGS[holding.name]
            title, what = words.gettext(about.title), words.gettext(about.what)
            yield f"  {title}: {what}"
            if table is User:
                yield from (_column(words, table, column.name, column.name) for column in holding.columns)


def _column(words: Words, table: type[Base], name: str, title: str) -> str:
    meaning = words.gettext(COLUMNS[table][name])
    return f"    {title}: {meaning}"
