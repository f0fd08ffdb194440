"""What the cards say, and how they say it."""

import pytest

from db.knowledge.cards import Card, Knowledge, Question, Section
from db.knowledge.intakes import Life, LimitKind, Region, Scope, Sex
from db.knowledge.loader import load
from db.knowledge.models import AUTHORITY_NAMES, Grade, Mark
from db.knowledge.prose import written
from tests.db.knowledge.readability import grade

CARDS = [load().card(nutrient, "en") for nutrient in load().nutrients]
every_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)


@every_card
def test_first_screen_is_short(card: Card) -> None:
    """Seven sentences leave room for labels, grades and sources within 1,200 characters."""
    sentences = [statement.text for statement in card.brief.statements]

    assert max(map(len, sentences)) <= 115
    assert sum(map(len, sentences)) <= 780
    assert len(", ".join(source.short for source in card.brief.sources)) <= 160


@every_card
def test_first_screen_reads_at_grade_eight_or_lower(card: Card) -> None:
    """The first screen of every card is plain language."""
    assert grade(" ".join(statement.text for statement in card.brief.statements)) <= 8


@every_card
def test_first_screen_never_says_that_the_reader_lacks_something(card: Card) -> None:
    """No sentence tells a person what is wrong with them, and none promises."""
    text = " ".join(statement.text.lower() for statement in card.brief.statements)

    for phrase in (
        "you lack",
        "you are deficient",
        "your deficiency",
        "you have low",
        "will cure",
        "take up to",
    ):
        assert phrase not in text


@every_card
def test_every_section_has_something_to_say(card: Card) -> None:
    """No screen behind a button is empty."""
    assert list(Section) == list(card.sections)
    assert all(card.sections.values())


@every_card
def test_authority_is_never_borrowed(card: Card) -> None:
    """Only what was read at a primary source, and nowhere else, is shown as that authority's."""
    for statement in (*card.brief.statements, *(s for section in card.sections.values() for s in section)):
        pure = all(c.source.primary and c.mark is Mark.SEEN for c in statement.citations)

        assert (pure and not statement.own) == (statement.authority is not None)
        if statement.authority is None:
            assert not AUTHORITY_NAMES & set(statement.text.replace(".", " ").replace(",", " ").split())


@every_card
def test_sources_list_primaries_first_and_once(card: Card) -> None:
    """The list of sources starts with the authorities and repeats nothing."""
    primary = [source.primary for source in card.sources]

    assert sorted(primary, reverse=True) == primary
    assert len(card.sources) == len({source.id for source in card.sources})


@every_card
def test_no_clinician_has_reviewed_a_card_yet(card: Card) -> None:
    """Nobody may show a card as reviewed before REVIEW.md has been worked through."""
    assert not card.reviewed_by_clinician


def test_doctor_and_article_are_in_our_own_name(knowledge: Knowledge) -> None:
    """A correction of the article, or when to see a doctor, is never put into an authority's mouth."""
    card = knowledge.card("b6", "en")

    assert card.brief.doctor.authority is None
    assert [statement.authority for statement in card.sections[Section.ARTICLE]] == [None]


@every_card
def test_what_people_say_is_said_of_what_the_reader_may_have_read(card: Card) -> None:
    """No reader knows which article we answered."""
    said = [statement.text for statement in card.sections[Section.ARTICLE]]

    assert [] == [text for text in said if "article" in text.lower()]
    assert [] == [text for text in said if not text.startswith(("You may read that ", "Many pages "))]


def test_grades_of_magnesium(knowledge: Knowledge) -> None:
    """A proven lack causes cramps, but pills fail in trials: the two grades point apart."""
    card = knowledge.card("magnesium", "en")

    assert (card.cause, card.relief) == (Grade.STRONG, Grade.AGAINST)


@pytest.mark.parametrize(
    ("expected", "nutrient"),
    [
        ("only for a very low blood level", "magnesium"),
        ("only for a clearly low blood level", "potassium"),
        ("only for low calcium in the blood", "calcium"),
        ("only for a true lack", "b1"),
        (None, "b6"),
    ],
)
def test_a_grade_of_one_case_names_the_case(knowledge: Knowledge, expected: str | None, nutrient: str) -> None:
    """That a very low blood level causes cramps is strong, and says nothing of an ordinary diet."""
    assert expected == knowledge.card(nutrient, "en").cases.get(Question.CAUSE)


