"""What goes with a food's figures, in lists and in nudges: notes on it, and whose figure its share is of."""

from collections.abc import Iterable, Mapping

from bot.dialogue.words import Words, mark
from db.knowledge.foods import FoodTag
from db.knowledge.intakes import Region
from db.knowledge.models import Citation, Mark

_FORTIFIABLE = frozenset({"calcium", "vitamin_d", "b1", "b5", "b6"})
_NO_SALT = _FORTIFIABLE | {"magnesium", "potassium"}
# What is said of a food beside which nutrients; None is all.
_NOTED: Mapping[FoodTag, frozenset[str] | None] = {
    FoodTag.HIGH_MERCURY: None,
    FoodTag.VITAMIN_A_RICH: None,
    FoodTag.SELENIUM_RICH: None,
    FoodTag.READ_LABEL: None,
    FoodTag.FORTIFIED: _FORTIFIABLE,
    FoodTag.CALCIUM_SET: frozenset({"calcium"}),
    FoodTag.BONES: frozenset({"calcium"}),
    FoodTag.UV_TREATED: frozenset({"vitamin_d"}),
    FoodTag.VERY_SALTY: _NO_SALT,
    FoodTag.SALTY: _NO_SALT,
}
# Matters to those who eat cheese and yogurt but no meat.
_NOTED_WITHOUT_MEAT = frozenset({FoodTag.RENNET, FoodTag.GELATIN})

REGIONS: Mapping[Region, str] = {Region.US: mark("US"), Region.EU: mark("Europe"), Region.UK: mark("UK")}
_MARKS: Mapping[Mark, str] = {
    Mark.SEEN: "{source}",
    Mark.SECOND_HAND: mark("{source}, read in a copy"),
    Mark.MEMORY: mark("{source}, from memory and not yet checked"),
}


def noteworthy(nutrient: str, *, without_meat: bool) -> frozenset[FoodTag]:
    """The tags whose notes are said of foods that are named for a nutrient."""
    wanted = frozenset(tag for tag, beside in _NOTED.items() if beside is None or nutrient in beside)
    return wanted | _NOTED_WITHOUT_MEAT if without_meat else wanted


def cited(words: Words, citations: Iterable[Citation]) -> str:
    """Sources of a day's amount, and how it was taken from each."""
    return "; ".join(words.gettext(_MARKS[c.mark]).format(source=c.source.short) for c in citations)
