"""What people type as a time, and that nothing is ever guessed."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.dialogue import wording
from bot.dialogue.times import Ambiguous, Misunderstood, Outcome, Question, Reason, Understood, canonical, parse
from bot.dialogue.timetext.words import vocabulary
from bot.dialogue.words import words_for
from jobs.rules import ALL_DAYS, AtTimes, Every, Landmark, Once, Relative, Rule

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
TODAY = NOW.date()
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def understand(text: str, language: str = "en") -> Outcome:
    return parse(text, now=NOW, zone=BERLIN, language=language)


def understand_rules(text: str) -> tuple[Rule, ...]:
    outcome = understand(text)
    assert isinstance(outcome, Understood)
    return outcome.rules


def load_phrases() -> list[tuple[str, str, str]]:
    """Give each phrase with its language and what it should lead to."""
    found = []
    language = ""
    for line in Path(__file__).with_name("times_phrases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line[1 : line.index("]")]
        elif line and not line.startswith("#"):
            text, _, expected = line.partition("= ")
            found.append((language, text.strip(" "), expected.strip()))
    return found


def shown(outcome: Outcome) -> str:
    """Write an outcome the way the file of phrases does."""
    match outcome:
        case Understood(rules):
            return " ; ".join(map(shown_rule, rules))
        case Ambiguous(question, options):
            return f"? {question}: {' | '.join(options)}"
        case Misunderstood(reason, part, instead):
            return f"! {reason}: {part}{' > ' if instead else ''}{' | '.join(instead)}".strip()


def shown_rule(rule: Rule) -> str:
    if isinstance(rule, Once):
        return f"once {rule.at.astimezone(BERLIN):%Y-%m-%d %H:%M}"
    until = f" until {rule.until.isoformat()}" if rule.until else ""
    if isinstance(rule, Every):
        head = f"every {rule.minutes} min {rule.start:%H:%M}-{rule.end:%H:%M}"
    elif isinstance(rule, Relative):
        head = f"{rule.minutes:+} min {rule.landmark}"
    else:
        head = "at " + " ".join(f"{moment:%H:%M}" for moment in rule.times)
        if rule.anchor:
            return f"every {rule.every_days} days from {rule.anchor} {head}{until}"
    return f"{head} on {shown_days(rule.days)}{until}"


def shown_days(days: frozenset[int]) -> str:
    names = {ALL_DAYS: "mon-sun", frozenset(range(5)): "mon-fri"}
    return names.get(days) or " ".join(name for number, name in enumerate(WEEK) if number in days)


PHRASES = load_phrases()


@pytest.mark.parametrize(("language", "text", "expected"), PHRASES)
def test_phrases(language: str, text: str, expected: str) -> None:
    """Every phrase of the file leads to what the file says."""
    assert expected == shown(understand(text, language))


def test_there_are_enough_phrases() -> None:
    """The file holds more than five hundred phrases, none of them twice, and those that were promised."""
    texts = {(language, text) for language, text, _ in PHRASES}
    promised = {"tomorrow 8", "every other day at 7", "mon-fri 7:30 and sat 10", "30 min before bed"}

    assert len(PHRASES) > 530
    assert len(PHRASES) == len(texts)
    assert promised == {text for language, text in texts if language == "en" and text in promised}


words = st.sampled_from(sorted(" ".join(phrase) for phrase in vocabulary("en")))
numbers = st.integers(0, 2400).map(str) | st.sampled_from(["08:00", "9", "9.30", "21h30", "31", "2027"])
signs = st.sampled_from([" ", "-", ":", ".", ",", "/", " - ", " and ", "h", "pm", "every ", "until ", "in "])
sentences = st.lists(words | numbers | signs, max_size=12).map(" ".join) | st.lists(numbers | signs).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.text() | sentences, st.sampled_from(["en", "de", "pt-BR", "zh_Hant", "", "😀", "en-" * 9]))
@example("8 " * 2000, "en")
@example("mon 8 " * 700, "en")
@example("until " * 700, "en")
@example("1/" * 2000, "en")
@example("every 2h " * 500, "en")
@example("9-" * 2048, "en")
@example("st " * 1300, "en")
@example("1 st the " * 450, "en")
@example("9" * 4096, "en")
@example("a" * 4096, "en")
@example("30 min before " * 700, "en")
@example("before bed " * 700, "en")
@example("bed 9 " * 900, "en")
@example("after my " * 900, "en")
@example("31 dec 9999 8:00", "en")
@example("every 999999999 h 9-18", "en")
@example("in 999999999 weeks 8:00", "en")
def test_any_text_has_an_outcome(text: str, language: str) -> None:
    """No text raises; refusals name a short part; and every option that is offered is understood."""
    outcome = understand(text, language)

    offered: tuple[str, ...] = ()
    if isinstance(outcome, Misunderstood):
        assert len(outcome.part) <= 40
        offered = outcome.instead
    if isinstance(outcome, Ambiguous):
        assert 2 <= len(set(outcome.options)) <= 4
        offered = outcome.options
    for option in offered:
        answer = understand(option, language)
        assert isinstance(answer, Understood)
        assert option == canonical(answer.rules, BERLIN)


wall_times = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
weekdays = st.just(ALL_DAYS) | st.frozensets(st.integers(0, 6), min_size=1)
untils = st.none() | st.integers(14, 900).map(lambda days: TODAY + timedelta(days=days))
time_lists = st.sets(wall_times, min_size=1, max_size=12).map(lambda times: tuple(sorted(times)))
# A workout is known by its end: before that nobody can ask for.
offsets = st.sampled_from([0, 0, 1, 30, 60, 90, 720])
relative = st.builds(
    Relative,
    st.sampled_from(sorted(set(Landmark) - {Landmark.WORKOUT})),
    offsets | offsets.map(int.__neg__) | st.integers(-720, 720),
    weekdays,
    untils,
) | st.builds(Relative, st.just(Landmark.WORKOUT), offsets | st.integers(0, 720), weekdays, untils)
rules = (
    st.builds(AtTimes, time_lists, weekdays, until=untils)
    | st.builds(
        AtTimes,
        time_lists,
        every_days=st.integers(2, 7),
        anchor=st.integers(-9, 7).map(lambda days: TODAY + timedelta(days=days)),
        until=untils,
    )
    | st.builds(Every, st.integers(60, 240), st.just(time(7)), st.sampled_from([time(19), time(2), time(7)]), weekdays)
    | relative
    | st.builds(Once, st.integers(1, 400_000).map(lambda minutes: NOW + timedelta(minutes=minutes)))
)


@given(rules)
def test_the_canonical_text_says_the_same(rule: Rule) -> None:
    """A rule written as text is read as the same rule."""
    # The second pass through a night that has the same hour twice cannot be typed.
    outcome = understand(canonical([rule], BERLIN))
    if isinstance(rule, Once) and rule.at.astimezone(BERLIN).fold:
        rule = Once(rule.at - timedelta(hours=1))

    assert Understood((rule,)) == outcome


def test_the_canonical_text_of_two_rules() -> None:
    """Several rules stand in one text, with the last day that they share."""
    until = TODAY + timedelta(days=30)
    pair = (
        AtTimes((time(7, 30),), until=until),
        Every(90, time(9), time(18), frozenset({5, 6}), until),
    )

    assert Understood(pair) == understand(canonical(pair, BERLIN))


@given(st.lists(relative, min_size=2, max_size=4, unique=True))
def test_the_canonical_text_of_several_landmarks(several: list[Relative]) -> None:
    """Those that share their last day, or have none, stand in one text."""
    several = list(dict.fromkeys(replace(rule, until=several[0].until) for rule in several))

    assert Understood(tuple(several)) == understand(canonical(several, BERLIN))


@pytest.mark.parametrize(
    "text",
    [
        "today and tomorrow at sunset",
        "tomorrow at bedtime and 14:00",
        "tomorrow at bedtime and sunset",
        "tomorrow at sunset and mon 8:00",
    ],
)
def test_the_canonical_text_of_single_dates(text: str) -> None:
    """A landmark of one date keeps it beside rules that have none, or another one."""
    outcome = understand(text)
    assert isinstance(outcome, Understood)

    assert set(outcome.rules) == set(understand_rules(canonical(outcome.rules, BERLIN)))


@given(relative)
def test_what_is_said_of_a_landmark_is_understood(rule: Relative) -> None:
    """The bot's own words for a rule, typed back, are the same rule."""
    rule = replace(rule, until=None)
    said = wording.schedule(words_for("en"), rule, now=NOW, zone=BERLIN)

    assert (rule,) == understand_rules(said)


