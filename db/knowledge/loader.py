"""Reads everything that is known, checks all of it, and hands it out frozen."""

from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from db.knowledge.bibliography import Bibliography
from db.knowledge.cards import FALLBACK, Edition, Knowledge
from db.knowledge.care import FirstAidShelf, RedFlagShelf
from db.knowledge.errors import KnowledgeError
from db.knowledge.food_files import FoodShelf
from db.knowledge.nutrients import NutrientShelf
from db.knowledge.questionnaire import QuestionnaireShelf
from db.knowledge.safety import SafetyShelf
from db.knowledge.stretches import StretchShelf
from db.knowledge.topics import TopicShelf

HERE = Path(__file__).parent
OTHER_WORDS = {"first_aid", "foods", "questionnaire", "red_flags", "safety", "stretches", "topics"}


@cache
def load(root: Path = HERE) -> Knowledge:
    """All knowledge under `root`, in every language there; read-only, and so read once in a process.

    Raises KnowledgeError, one sentence naming file and field, for the first thing that is not as it must be.
    """
    library = Bibliography.read(root)
    foods = FoodShelf(root, library)
    nutrients = NutrientShelf(root, library)
    first_aid, red_flags = FirstAidShelf(root, library), RedFlagShelf(root, library)
    stretches, topics = StretchShelf(root, library), TopicShelf(root, library)
    safety = SafetyShelf(root, library, nutrients.files)
    questions = QuestionnaireShelf(
        root,
        library,
        flags=[flag.id for flag in red_flags.file.flags],
        traits=[trait.id for trait in safety.file.traits],
        cards=nutrients.files,
    )
    editions = {}
    for language in languages(root):
        refuse_strays(root, language, {*nutrients.files, *OTHER_WORDS})
        larder = foods.larder(language)
        cards, names = nutrients.make(language, larder.foods)
        editions[language] = Edition(
            cards=cards,
            names=names,
            larder=larder,
            first_aid=first_aid.make(language),
            red_flags=red_flags.make(language),
            stretching=stretches.make(language),
            topics=topics.make(language),
            safety=safety.make(language),
            questionnaire=questions.make(language),
        )
    library.finish()
    return Knowledge(nutrients=tuple(nutrients.files), editions=editions, sources=library.sources)


def languages(root: Path) -> list[str]:
    """Every folder of words, English first because the others are held against it."""
    found = sorted(path.name for path in (root / "text").iterdir() if path.is_dir())
    for language in found:
        try:
            Locale.parse(language)
        except (UnknownLocaleError, ValueError) as unknown:
            raise KnowledgeError(f"text/{language}: this is not a language") from unknown
    if FALLBACK not in found:
        raise KnowledgeError(f"text/{FALLBACK}: the folder is missing")
    return [FALLBACK, *(language for language in found if language != FALLBACK)]


def refuse_strays(root: Path, language: str, known: set[str]) -> None:
    """A file of words that nothing asks for is a mistake in its name."""
    for path in sorted((root / "text" / language).glob("*.toml")):
        if path.stem not in known:
            raise KnowledgeError(f"text/{language}/{path.name}: there is no nutrient '{path.stem}'")
