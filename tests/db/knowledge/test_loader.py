"""Every rule of the loader, shown failing on a copy of the data with one thing wrong."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.knowledge.cards import Section
from db.knowledge.errors import KnowledgeError, Where
from db.knowledge.intakes import Life, Region, Sex
from db.knowledge.loader import HERE, load
from db.knowledge.models import Quantity, Unit
from db.knowledge.prose import Prose, written
from tests.db.knowledge.conftest import Breaker

B6, B6_TEXT, SOURCES = "nutrients/b6.toml", "text/en/b6.toml", "sources.toml"
CITE = '{ source = "efsa-b6-2023", mark = "seen" }'
FIRST_ID = 'id = "cochrane-magnesium-2020"'

RULES = {
    "source that does not exist": (
        "nutrients/b6.toml: brief.line[0].source: there is no source 'efsa-b6'",
        (B6, CITE, CITE.replace("efsa-b6-2023", "efsa-b6")),
    ),
    "source deep in a section": (
        "nutrients/b6.toml: statements.muscles[0].cites[0].source: there is no source 'odd'",
        (B6, 'id = "role"\ncites = [{ source = "ods-b6"', 'id = "role"\ncites = [{ source = "odd"'),
    ),
    "statement without a source": (
        "nutrients/b6.toml: brief.doctor: tuple should have at least 1 item after validation, not 0",
        (B6, f"doctor = [{CITE}]", "doctor = []"),
    ),
    "mark better than its source": (
        "nutrients/b6.toml: brief.muscle[0].mark: 'ods-b6' is second-hand, so nothing in it can be marked seen",
        (B6, 'source = "ods-b6", mark = "second-hand"', 'source = "ods-b6", mark = "seen"'),
    ),
    "authority that was not read": (
        "text/en/b6.toml: statements.other_limits: the words name NHS, but not all of it was read at NHS",
        (B6_TEXT, "In the UK the advice", "The NHS advice"),
    ),
    "authority in an article correction": (
        "text/en/b6.toml: statements.no_limit: the words name EFSA, but not all of it was read at EFSA",
        (B6_TEXT, "Relief is unproven, and", "EFSA says that"),
    ),
    "unknown mark": (
        "nutrients/b6.toml: brief.line[0].mark: "
        "input should be 'seen', 'second-hand', 'memory', 'calculated' or 'proposal'",
        (B6, CITE, CITE.replace("seen", "sure")),
    ),
    "unknown grade": (
        "nutrients/b6.toml: relief: input should be 'strong', 'moderate', 'weak', 'none' or 'against'",
        (B6, 'relief = "weak"', 'relief = "splendid"'),
    ),
    "unknown field": (
        "nutrients/b6.toml: colour: extra inputs are not permitted",
        (B6, "order = 8", 'order = 8\ncolour = "blue"'),
    ),
    "missing field": ("nutrients/b6.toml: emoji: field required", (B6, 'emoji = "🐟"\n', "")),
    "same place twice": (
        "nutrients/magnesium.toml: order: 8 is already the place of 'b6'",
        ("nutrients/magnesium.toml", "order = 1", "order = 8"),
    ),
    "statement id twice": (
        "nutrients/b6.toml: statements: the id 'low' is there 2 times",
        (B6, 'id = "mouth"', 'id = "low"'),
    ),
    "empty section": (
        "nutrients/b6.toml: statements.tests: field required",
        (B6, "[[statements.tests]]", "[[statements.article]]"),
    ),
    "two amounts for one person": (
        "nutrients/b6.toml: intakes: two amounts fit the same person (us, general, from 50 years)",
        (B6, "ages = { first = 51 }, amount = 1.7", "ages = { first = 50 }, amount = 1.7"),
    ),
    "ages the wrong way round": (
        "nutrients/b6.toml: intakes[0].rows[0].ages: the last year comes before the first",
        (B6, "first = 19, last = 50", "first = 59, last = 50"),
    ),
    "amount of nothing": (
        "nutrients/b6.toml: limits[0].amount: input should be greater than 0",
        (B6, "amount = 12", "amount = 0"),
    ),
    "number name twice": (
        "nutrients/b6.toml: numbers.eu_upper: this name is there twice",
        (B6, 'name = "us_upper"', 'name = "eu_upper"'),
    ),
    "number nobody uses": (
        "nutrients/b6.toml: numbers.spare: no words in 'en' use this number",
        (B6, "[numbers]", '[numbers]\nspare = { value = 3, unit = "mg" }'),
    ),
    "number that is not there": (
        "text/en/b6.toml: statements.upper: there is no number 'eu_uper'",
        (B6_TEXT, "{eu_upper}", "{eu_uper}"),
    ),
    "figure in the words": (
        "text/en/b6.toml: statements.upper: '1' stands in the words, but figures belong among the numbers",
        (B6_TEXT, "{eu_upper}", "{eu_upper}, not 10 mg,"),
    ),
    "stray brace": (
        "text/en/b6.toml: statements.upper: '}' stands in the words, but figures belong among the numbers",
        (B6_TEXT, "{eu_upper}", "{eu_upper}}"),
    ),
    "words without a statement": (
        "text/en/b6.toml: statements.rumour: these words belong to no statement",
        (B6_TEXT, "[statements]", '[statements]\nrumour = "They say so."'),
    ),
    "words of the first screen without a place": (
        "text/en/b6.toml: brief.rumour: these words belong to no statement",
        (B6_TEXT, "[brief]", '[brief]\nrumour = "They say so."'),
    ),
    "case of a grade without words": (
        "text/en/b1.toml: cases.cause: the words of this statement are missing",
        ("text/en/b1.toml", '[cases]\ncause = "only for a true lack"\n', ""),
    ),
    "words for the case of a grade that has none": (
        "text/en/b6.toml: cases.cause: these words belong to no statement",
        (B6_TEXT, "[brief]", '[cases]\ncause = "only at night"\n\n[brief]'),
    ),
    "statement without words": (
        "text/en/b6.toml: statements.mouth: the words of this statement are missing",
        (B6_TEXT, "mouth = ", "lips = "),
    ),
    "empty words": (
        "text/en/b6.toml: name: string should match pattern '^\\S.*\\S$'",
        (B6_TEXT, 'name = "Vitamin B6"', 'name = " "'),
    ),
    "alias that means two nutrients": (
        "text/en/b6.toml: aliases: 'magnesium' already means 'magnesium'",
        (B6_TEXT, "aliases = []", 'aliases = ["magnesium"]'),
    ),
    "alias of all languages that means two nutrients": (
        "nutrients/b6.toml: aliases: 'thiamine' already means 'b1'",
        (B6, '"pyridoxine"', '"thiamine"'),
    ),
    "alias in capitals": (
        "text/en/b6.toml: aliases: 'Pyridoxal' is not in lower case",
        (B6_TEXT, "aliases = []", 'aliases = ["Pyridoxal"]'),
    ),
    "source twice": (
        "sources.toml: sources[1].id: 'cochrane-magnesium-2020' is there twice",
        (SOURCES, 'id = "cochrane-magnesium-2012"', FIRST_ID),
    ),
    "short name twice": (
        "sources.toml: sources[1].short: 'Cochrane 2020' is there twice",
        (SOURCES, 'short = "Cochrane 2012"', 'short = "Cochrane 2020"'),
    ),
    "source nobody cites": (
        "sources.toml: sources[0].id: nothing cites 'idle'",
        (
            SOURCES,
            "[[sources]]",
            '[[sources]]\nid = "idle"\nshort = "I"\ntitle = "I"\npublisher = "I"\nstatus = "unverified"\n'
            "primary = false\nchecked = 2026-11-22\nreview = 2027-11-22\n\n[[sources]]",
        ),
    ),
    "review before check": (
        "sources.toml: sources[0]: the review date must come after the date checked",
        (SOURCES, "review = 2027-11-22", "review = 2026-11-22"),
    ),
    "source read but without address": (
        "sources.toml: sources[0]: a source that was read needs its address",
        (
            SOURCES,
            'url = "https://cochranelibrary.com/cdsr/doi/10.1002/14651858.CD009402.pub3"\n',
            "",
        ),
    ),
    "date that is none": (
        "sources.toml: sources[0].checked: input should be a valid date or datetime, input is too short",
        (SOURCES, "checked = 2026-11-22", 'checked = "yesterday"'),
    ),
}


@pytest.mark.parametrize(("expected", "change"), RULES.values(), ids=RULES.keys())
def test_a_broken_file_is_one_sentence(broken: Breaker, expected: str, change: tuple[str, str, str]) -> None:
    """What is wrong is said in one sentence that names file and field."""
    with pytest.raises(KnowledgeError) as error:
        load(broken(*change))

    assert expected == str(error.value)


def test_broken_toml_names_its_file(broken: Breaker) -> None:
    """A slip of the pen in a data file is no traceback."""
    with pytest.raises(KnowledgeError, match=r"^nutrients/b6\.toml: this is not TOML: "):
        load(broken(B6, "order = 8", "order = "))


def test_missing_words_of_a_nutrient(broken: Breaker) -> None:
    """Every language has every nutrient."""
    root = broken(B6_TEXT, "Vitamin B6", "Vitamin B6")
    (root / B6_TEXT).unlink()

    with pytest.raises(KnowledgeError, match=r"^text/en/b6\.toml: the file is missing or cannot be read$"):
        load(root)


def test_words_of_an_unknown_nutrient(broken: Breaker) -> None:
    """A file of words without its nutrient dangles."""
    root = broken(B6_TEXT, "Vitamin B6", "Vitamin B6")
    shutil.copy(root / B6_TEXT, root / "text/en/zinc.toml")

    with pytest.raises(KnowledgeError, match=r"^text/en/zinc\.toml: there is no nutrient 'zinc'$"):
        load(root)


def in_another_language(root: Path, language: str) -> Path:
    """The data with the English words standing in for a translation."""
    shutil.copytree(root / "text/en", root / "text" / language)
    return root


@pytest.fixture
def german(broken: Breaker) -> Path:
    return in_another_language(broken(B6_TEXT, "Vitamin B6", "Vitamin B6"), "de")


def test_another_language_keeps_the_figures_and_writes_them_its_own_way(german: Path) -> None:
    """A translation changes words only; its figures are the same, with a comma where German has one."""
    knowledge = load(german)
    texts = {s.id: s.text for s in knowledge.card("magnesium", "de").sections[Section.EVIDENCE]}

    assert knowledge.languages == ("en", "de")
    assert "\u22120,18 cramps" in texts["pooled"]
    assert "27,8\xa0%" in texts["dummy_pills"]


def test_a_translation_cannot_move_a_figure(german: Path) -> None:
    """Each statement has the figures of its original, and no others."""
    words = german / "text/de/b6.toml"
    words.write_text(words.read_text("utf-8").replace("{trial_b6}", "{reports}{trial_b6}"), "utf-8")

    with pytest.raises(KnowledgeError, match=r"de/b6\.toml: statements\.mixed_pill: .* not those of 'en'$"):
        load(german)


def test_an_incomplete_language_is_refused(german: Path) -> None:
    """A half-translated language does not start."""
    (german / "text/de/calcium.toml").unlink()

    with pytest.raises(KnowledgeError, match=r"^text/de/calcium\.toml: the file is missing"):
        load(german)


def test_a_folder_that_is_no_language(broken: Breaker) -> None:
    """A misnamed folder of words is found."""
    root = in_another_language(broken(B6_TEXT, "Vitamin B6", "Vitamin B6"), "klingon")

    with pytest.raises(KnowledgeError, match=r"^text/klingon: this is not a language$"):
        load(root)


def test_english_must_be_there(german: Path) -> None:
    """English is what every unknown language falls back to."""
    shutil.rmtree(german / "text/en")

    with pytest.raises(KnowledgeError, match=r"^text/en: the folder is missing$"):
        load(german)


def test_the_data_that_ships_is_where_the_loader_looks() -> None:
    """The default folder is the package's own."""
    assert (HERE / SOURCES).is_file()


