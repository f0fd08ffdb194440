"""First aid, red flags, stretches and topics: the right words first, and nothing dangerous among them."""

import pytest

from db.knowledge.cards import Knowledge
from db.knowledge.care import Phase, Site, Urgency
from db.knowledge.errors import KnowledgeError
from db.knowledge.loader import load
from db.knowledge.models import AUTHORITY_NAMES, Grade, Statement, Subject
from db.knowledge.stretches import Position
from db.knowledge.topics import NudgeKind
from tests.db.knowledge.conftest import Breaker
from tests.db.knowledge.readability import grade

EDITION = load().edition("en")


def all_statements() -> list[Statement]:
    stretching = EDITION.stretching
    return [
        *(step.statement for step in EDITION.first_aid),
        *(flag.sign for flag in EDITION.red_flags.flags),
        *EDITION.red_flags.actions.values(),
        *stretching.evidence,
        *stretching.cautions,
        *(line.statement for topic in EDITION.topics.values() for line in topic.lines),
    ]


def test_first_aid_starts_with_this_second() -> None:
    """The first line is what to do now, and the last says when it is not just a cramp."""
    phases = [step.phase for step in EDITION.first_aid]

    assert EDITION.first_aid[0].statement.text == "Stop, and sit down or hold on to something."
    assert sorted(phases, key=list(Phase).index) == phases
    assert phases[-1] is Phase.HELP


@pytest.mark.parametrize("site", Site)
def test_first_aid_knows_every_site(site: Site) -> None:
    """Calf, foot and both sides of the thigh each have what to hold."""
    assert any(step.site is site and step.phase is Phase.HOLD for step in EDITION.first_aid)


def test_every_line_on_salt_can_be_withheld() -> None:
    """What suggests salt says so, so that the safety table can be asked first."""
    suggests = ("some salt", "salty sugar", "Salt is worth")
    lines = [(step.subject, step.statement.text) for step in EDITION.first_aid]
    lines += [(line.subject, line.statement.text) for t in EDITION.topics.values() for line in t.lines]

    assert {Subject.SALT} == {subject for subject, text in lines if any(word in text for word in suggests)}


def test_first_aid_is_plain() -> None:
    """A person in pain reads grade eight at most."""
    assert grade(" ".join(step.statement.text for step in EDITION.first_aid)) <= 8


def test_red_flags_come_most_urgent_first() -> None:
    """Emergencies stand before what can wait."""
    urgencies = [flag.urgency for flag in EDITION.red_flags.flags]

    assert sorted(urgencies, key=list(Urgency).index) == urgencies
    assert all(EDITION.red_flags.of(urgency) for urgency in Urgency)


@pytest.mark.parametrize(
    ("expected", "flag"),
    [
        (Urgency.EMERGENCY, "lung_clot"),
        (Urgency.EMERGENCY, "dark_urine"),
        (Urgency.EMERGENCY, "low_calcium"),
        (Urgency.SAME_DAY, "leg_clot"),
        (Urgency.SAME_DAY, "long_cramp"),
        (Urgency.SAME_DAY, "pregnancy"),
        (Urgency.SOON, "walking"),
        (Urgency.SOON, "new_medicine"),
    ],
)
def test_urgency_of_red_flags(expected: Urgency, flag: str) -> None:
    """Each sign has the urgency of the facts."""
    urgencies = {flag.id: flag.urgency for flag in EDITION.red_flags.flags}

    assert expected is urgencies[flag]


def test_every_urgency_says_what_to_do() -> None:
    """A red flag without an action would only frighten."""
    assert list(Urgency) == list(EDITION.red_flags.actions)
    assert "emergency number" in EDITION.red_flags.actions[Urgency.EMERGENCY].text


def test_phrases_are_ready_to_be_matched() -> None:
    """Phrases are lower case, and no two red flags or topics claim the same one."""
    phrases = [p for flag in EDITION.red_flags.flags for p in flag.phrases]
    phrases += [p for topic in EDITION.topics.values() for p in topic.phrases]

    assert all(phrase == phrase.lower().strip() and phrase for phrase in phrases)
    assert len(set(phrases)) == len(phrases)


def test_nobody_is_told_to_stop_a_medicine() -> None:
    """Wherever a medicine is blamed, the reader is told not to stop it alone."""
    for text in (s.text for s in all_statements()):
        if "review" in text.lower() and "medicine" in text.lower():
            assert "not stop" in text


def test_the_trial_routine_is_the_trials() -> None:
    """Calf and back of the thigh, 10 seconds on, 10 off, 3 times, both legs, for 6 weeks."""
    routine = EDITION.stretching.routines[0]
    stretches = [EDITION.stretching.stretch(name) for name in routine.stretches]

    assert routine.weeks == 6
    assert [s.muscle for s in stretches] == ["calf", "hamstring"]
    assert {(s.timing.hold, s.timing.rest, s.timing.reps, s.timing.sides) for s in stretches} == {(10, 10, 3, 2)}
    assert sum(s.timing.seconds for s in stretches) == 240


def test_who_must_sit_finds_a_seated_routine() -> None:
    """Every standing stretch of the trial can be done on a chair."""
    routine = next(r for r in EDITION.stretching.routines if r.id == "seated")

    assert all(EDITION.stretching.stretch(s).position is Position.SEATED for s in routine.stretches)


def test_only_movement_is_offered_in_pregnancy() -> None:
    """The stretches for pregnancy are moves, without a hold."""
    gentle = [s for s in EDITION.stretching.stretches if s.in_pregnancy]

    assert {s.id for s in gentle} == {"ankle_pumps", "foot_circles"}
    assert all(s.timing.hold == 0 for s in gentle)


