"""Scoring the check: caps, order, red flags, and nothing that the safety table withholds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.knowledge.models import Subject
from db.knowledge.questionnaire import Question, TopicKind
from db.knowledge.safety import Verdict
from jobs.suggest.check import Answers, Result, Scored, Stop, outcome
from jobs.suggest.profile import Profile
from jobs.suggest.safety import judge
from tests.jobs.check_answers import ANSWERS, CHECK, EDITION

NOBODY = Profile()
STOPS = [(q.id, a.id) for q in CHECK.questions for a in q.answers if a.stop]
TRAITS = [trait.id for trait in EDITION.safety.traits]


def _harmless(question: Question) -> frozenset[str]:
    return frozenset({next(a.id for a in question.answers if not (a.effects or a.stop or a.traits))})


def _answered(**given: str) -> Answers:
    """Every question answered with its "no", but for these: `conditions="diabetes calcium"`."""
    return {q.id: frozenset(given[q.id].split()) if q.id in given else _harmless(q) for q in CHECK.questions}


def _result(profile: Profile = NOBODY, /, **given: str) -> Result:
    found = outcome(EDITION, _answered(**given), profile)
    assert isinstance(found, Result)
    return found


def _points(topics: tuple[Scored, ...]) -> dict[str, int]:
    return {scored.topic.id: scored.points for scored in topics}


PROFILES = st.builds(
    Profile,
    traits=st.frozensets(st.sampled_from(TRAITS), max_size=3),
    age=st.none() | st.integers(12, 90),
)


# What the answers come to -------------------------------------------------------------------------


def test_whoever_has_nothing_to_report_is_told_so() -> None:
    """Only everybody's own topic is left, below the mark, and the advice that fits everybody."""
    result = _result()

    assert () == result.worth
    assert {"stretching": 2} == _points(result.mention)
    assert CHECK.nothing == result.nothing


def test_night_cramps_alone_still_point_at_nothing_else() -> None:
    """Stretching is worth raising, and the advice to try it stays."""
    result = _result(when="night")

    assert {"stretching": 4} == _points(result.worth)
    assert CHECK.nothing == result.nothing


def test_a_faint_point_at_a_nutrient_is_not_denied() -> None:
    """ "None of your answers points at a nutrient" would be untrue; the advice to stretch is not."""
    result = _result(diet="few_nuts")

    assert {"stretching": 2, "magnesium": 1} == _points(result.mention)
    assert ["try_stretching"] == [said.id for said in result.nothing]


def test_a_water_pill_puts_the_medicine_before_the_nutrients() -> None:
    """The points of the facts, with the reason for each."""
    result = _result(medicines="water_pill")

    assert {"medicine_review": 3} == _points(result.worth)
    assert ["stretching", "magnesium", "potassium", "sodium"] == list(_points(result.mention))
    assert ["you take a water pill"] == [r.because.text for r in result.worth[0].reasons if r.because]
    assert () == result.nothing


def test_a_nutrient_is_capped_and_every_reason_stays_visible() -> None:
    """Twelve points given, five counted."""
    given = {"medicines": "water_pill acid", "losses": "mild", "gut": "yes", "diet": "little few_nuts"}
    magnesium = next(s for s in _result(**given).worth if s.topic.id == "magnesium")

    assert 5 == magnesium.points
    assert [2, 2, 2, 3, 1, 1] == [reason.points for reason in magnesium.reasons]


def test_one_question_gives_a_topic_no_more_than_its_cap() -> None:
    """Four answers about the sun are three points."""
    sun = _result(sun="indoors dark_skin older winter")

    assert {"vitamin_d": 3} == _points(sun.worth)


# What safety withholds ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("withheld", "given"),
    [
        (["potassium", "sodium"], {"medicines": "water_pill ace"}),
        (["potassium", "sodium"], {"medicines": "water_pill sparing"}),
        (["calcium", "vitamin_d"], {"conditions": "calcium", "diet": "no_dairy", "sun": "older"}),
        (["sodium"], {"conditions": "diabetes", "when": "exercise"}),
        ([], {"conditions": "stones", "diet": "no_dairy"}),
    ],
)
def test_an_answer_takes_a_topic_out_of_the_suggestions(withheld: list[str], given: dict[str, str]) -> None:
    """Its points stay visible with the reason, but no card is offered and no food named."""
    result = _result(**given)

    assert withheld == list(_points(result.withheld))
    assert all(scored.withheld for scored in result.withheld)
    assert not set(withheld) & set(result.cards)


def test_what_was_told_before_counts_as_much_as_what_is_told_now() -> None:
    """Kidney disease in the profile, "none of these" in the check."""
    result = _result(Profile(traits=frozenset({"kidney_disease"})), losses="mild")

    assert ["potassium", "sodium"] == list(_points(result.withheld))