def test_options_last_over_midnight() -> None:
    """An option for tomorrow names the date, so that it means the same when it is tapped tomorrow."""
    question = understand("tomorrow 8")
    assert isinstance(question, Ambiguous)

    later = parse(question.options[1], now=NOW + timedelta(hours=12), zone=BERLIN)

    assert Understood((Once(datetime(2026, 11, 24, 19, tzinfo=UTC)),)) == later


def test_nobody_means_dozens_of_rules() -> None:
    """Many different moments or dates in one text are refused; the same one many times is one."""
    moments = " ".join(f"in {minutes} min" for minutes in range(1, 14))
    dates = " ".join(f"2027-01-{day:02}" for day in range(1, 14))

    assert Misunderstood(Reason.TOO_MANY, "") == understand(moments)
    assert Misunderstood(Reason.TOO_MANY, "") == understand(f"{dates} 8:00")
    assert understand("in 1h") == understand("in 1h " * 600)


def test_seconds_are_kept_and_fractions_are_not() -> None:
    """Ten minutes from now are ten minutes, in whole seconds."""
    now = NOW.replace(second=40, microsecond=123)

    outcome = parse("in 10 minutes", now=now, zone=BERLIN)

    assert Understood((Once(NOW.replace(minute=15, second=40)),)) == outcome


def test_today_is_the_day_of_the_zone() -> None:
    """On Kiritimati it is tomorrow already."""
    outcome = parse("today 21:30", now=NOW, zone=ZoneInfo("Pacific/Kiritimati"))

    assert Understood((Once(datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),)) == outcome


def test_a_missing_hour_moves() -> None:
    """A single time in the gap of a spring night is moved like any other."""
    outcome = parse("2027-03-28 02:30", now=NOW, zone=BERLIN)

    assert Understood((Once(datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),)) == outcome


def test_codes_are_words_that_can_be_looked_up() -> None:
    """Questions and reasons are plain strings, ready to be keys of a table of wordings."""
    assert all(code == code.lower() for code in [*Question, *Reason])