def test_an_unknown_stretch_is_a_key_error() -> None:
    """The caller decides what to say."""
    with pytest.raises(KeyError):
        EDITION.stretching.stretch("headstand")


def test_stretching_is_never_promised() -> None:
    """The evidence is weak at best, and the words say may."""
    grades = {s.id: s.grade for s in EDITION.stretching.evidence}
    review = next(s for s in EDITION.stretching.evidence if s.id == "review")

    assert Grade.AGAINST is grades["calf_only"]
    assert Grade.WEAK is review.grade
    assert "may make cramps milder" in review.text
    assert review.authority is not None


def test_a_swollen_calf_is_never_stretched() -> None:
    """First aid and stretching both say it."""
    texts = [s.text for s in EDITION.stretching.cautions]
    texts += [step.statement.text for step in EDITION.first_aid if step.phase is Phase.HELP]

    assert sum("swollen, hot" in text and "clot" in text for text in texts) == 2


def test_quinine_is_the_fdas_word() -> None:
    """The warning against quinine carries its authority; tonic water, not read there, does not."""
    lines = {line.statement.id: line.statement for line in EDITION.topics["quinine"].lines}

    assert lines["fda"].authority is not None
    assert lines["fda"].authority.publisher == "FDA"
    assert lines["tonic"].authority is None


def test_prevention_leads_with_stretching_and_medicines() -> None:
    """Each line has its grade but patience, and a nudge where one serves."""
    lines = EDITION.topics["prevention"].lines
    nudges = {line.statement.id: line.nudge for line in lines if line.nudge}

    assert [line.statement.id for line in lines[:2]] == ["stretching", "medicines"]
    assert [line.statement.id for line in lines if line.statement.grade is None] == ["patience"]
    assert set(nudges.values()) == set(NudgeKind)


@pytest.mark.parametrize("line", ["sun", "salt", "supplements", "eating", "stretching"])
def test_prevention_asks_safety_first(line: str) -> None:
    """Everything that is wrong for somebody has a subject."""
    subjects = {line.statement.id: line.subject for line in EDITION.topics["prevention"].lines}

    assert subjects[line] is not None


def test_authority_is_not_borrowed_here_either() -> None:
    """Only what was read at an authority names it."""
    for statement in all_statements():
        words = set(statement.text.replace(".", " ").replace(",", " ").split())

        assert not AUTHORITY_NAMES & words or statement.authority is not None


def test_an_unknown_language_gets_english(knowledge: Knowledge) -> None:
    """First aid is never missing."""
    assert knowledge.edition("xx") is knowledge.edition("en")


RULES = {
    "unknown site": (
        "first_aid.toml: steps[3].site: input should be 'calf', 'foot', 'thigh_front' or 'thigh_back'",
        ("first_aid.toml", 'site = "calf"', 'site = "arm"'),
    ),
    "step without words": (
        "text/en/first_aid.toml: steps.rub: the words of this statement are missing",
        ("text/en/first_aid.toml", "rub = ", "rubbing = "),
    ),
    "words that are a number": (
        "text/en/first_aid.toml: steps.rub: this should be a sentence",
        ("text/en/first_aid.toml", 'rub = "Rub the muscle while you stretch it."', "rub = 3"),
    ),
    "flag without meaning": (
        "text/en/red_flags.toml: means.poison: the words of this statement are missing",
        ("text/en/red_flags.toml", 'poison = "Poisoning."\n', ""),
    ),
    "missing action": (
        "red_flags.toml: actions: there must be one action for each urgency, in their order",
        ("red_flags.toml", '[[actions]]\nid = "soon"', '[[actions]]\nid = "later"'),
    ),
    "source of a red flag": (
        "red_flags.toml: flags[0].cites[0].source: there is no source 'nhs-clots'",
        ("red_flags.toml", "nhs-dvt", "nhs-clots"),
    ),
    "seated form that stands": (
        "stretches.toml: 'soleus_wall', the seated form of 'calf_wall', is no stretch done sitting",
        ("stretches.toml", 'seated = "calf_towel"', 'seated = "soleus_wall"'),
    ),
    "routine with an unknown stretch": (
        "stretches.toml: the routine 'trial' has no stretch 'headstand'",
        ("stretches.toml", 'stretches = ["calf_wall", ', 'stretches = ["headstand", '),
    ),
    "hold that never ends": (
        "stretches.toml: stretches[0].timing.hold: input should be less than or equal to 60",
        ("stretches.toml", "hold = 10", "hold = 100"),
    ),
    "step of a stretch without words": (
        "text/en/stretches.toml: stretches.calf_wall.steps.lean_in: the words of this statement are missing",
        ("text/en/stretches.toml", "lean_in = ", "lean_out = "),
    ),
    "nudge nobody sends": (
        "topics.toml: topics[1].lines[2].nudge: input should be 'stretch', 'hydrate', 'sun' or 'food'",
        ("topics.toml", 'nudge = "hydrate"', 'nudge = "sleep"'),
    ),
    "topic nobody titled": (
        "text/en/topics.toml: quinine.title: the words of this statement are missing",
        ("text/en/topics.toml", 'title = "Quinine and tonic water"\n', ""),
    ),
}


@pytest.mark.parametrize(("expected", "change"), RULES.values(), ids=RULES.keys())
def test_a_broken_file_is_one_sentence(broken: Breaker, expected: str, change: tuple[str, str, str]) -> None:
    """What is wrong is said in one sentence that names file and field."""
    with pytest.raises(KnowledgeError) as error:
        load(broken(*change))

    assert expected == str(error.value)