KNOWLEDGE = load()
people = st.tuples(st.sampled_from(Sex), st.integers(0, 120), st.sampled_from(Life))


@given(st.sampled_from(KNOWLEDGE.nutrients), st.sampled_from(Region), people)
def test_nobody_finds_two_amounts(nutrient: str, region: Region, who: tuple[Sex, int, Life]) -> None:
    """Whoever asks, at most one reference amount of a region is theirs."""
    sex, age, life = who
    rows = [row for row in KNOWLEDGE.card(nutrient, "en").intakes if row.region is region]

    assert sum(row.fits(sex=sex, age=age, life=life) for row in rows) <= 1


@given(st.text(alphabet="abc .{}019", min_size=1).filter(lambda text: any(c in "{}019" for c in text)))
def test_no_figure_slips_into_the_words(sentence: str) -> None:
    """Whatever stands round it, a digit or a brace in the words is refused."""
    prose = Prose(Where("text"), Where("figures"), "en", {"key": sentence}, {})

    with pytest.raises(KnowledgeError):
        prose.take("key")


@pytest.mark.parametrize(
    ("expected", "value", "unit"),
    [
        ("1,200 mg", 1200, Unit.MG),
        ("0.75 mmol/L", "0.75", Unit.MMOL_PER_LITRE),
        ("27.8%", "27.8", Unit.PERCENT),
        ("\u22120.18", "-0.18", Unit.COUNT),
        ("4", 4, Unit.WEEKS),
    ],
)
def test_figures_are_written_with_their_unit(expected: str, value: int | str, unit: Unit) -> None:
    """Units with a sign carry it; counts and spans of time leave the word to the prose."""
    assert expected == written(Quantity(value=value, unit=unit), "en")
