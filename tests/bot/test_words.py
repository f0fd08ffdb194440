"""Languages: every text goes through gettext, and dates follow the person's locale."""

import gettext
import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from bot.dialogue import wording
from bot.dialogue.nudges.message import lateness
from bot.dialogue.words import Words, words_for
from db.knowledge.loader import load
from jobs.rules import AtTimes, Every, Once
from tests.world import World

pytestmark = pytest.mark.conversation

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


class Bracketed(gettext.NullTranslations):
    """A language in which every translated text stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return f"⟦{singular if number == 1 else plural}⟧"


def _untranslated(text: str) -> str:
    """The letters that stand outside all brackets."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return re.sub(r"[^a-zA-Z]", "", text)


async def test_no_text_reaches_people_past_gettext(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zone names, examples of the grammar and the knowledge base's own prose are all that is left over."""
    bracketed = Words("en", Locale("en", "GB"), Bracketed())
    monkeypatch.setattr("bot.gateway.inbound.words_for", lambda _language: bracketed)
    monkeypatch.setattr("bot.gateway.outbound.words_for", lambda _language: bracketed)
    alice = world.person("Alice")
    for text in (
        "/start", "nowhere-xyz", "Portland", "Berlin", "/start", "/timezone", "/remind",
        "/remind stretch 21:30 weekdays",
        "/remind food every 2h 9-18", "/remind sun every 3 days 10:00", "/remind sun 9", "/remind strech 9:00",
        "/remind stretch whenever", "/reminders", "/next", "/nudge", "/nudge stretch", "/cancel", "/help", "/hlep",
        "/xyzzy", "hello there", "/why", "/why qwertz",
        "/today", "/week", "/pause", "/pause 3d", "/resume", "/workout", "/workout 45 run", "/nudge hydrate",
        "/nudge sun",
        "/settings quiet 22:00-07:30 weekdays", "/settings", "/setup", "/remind stretch 30 min before bed", "23:00",
        "/remind sun best time", "/remind hydrate after workout", "/remind today 7:30",
    ):  # fmt: skip
        await alice.says(text)
    await alice.sends_sticker()
    await world.sleeps_through(hours=10)
    known = {"21:30", "Europe/Berlin", "/help", "2 Mar", "Monday 2 March"}
    edition = load().edition("en")
    things = {s.name for s in edition.stretching.stretches} | {food.name for food in edition.larder.foods.values()}
    things |= {note.text for note in edition.larder.notes.values()}
    names = "|".join(re.escape(name) for name in sorted(things, key=len, reverse=True))
    leftovers = {
        _untranslated(part)
        for message in alice.messages
        if message.from_bot
        for part in (
            re.sub(names, "", re.sub(r"• .*", "", message.text)),
            *(label for label in message.labels if "2h" not in label and not label[0].isdigit()),
        )
    }
    cards = {card.name for card in edition.cards.values()} | {topic.title for topic in edition.topics.values()}
    allowed = {"", *map(_untranslated, {*known, *cards})}

    assert set() == {leftover for leftover in leftovers - allowed if not leftover.startswith("Portland")}


@pytest.mark.parametrize(
    ("language", "clock"),
    [
        ("en", "21:30"),
        ("en-US", "9:30 PM"),
        ("en-GB", "21:30"),
        ("de", "21:30"),
        ("xx-nonsense", "21:30"),
        ("", "21:30"),
    ],
)
def test_clocks_follow_the_locale(language: str, clock: str) -> None:
    """Americans read 9:30 PM; a language without a catalogue reads English texts and English dates."""
    assert clock == wording.clock(words_for(language), time(21, 30)).replace("\u202f", " ")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (AtTimes((time(21, 30),)), "every day at 21:30"),
        (AtTimes((time(8), time(13)), frozenset({0, 2, 4})), "on Mon, Wed and Fri at 08:00 and 13:00"),
        (AtTimes((time(7),), every_days=2, anchor=date(2026, 3, 2)), "every 2 days at 07:00"),
        (AtTimes((time(7),), until=date(2027, 1, 31)), "every day at 07:00, until Sunday 31 January 2027"),
        (Every(90, time(9), time(18), frozenset(range(5))), "every 90 minutes from 09:00 to 18:00, on weekdays"),
        (Every(60, time(9), time(18), frozenset({5, 6})), "every hour from 09:00 to 18:00, at weekends"),
        (Once(NOW + timedelta(days=1)), "once, tomorrow 13:00"),
        (Once(NOW + timedelta(days=2)), "once, Wed 4 Mar 13:00"),
    ],
)
def test_schedules_in_words(rule: AtTimes | Every | Once, words: str) -> None:
    """As a person would say them."""
    said = wording.schedule(words_for("en"), rule, now=NOW, zone=BERLIN)

    assert words == said.replace("Sunday, 31", "Sunday 31")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (125, "2 hours 5 minutes")],
)
def test_spans_in_words(minutes: int, words: str) -> None:
    """With the right plurals."""
    assert words == wording.span(words_for("en"), timedelta(minutes=minutes))


def test_who_is_in_time_hears_of_no_delay() -> None:
    """Only a nudge that is late says so."""
    assert lateness(words_for("en"), promised_at=NOW, late_by=timedelta(0), zone=BERLIN) is None


def test_the_template_for_translators_is_up_to_date(tmp_path: Path) -> None:
    """`make catalogue` was run after the last change of a text."""
    fresh = tmp_path / "messages.pot"
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-k", "mark", "-o", str(fresh),
         "--no-location", "--sort-output", "--omit-header", "--width=110", "bot"],
        cwd=ROOT, check=True,
    )  # fmt: skip

    assert fresh.read_text() == (ROOT / "bot/locale/messages.pot").read_text()


def test_a_catalogue_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts, plurals and dates in one language."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        'msgid "every day"\nmsgstr "jeden Tag"\n'
        'msgid "{n} hour"\nmsgid_plural "{n} hours"\nmsgstr[0] "{n} Stunde"\nmsgstr[1] "{n} Stunden"\n'
    )
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", "compile", "-d", str(tmp_path)], check=True
    )
    monkeypatch.setattr("bot.dialogue.words._CATALOGUES", tmp_path)
    words_for.cache_clear()
    german = words_for("de-AT")
    words_for.cache_clear()

    assert "jeden Tag" == wording.days(german, frozenset(range(7)))
    assert "2 Stunden" == wording.span(german, timedelta(hours=2))
    assert ("de", "Mo.") == (german.language, wording.listed(german, ["Mo."]))
