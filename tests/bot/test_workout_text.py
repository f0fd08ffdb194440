"""Workouts out of text: understood, asked back with what is missing, or offered as what was meant; never a guess."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.timetext.outcome import Question, Reason
from bot.dialogue.words import words_for
from bot.dialogue.workout_text import MOST_WORKOUTS, Problem, Unclear, read_done, read_plan, shown, sorry, written
from bot.dialogue.workout_words import SPORTS
from jobs.rules import ALL_DAYS
from jobs.workouts import LONGEST, Effort, Workout

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WORDS = words_for("en")
HARD, EASY = Effort.HARD, Effort.EASY
MON_WED, TUE_THU, WEEKDAYS, SAT = frozenset({0, 2}), frozenset({1, 3}), frozenset(range(5)), frozenset({5})
MON = frozenset({0})

TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
DONE = st.builds(
    Workout,
    minutes=st.integers(1, LONGEST),
    effort=st.sampled_from(Effort),
    hot=st.booleans(),
    sport=st.none() | st.sampled_from(list(SPORTS)),
)
PLANNED = st.builds(
    Workout,
    minutes=st.integers(1, LONGEST),
    effort=st.sampled_from(Effort),
    hot=st.booleans(),
    sport=st.none() | st.sampled_from(list(SPORTS)),
    start=TIMES,
    days=st.frozensets(st.integers(0, 6), min_size=1),
)


def plan(text: str, language: str = "en") -> tuple[Workout, ...] | Unclear:
    return read_plan(text, now=NOW, zone=BERLIN, language=language)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45", Workout(45)),
        ("45 run hot", Workout(45, hot=True, sport="run")),
        ("1h30 cycling hard", Workout(90, HARD, sport="cycling")),
        ("20 min", Workout(20)),
        ("2h", Workout(120)),
        ("1:30 bike", Workout(90, sport="cycling")),
        ("1.5 hours swim", Workout(90, sport="swim")),
        ("1 hour and 30 minutes", Workout(90)),
        ("half an hour of yoga, easy", Workout(30, EASY, sport="yoga")),
        ("forty-five minutes walk", Workout(45, sport="walk")),
        ("45' swim", Workout(45, sport="swim")),
        ("I ran for an hour today", Workout(60, sport="run")),
        ("spin class 45", Workout(45, sport="cycling")),
        ("gym training 45", Workout(45, sport="gym")),
        ("90 min very hard football in the heat", Workout(90, HARD, hot=True, sport="football")),
        ("60 soccer not hot", Workout(60, sport="football")),
        ("HOT 45 Run", Workout(45, hot=True, sport="run")),
        ("720", Workout(720)),
    ],
)
def test_a_workout_that_was_done_is_understood(text: str, expected: Workout) -> None:
    """In any order, with or without units, with the small words that people write."""
    assert expected == read_done(text)


@pytest.mark.parametrize(
    ("text", "problem", "part"),
    [
        ("", Problem.NO_LENGTH, ""),
        ("run hot", Problem.NO_LENGTH, ""),
        ("0 min", Problem.BAD_LENGTH, "0 min"),
        ("0", Problem.BAD_LENGTH, "0"),
        ("721", Problem.BAD_LENGTH, "721"),
        ("13 h", Problem.BAD_LENGTH, "13 h"),
        ("18:00 run", Problem.BAD_LENGTH, "18:00"),
        ("45 run 60", Problem.TWICE, "60"),
        ("30 run and swim", Problem.TWICE, "swim"),
        ("30 easy hard", Problem.TWICE, "hard"),
        ("30 hot not hot", Problem.TWICE, "not hot"),
        ("45 mon run", Problem.UNKNOWN_WORD, "mon"),
        ("5 km run", Problem.UNKNOWN_WORD, "km"),
        ("x" * 5000, Problem.UNKNOWN_WORD, "x" * 40),
        ("9" * 5000, Problem.BAD_LENGTH, "9" * 300),
    ],
)
def test_what_is_no_workout_is_refused_for_its_reason(text: str, problem: Problem, part: str) -> None:
    """With the word at fault, to be said back."""
    found = read_done(text)

    assert isinstance(found, Unclear)
    assert (problem, part) == (found.problem, found.part)


def test_a_misspelled_word_is_offered_as_what_was_meant() -> None:
    """And one tap on it is understood."""
    found = read_done("45 runing hot")

    assert isinstance(found, Unclear)
    assert ("45 running hot",) == found.options
    assert Workout(45, hot=True, sport="run") == read_done(found.options[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon wed 18:00 45 min run", (Workout(45, sport="run", start=time(18), days=MON_WED),)),
        ("weekdays 7am 30 min", (Workout(30, start=time(7), days=WEEKDAYS),)),
        (
            "tue thu 18:30 1h hard football; sat 10:00 90 min cycling hot",
            (
                Workout(60, HARD, sport="football", start=time(18, 30), days=TUE_THU),
                Workout(90, hot=True, sport="cycling", start=time(10), days=SAT),
            ),
        ),
        (
            "mon, wed 18:00 45 min run and sat 10:00 90 min cycling",
            (
                Workout(45, sport="run", start=time(18), days=MON_WED),
                Workout(90, sport="cycling", start=time(10), days=SAT),
            ),
        ),
        ("mon 18:00 45 run", (Workout(45, sport="run", start=time(18), days=MON),)),
        ("45 min run on mondays at 6pm", (Workout(45, sport="run", start=time(18), days=MON),)),
        ("mon 18:00-19:00 run", (Workout(60, sport="run", start=time(18), days=MON),)),
        ("mon from 6pm to 7:30pm hard", (Workout(90, HARD, start=time(18), days=MON),)),
        ("mon 18h 1h run", (Workout(60, sport="run", start=time(18), days=MON),)),
        ("mon 18h30 45min", (Workout(45, start=time(18, 30), days=MON),)),
        ("18:00 45 min", (Workout(45, start=time(18), days=ALL_DAYS),)),
        ("every day at 7 in the morning for half an hour of yoga", (Workout(30, sport="yoga", start=time(7)),)),
        ("mon 7:00 18:00 30 min", (Workout(30, start=time(7), days=MON), Workout(30, start=time(18), days=MON))),
        ("mon 18:00 45 min\nmon 18:00 45 min", (Workout(45, start=time(18), days=MON),)),
    ],
)
def test_weekly_workouts_are_understood(text: str, expected: tuple[Workout, ...]) -> None:
    """Days and times as reminders take them, lengths with a unit or as a window."""
    assert expected == plan(text)


@pytest.mark.parametrize(
    ("text", "problem", "time"),
    [
        ("", Problem.TIME, Reason.NO_TIME),
        ("mon 45 min run", Problem.TIME, Reason.NO_TIME),
        ("mon 25:00 45 min", Problem.TIME, Reason.BAD_TIME),
        ("mon 18:00 run", Problem.NO_LENGTH, None),
        ("mon 18:00 0 min", Problem.BAD_LENGTH, None),
        ("mon 18:00 800 min", Problem.BAD_LENGTH, None),
        ("mon 9-22 run", Problem.BAD_LENGTH, None),
        ("mon 18:00-19:00 45 min", Problem.TWICE, None),
        ("mon 7:30 45 min 50 min", Problem.TWICE, None),
        ("tomorrow 18:00 45 min", Problem.NOT_WEEKLY, None),
        ("every 2 days 18:00 45 min", Problem.NOT_WEEKLY, None),
        ("mon 18:00 45 min until 31 december", Problem.NOT_WEEKLY, None),
        ("mon 18:00 45 min until december 31", Problem.NOT_WEEKLY, None),
        ("18:00 45 min every 30 days", Problem.NOT_WEEKLY, None),
        ("; ".join(f"mon {hour}:30 45 min" for hour in range(13, 24)) + "; tue wed 8:30 9:30 10:30 11:30 45 min",
         Problem.TOO_MANY, None),
    ],
)  # fmt: skip
def test_what_is_no_weekly_workout_is_refused_for_its_reason(text: str, problem: Problem, time: Reason | None) -> None:
    """A time, a length, every week; and no more than anybody has."""
    found = plan(text)

    assert isinstance(found, Unclear)
    assert (problem, time) == (found.problem, found.time)


@pytest.mark.parametrize(
    ("text", "question", "options"),
    [
        ("mon 6 45 min run", Question.MORNING_OR_EVENING, ("06:00 mon 45 min run", "18:00 mon 45 min run")),
        ("mon 6-7 run", Question.WHICH_WINDOW, ("mon 06:00 60 min run", "mon 18:00 60 min run")),
        (
            "sat 10:00 1h; mon 6 45 min hard hot; tue 20:00 30 min",
            Question.MORNING_OR_EVENING,
            (
                "sat 10:00 1h; 06:00 mon 45 min hard hot; tue 20:00 30 min",
                "sat 10:00 1h; 18:00 mon 45 min hard hot; tue 20:00 30 min",
            ),
        ),
    ],
)
def test_an_unclear_hour_is_a_question_with_whole_answers(
    text: str, question: Question, options: tuple[str, ...]
) -> None:
    """Each option is understood as it stands, the other workouts with it."""
    found = plan(text)

    assert isinstance(found, Unclear)
    assert (question, options) == (found.time, found.options)
    assert all(isinstance(plan(option), tuple) for option in found.options)


def test_names_of_days_are_understood_in_the_persons_language() -> None:
    """As in reminders."""
    assert (Workout(45, start=time(18), days=MON_WED),) == plan("montag mittwoch 18:00 45 min", language="de")


@given(DONE)
def test_a_workout_that_was_done_can_be_written_and_read_back(workout: Workout) -> None:
    """What a button carries is what was meant."""
    assert workout == read_done(written(workout))


@given(PLANNED)
def test_a_planned_workout_can_be_written_and_read_back(workout: Workout) -> None:
    """Days and time included."""
    assert (workout,) == plan(written(workout))


@given(st.text(max_size=60) | st.lists(st.sampled_from(
    ["mon", "18:00", "7", "45", "min", "h", "run", "hot", "hard", "and", ";", "-", ":", "1h30", "every", "in", "2", "x"]
), max_size=10).map(" ".join))  # fmt: skip
def test_no_text_breaks_the_readers(text: str) -> None:
    """They understand, or say why not in words; what is understood can be kept."""
    for found in (read_done(text), plan(text)):
        if isinstance(found, Unclear):
            assert sorry(WORDS, found)
        else:
            workouts = (found,) if isinstance(found, Workout) else found
            assert 1 <= len(workouts) <= MOST_WORKOUTS
            assert all(1 <= workout.minutes <= LONGEST for workout in workouts)


@pytest.mark.parametrize(
    ("workout", "expected"),
    [
        (Workout(45, sport="run", start=time(18), days=MON_WED), "on Mon and Wed at 18:00, 45 minutes, run"),
        (Workout(90, HARD, hot=True, sport="cycling"), "1 hour 30 minutes, cycling, hard, hot"),
        (Workout(20, EASY), "20 minutes, easy"),
        (Workout(20, sport="of a later version"), "20 minutes"),
    ],
)
def test_a_workout_is_shown_in_words(workout: Workout, expected: str) -> None:
    """What is usual goes without saying."""
    assert expected == shown(WORDS, workout)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon 18:00 run", "How long does it take, in minutes?"),
        ("mon 45 min", "At what time of the day?"),
        ("mon 6 45 min", "Morning or evening? I don't want to guess."),
        ("mon 18:00 45 min zzz", "I don't understand “zzz”."),
        ("tomorrow 18:00 45 min", "I can keep workouts that come every week, on certain days at a certain time."),
    ],
)
def test_a_refusal_has_words(text: str, expected: str) -> None:
    """One or two sentences, with the word at fault."""
    found = plan(text)

    assert isinstance(found, Unclear)
    assert expected == sorry(WORDS, found)