@every_card
def test_no_cause_is_called_strong_without_its_case(card: Card) -> None:
    """No lack that people commonly have is a proven cause."""
    assert card.cause not in (Grade.STRONG, Grade.MODERATE) or Question.CAUSE in card.cases


@every_card
def test_a_case_is_a_few_plain_words(card: Card) -> None:
    """It stands on the same line as the grade."""
    for case in card.cases.values():
        assert len(case) <= 40
        assert grade(f"It is so {case}.") <= 8


def test_a_group_has_its_own_grade(knowledge: Knowledge) -> None:
    """Pregnancy is graded apart from the usual case."""
    evidence = {s.id: s.grade for s in knowledge.card("magnesium", "en").sections[Section.EVIDENCE]}

    assert Grade.WEAK is evidence["pregnancy"]
    assert Grade.NONE is evidence["exercise"]


def test_figures_are_filled_in_with_a_true_minus(knowledge: Knowledge) -> None:
    """The prose gets its figures from the numbers, written as a reader expects."""
    texts = {s.id: s.text for s in knowledge.card("magnesium", "en").sections[Section.EVIDENCE]}

    assert "\u22120.18 cramps" in texts["pooled"]
    assert "27.8% fewer" in texts["dummy_pills"]


def test_upper_limit_of_b6_is_the_lower_one(knowledge: Knowledge) -> None:
    """Authorities differ, 12 or 100 mg; the lower one counts, and the UK's 10 mg is there as guidance."""
    card = knowledge.card("b6", "en")
    limit = card.upper_limit(age=40)
    guidance = [written(row.amount, "en") for row in card.limits if row.kind is LimitKind.GUIDANCE]

    assert limit is not None
    assert limit.region is Region.EU
    assert written(limit.amount, "en") == "12 mg"
    assert guidance == ["10 mg"]


def test_upper_limit_of_magnesium_is_for_supplements(knowledge: Knowledge) -> None:
    """Magnesium in food is not limited, only in pills, and the EU's limit is the lower one."""
    limit = knowledge.card("magnesium", "en").upper_limit(age=40)

    assert limit is not None
    assert limit.scope is Scope.SUPPLEMENTS
    assert written(limit.amount, "en") == "250 mg"


@pytest.mark.parametrize(
    ("expected", "region", "who"),
    [
        (400, Region.US, (Sex.MALE, 30, Life.GENERAL)),
        (420, Region.US, (Sex.MALE, 31, Life.GENERAL)),
        (320, Region.US, (Sex.FEMALE, 90, Life.GENERAL)),
        (360, Region.US, (Sex.FEMALE, 31, Life.PREGNANT)),
        (300, Region.EU, (Sex.FEMALE, 31, Life.PREGNANT)),
        (270, Region.UK, (Sex.FEMALE, 40, Life.GENERAL)),
    ],
)
def test_reference_intakes_of_magnesium(
    knowledge: Knowledge, expected: int, region: Region, who: tuple[Sex, int, Life]
) -> None:
    """Sex, age and stage of life each find their row."""
    sex, age, life = who
    intake = knowledge.card("magnesium", "en").intake(region, sex=sex, age=age, life=life)

    assert intake is not None
    assert expected == intake.amount.value


def test_no_intake_where_none_is_known(knowledge: Knowledge) -> None:
    """Nothing is guessed for a child, or for a person of unknown sex where the figure depends on it."""
    card = knowledge.card("magnesium", "en")

    assert card.intake(Region.US, sex=Sex.MALE, age=9) is None
    assert card.intake(Region.US, sex=None, age=40) is None
    assert card.upper_limit(age=9) is None


def test_an_unknown_language_falls_back_to_english(knowledge: Knowledge) -> None:
    """A reader in a language without translation still gets the card."""
    assert knowledge.card("b6", "en") is knowledge.card("b6", "xx")
    assert knowledge.aliases("en") == knowledge.aliases("xx")


def test_an_unknown_nutrient_is_a_key_error(knowledge: Knowledge) -> None:
    """The caller decides what to say about zinc."""
    with pytest.raises(KeyError):
        knowledge.card("zinc", "en")


