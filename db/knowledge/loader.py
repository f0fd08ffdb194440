"""Reads everything that is known, checks all of it, and hands it out frozen."""

from collections.abc import Mapping
from pathlib import Path

from babel import Locale, UnknownLocaleError

from db.knowledge.bibliography import Bibliography
from db.knowledge.cards import FALLBACK, Card, Knowledge
from db.knowledge.errors import KnowledgeError, Where
from db.knowledge.files import NutrientFile, NutrientText, read
from db.knowledge.food_files import FoodShelf
from db.knowledge.foods import Larder
from db.knowledge.nutrients import CardMaker, prose_of
from db.knowledge.prose import Prose

HERE = Path(__file__).parent


def load(root: Path = HERE) -> Knowledge:
    """All knowledge under `root`, in every language there.

    Raises KnowledgeError, one sentence naming file and field, for the first thing that is not as it must be.
    """
    library = Bibliography.read(root)
    files = _nutrient_files(root)
    shelf = FoodShelf(root, library)
    makers = {nutrient: CardMaker(nutrient, file, library) for nutrient, file in files.items()}
    cards: dict[str, Mapping[str, Card]] = {}
    names: dict[str, Mapping[str, str]] = {}
    larders: dict[str, Larder] = {}
    originals: dict[str, Prose] = {}
    for language in _languages(root):
        _no_strays(root, language, files)
        texts = {nutrient: read(root, f"text/{language}/{nutrient}.toml", NutrientText) for nutrient in files}
        larders[language] = larder = shelf.larder(language)
        made = {}
        for nutrient, maker in makers.items():
            prose = prose_of(nutrient, language, files[nutrient], texts[nutrient], larder.foods)
            made[nutrient] = maker.make(texts[nutrient], prose)
            prose.finish()
            prose.agrees_with(originals.setdefault(nutrient, prose))
        cards[language] = made
        names[language] = _aliases(language, files, texts)
    library.finish()
    return Knowledge(nutrients=tuple(files), cards=cards, names=names, larders=larders)


def _nutrient_files(root: Path) -> dict[str, NutrientFile]:
    """By id, in display order."""
    files = {path.stem: read(root, f"nutrients/{path.name}", NutrientFile) for path in _toml(root / "nutrients")}
    taken: dict[int, str] = {}
    for nutrient, file in files.items():
        if file.order in taken:
            where = Where(f"nutrients/{nutrient}.toml", "order")
            raise where.error(f"{file.order} is already the place of '{taken[file.order]}'")
        taken[file.order] = nutrient
    return {taken[order]: files[taken[order]] for order in sorted(taken)}


def _languages(root: Path) -> list[str]:
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


def _no_strays(root: Path, language: str, nutrients: Mapping[str, NutrientFile]) -> None:
    for path in _toml(root / "text" / language):
        if path.stem not in {*nutrients, "foods"}:
            raise KnowledgeError(f"text/{language}/{path.name}: there is no nutrient '{path.stem}'")


def _toml(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _aliases(language: str, files: Mapping[str, NutrientFile], texts: Mapping[str, NutrientText]) -> Mapping[str, str]:
    """Every name, in lower case, to its nutrient."""
    owners: dict[str, str] = {}
    for nutrient, file in files.items():
        text = texts[nutrient]
        for where, names in (
            (Where(f"nutrients/{nutrient}.toml", "aliases"), (nutrient, *file.aliases)),
            (Where(f"text/{language}/{nutrient}.toml", "aliases"), (text.name.lower(), *text.aliases)),
        ):
            for name in names:
                if name != name.lower():
                    raise where.error(f"'{name}' is not in lower case")
                if owners.setdefault(name, nutrient) != nutrient:
                    raise where.error(f"'{name}' already means '{owners[name]}'")
    return owners