def test_with_a_clot_in_the_leg_nobody_is_told_to_stretch() -> None:
    """Neither as a topic to try, nor as the advice for whom nothing has weight."""
    result = _result(Profile(traits=frozenset({"leg_clot"})))

    assert ["stretching"] == list(_points(result.withheld))
    assert () == result.nothing


def test_pills_that_are_not_for_this_person_are_named_with_their_nutrient() -> None:
    """Calcium in food is another matter than calcium pills."""
    calcium = next(s for s in _result(conditions="stones", diet="no_dairy vegan").worth if s.topic.id == "calcium")

    assert ["stones"] == [reason.id for reason in calcium.pills]
    assert calcium.food_first


# Red flags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "answer"), STOPS)
def test_a_red_flag_ends_it_whatever_else_was_said(question: str, answer: str) -> None:
    """No points are given beside it."""
    found = outcome(EDITION, {**_answered(medicines="water_pill"), question: frozenset({answer})}, NOBODY)

    assert isinstance(found, Stop)
    assert answer == found.answer.id
    assert found.flag.id == found.answer.stop


@given(ANSWERS, st.sampled_from(STOPS))
def test_no_combination_hides_a_red_flag(answers: Answers, stop: tuple[str, str]) -> None:
    """A red flag among any other answers still ends it."""
    question, answer = stop
    found = outcome(EDITION, {**answers, question: answers[question] | {answer}}, NOBODY)

    assert isinstance(found, Stop)


@pytest.mark.parametrize("condition", ["kidney", "heart", "liver", "cancer", "young"])
def test_a_condition_that_ends_it_turns_the_suggestions_off(condition: str) -> None:
    """Supplements, potassium and salt are left to the doctor, with the reason of that condition."""
    found = outcome(EDITION, _answered(conditions=condition), NOBODY)

    assert isinstance(found, Stop)
    assert found.withheld
    for subject, nutrient in ((Subject.SUPPLEMENT, None), (Subject.FOOD, "potassium"), (Subject.SALT, None)):
        person = Profile(traits=found.answer.traits)
        assert Verdict.WITHHELD is judge(EDITION.safety, person, subject, nutrient).verdict


# Whatever is answered -----------------------------------------------------------------------------


@given(ANSWERS, PROFILES)
def test_points_and_order_hold_for_all_answers(answers: Answers, profile: Profile) -> None:
    """Caps hold, every point has its reason, medicines come first, and the mark divides the lists."""
    result = outcome(EDITION, answers, profile)

    assert isinstance(result, Result)
    for topics in (result.worth, result.mention, result.withheld):
        kinds = [list(TopicKind).index(scored.topic.kind) for scored in topics]
        assert sorted(kinds) == kinds
        for scored in topics:
            assert 0 < scored.points <= sum(reason.points for reason in scored.reasons)
            assert scored.topic.cap is None or scored.points <= scored.topic.cap
    assert all(scored.points >= CHECK.worth for scored in result.worth)
    assert all(scored.points < CHECK.worth for scored in result.mention)


@given(ANSWERS, PROFILES)
def test_no_answers_lead_to_a_suggestion_that_safety_withholds(answers: Answers, profile: Profile) -> None:
    """Judged anew here, by the answers' traits and the profile's: food, salt, drinking, stretching, cards."""
    told = {t for q in CHECK.questions for a in q.answers if a.id in answers[q.id] for t in a.traits}
    person = Profile(traits=profile.traits | told, age=profile.age)
    off = {
        "sodium": judge(EDITION.safety, person, Subject.SALT),
        "fluids": judge(EDITION.safety, person, Subject.DRINKING),
        "stretching": judge(EDITION.safety, person, Subject.STRETCHING),
        **{c: judge(EDITION.safety, person, Subject.FOOD, c) for c in EDITION.cards if c != "sodium"},
    }
    withheld = {name for name, judgement in off.items() if judgement.verdict is Verdict.WITHHELD}
    result = outcome(EDITION, answers, profile)

    assert isinstance(result, Result)
    shown = {
        s.topic.card if s.topic.kind is TopicKind.NUTRIENT else s.topic.id for s in (*result.worth, *result.mention)
    }
    assert not shown & withheld
    assert not set(result.cards) & withheld
    assert not (result.nothing and "stretching" in withheld)


def test_too_much_b6_speaks_against_b6_pills_and_not_against_b12() -> None:
    """Numb feet in a vegan are a reason to ask about B12, which stands on the card of the B vitamins."""
    found = outcome(EDITION, _answered(diet="vegan"), Profile(traits=frozenset({"numb_feet"})))
    assert isinstance(found, Result)
    b12 = next(scored for scored in (*found.worth, *found.mention) if scored.topic.id == "b12")

    assert () == b12.pills