@pytest.mark.parametrize(
    ("expected", "alias"),
    [("magnesium", "magnesium"), ("b6", "pyridoxine"), ("b6", "vitamin b6"), ("b6", "b6")],
)
def test_aliases_find_the_nutrient(knowledge: Knowledge, expected: str, alias: str) -> None:
    """People write names in many ways."""
    assert expected == knowledge.aliases("en")[alias]


def test_the_nutrients_in_display_order(knowledge: Knowledge) -> None:
    """The eight of the article, in its order, and their family last."""
    expected = ("magnesium", "potassium", "calcium", "vitamin_d", "sodium", "b1", "b5", "b6", "b")

    assert expected == knowledge.nutrients


@pytest.mark.parametrize(
    ("expected", "nutrient"),
    [
        ((Grade.STRONG, Grade.NONE), "potassium"),
        ((Grade.STRONG, Grade.WEAK), "calcium"),
        ((Grade.WEAK, Grade.AGAINST), "vitamin_d"),
        ((Grade.WEAK, Grade.WEAK), "sodium"),
        ((Grade.MODERATE, Grade.WEAK), "b1"),
        ((Grade.NONE, Grade.NONE), "b5"),
        ((Grade.NONE, Grade.WEAK), "b6"),
        ((Grade.WEAK, Grade.WEAK), "b"),
    ],
)
def test_grades_of_cause_and_relief(knowledge: Knowledge, expected: tuple[Grade, Grade], nutrient: str) -> None:
    """No card claims more for cause or relief than its evidence."""
    card = knowledge.card(nutrient, "en")

    assert expected == (card.cause, card.relief)


@pytest.mark.parametrize(
    ("expected", "nutrient", "age"),
    [
        ("2,500 mg", "calcium", 50),
        ("2,000 mg", "calcium", 51),
        ("100 mcg", "vitamin_d", 51),
        (None, "potassium", 51),
        (None, "sodium", 51),
        (None, "b1", 51),
        (None, "b5", 51),
    ],
)
def test_upper_limits(knowledge: Knowledge, expected: str | None, nutrient: str, age: int) -> None:
    """The lowest official upper limit, or none where no authority sets one."""
    limit = knowledge.card(nutrient, "en").upper_limit(age)

    assert expected == (limit and written(limit.amount, "en"))


@pytest.mark.parametrize("condition", ["kidney disease", "heart failure", "ACE inhibitors", "salt substitutes"])
def test_potassium_warns_those_it_can_harm(knowledge: Knowledge, condition: str) -> None:
    """The cautions of potassium name whom it can kill; the article does not."""
    limits = " ".join(s.text for s in knowledge.card("potassium", "en").sections[Section.LIMITS])

    assert condition in limits


def test_no_figure_invites_potassium_pills(knowledge: Knowledge) -> None:
    """A supplement limit in milligrams would read as leave to take that much: there is none."""
    assert not knowledge.card("potassium", "en").limits


def test_the_old_potassium_figure_is_gone(knowledge: Knowledge) -> None:
    """4,700 mg was replaced in 2019 and still haunts the web."""
    assert all(row.amount.value != 4700 for row in knowledge.card("potassium", "en").intakes)


@pytest.mark.parametrize("nutrient", ["b1", "b6", "b"])
def test_b6_is_never_named_without_its_harm(knowledge: Knowledge, nutrient: str) -> None:
    """Wherever a mixed pill comes up, so does too much B6."""
    card = knowledge.card(nutrient, "en")
    text = " ".join(s.text for section in card.sections.values() for s in section)

    assert "European limit" in text


@pytest.mark.parametrize(
    ("expected", "alias"),
    [
        ("vitamin_d", "vitamin_d"),
        ("vitamin_d", "vitamin d"),
        ("vitamin_d", "vit d"),
        ("b1", "thiamine"),
        ("b1", "thiamin"),
        ("b", "b vitamins"),
        ("b", "b12"),
        ("sodium", "salt"),
        ("sodium", "electrolytes"),
    ],
)
def test_more_aliases(knowledge: Knowledge, expected: str, alias: str) -> None:
    """Every card is found by the words people use for it."""
    assert expected == knowledge.aliases("en")[alias]


def test_no_source_is_linked_through_a_librarys_proxy(knowledge: Knowledge) -> None:
    """`0-journal-com.library.edu` opens for members of that library only."""
    assert [] == [source.id for source in knowledge.sources if source.url and "//0-" in source.url]
