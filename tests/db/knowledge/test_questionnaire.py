"""The questions of /check: red flags first, no diagnosis, every point with its reason."""

import pytest

from db.knowledge.care import Urgency
from db.knowledge.errors import KnowledgeError
from db.knowledge.loader import load
from db.knowledge.models import Mark
from db.knowledge.questionnaire import Answer, TopicKind
from tests.db.knowledge.conftest import Breaker
from tests.db.knowledge.readability import grade

EDITION = load().edition("en")
CHECK = EDITION.questionnaire
ANSWERS = {(question.id, answer.id): answer for question in CHECK.questions for answer in question.answers}


def points(answer: Answer) -> dict[str, int]:
    return {effect.topic: effect.points for effect in answer.effects}


def test_there_are_fourteen_questions() -> None:
    """As many as the facts have, so that "4 of 14" is true."""
    assert len(CHECK.questions) == 14


def test_red_flags_are_asked_first() -> None:
    """The first question can only end in an emergency, the second only on the same day."""
    flags = {flag.id: flag.urgency for flag in EDITION.red_flags.flags}
    first, second = ({flags[a.stop] for a in q.answers if a.stop} for q in CHECK.questions[:2])

    assert first == {Urgency.EMERGENCY}
    assert second == {Urgency.SAME_DAY}


@pytest.mark.parametrize(
    ("expected", "question", "answer"),
    [
        ("lung_clot", "now", "chest"),
        ("leg_clot", "today", "swollen"),
        ("low_calcium", "tingling", "mouth"),
        ("conditions", "conditions", "kidney"),
        ("conditions", "conditions", "pregnant"),
        ("conditions", "conditions", "young"),
        ("statin", "medicines", "statin_pain"),
        ("walking", "when", "walking"),
        ("nerves_and_losses", "losses", "severe"),
    ],
)
def test_these_answers_stop_the_questions(expected: str, question: str, answer: str) -> None:
    """What cannot wait is not scored."""
    assert expected == ANSWERS[question, answer].stop
    assert not ANSWERS[question, answer].effects


@pytest.mark.parametrize(
    ("expected", "question", "answer"),
    [
        ({"medicine_review": 3, "potassium": 2, "magnesium": 2, "sodium": 1}, "medicines", "water_pill"),
        ({"medicine_review": 3, "potassium": 1}, "medicines", "inhaler"),
        ({"medicine_review": 2}, "medicines", "statin"),
        ({"over_hydration": 3, "sodium": 2}, "sweat", "much"),
        ({"b6_excess": 3, "doctor": 3, "b12": 2, "b1": 1}, "feet", "feet_b6"),
        ({"calcium": 1, "vitamin_d": 1, "b12": 3}, "diet", "vegan"),
        ({"stretching": 2}, "when", "night"),
        ({}, "medicines", "ace"),
    ],
)
def test_points_of_an_answer(expected: dict[str, int], question: str, answer: str) -> None:
    """The points are those of the facts."""
    assert expected == points(ANSWERS[question, answer])


@pytest.mark.parametrize(
    ("expected", "question", "answer"),
    [
        ("kidney_disease", "conditions", "kidney"),
        ("potassium_sparing", "medicines", "sparing"),
        ("ace_or_arb", "medicines", "ace"),
        ("numb_feet", "feet", "feet"),
        ("under_18", "conditions", "young"),
    ],
)
def test_answers_feed_the_safety_table(expected: str, question: str, answer: str) -> None:
    """What a result offers can be judged by what was answered."""
    assert expected in ANSWERS[question, answer].traits


def test_every_point_says_why_and_owns_up() -> None:
    """Points have a reason, and each reason admits that the weight is this project's own."""
    for answer in ANSWERS.values():
        if answer.effects:
            assert answer.because is not None
            assert answer.because.authority is None
            assert Mark.PROPOSAL in {citation.mark for citation in answer.because.citations}


def test_nothing_says_that_somebody_lacks_something() -> None:
    """The result lists talking points, never a finding."""
    texts = [a.because.text for a in ANSWERS.values() if a.because] + [t.title for t in CHECK.topics]

    assert not any(word in text.lower() for text in texts for word in ("deficien", "you lack", "lack of", "mg"))


def test_medicines_come_before_nutrients() -> None:
    """Topics are listed in the order of a result."""
    kinds = [topic.kind for topic in CHECK.topics]

    assert sorted(kinds, key=list(TopicKind).index) == kinds
    assert {5} == {topic.cap for topic in CHECK.topics if topic.kind is TopicKind.NUTRIENT}


def test_everyone_starts_with_stretching() -> None:
    """Most cramps are of tired muscles, so that topic starts with two points and no other does."""
    assert {"stretching": 2} == {topic.id: topic.start for topic in CHECK.topics if topic.start}


def test_every_question_can_be_answered_with_no() -> None:
    """Nobody is forced into an answer that has a consequence."""
    for question in CHECK.questions:
        assert any(not (answer.effects or answer.stop or answer.traits) for answer in question.answers)
        assert question.many == any(answer.clears for answer in question.answers)


def test_questions_are_plain() -> None:
    """The questions read at grade eight or lower."""
    assert grade(" ".join(question.text for question in CHECK.questions)) <= 8


RULES = {
    "points for an unknown topic": (
        "questionnaire.toml: questions[2].answers[2].effects: there is no 'zinc'",
        ("questionnaire.toml", "effects = { calcium = 3", "effects = { zinc = 3"),
    ),
    "stop at an unknown red flag": (
        "questionnaire.toml: questions[0].answers[0].stop: there is no 'hiccups'",
        ("questionnaire.toml", 'stop = "lung_clot"', 'stop = "hiccups"'),
    ),
    "unknown trait": (
        "questionnaire.toml: questions[3].answers[0].traits: there is no 'gout'",
        ("questionnaire.toml", 'traits = ["kidney_disease"]', 'traits = ["gout"]'),
    ),
    "unknown card": (
        "questionnaire.toml: topics[1].card: there is no card 'b7'",
        ("questionnaire.toml", 'card = "b6"', 'card = "b7"'),
    ),
    "points without a source": (
        "questionnaire.toml: questions[10].answers[3]: an answer has points exactly if it has sources",
        (
            "questionnaire.toml",
            'effects = { potassium = 1 }\ncites = [{ source = "project", mark = "proposal" }]',
            "effects = { potassium = 1 }",
        ),
    ),
    "too many points": (
        "questionnaire.toml: questions[2].answers[2].effects.calcium: input should be less than or equal to 3",
        ("questionnaire.toml", "effects = { calcium = 3", "effects = { calcium = 4"),
    ),
    "question without a way out": (
        "questionnaire.toml: questions[12]: there must be an answer without consequence",
        (
            "questionnaire.toml",
            'id = "bones"\n\n[[questions.answers]]\nid = "no"\n',
            'id = "bones"\n\n[[questions.answers]]\nid = "no"\nstop = "walking"\n',
        ),
    ),
    "answer without words": (
        "text/en/questionnaire.toml: questions.now.chest.label: the words of this statement are missing",
        ("text/en/questionnaire.toml", 'label = "Chest pain or trouble breathing"\n', ""),
    ),
}


@pytest.mark.parametrize(("expected", "change"), RULES.values(), ids=RULES.keys())
def test_a_broken_question_is_one_sentence(broken: Breaker, expected: str, change: tuple[str, str, str]) -> None:
    """What is wrong is said in one sentence that names file and field."""
    with pytest.raises(KnowledgeError) as error:
        load(broken(*change))

    assert expected == str(error.value)
