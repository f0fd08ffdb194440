"""Why a food nudge names what it names: what it went by, what came before, and whose figure the share is of."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bot.dialogue import food_remarks, wording
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.words import fill, mark
from db.knowledge.foods import Food
from db.knowledge.intakes import Region
from jobs.suggest.suggestion import REMEMBERED

# Why it is this nutrient, by the fact of that name.
_WHY: Mapping[str, str] = {
    "usual": mark("{nutrient}: this nudge is about it unless you pick others with <code>/settings nutrients</code>."),
    "picked": mark("{nutrient}: you picked it. With several, they take turns."),
    "instead": mark("{nutrient}: for what you picked I know no food that I may propose to you."),
}
_HEEDED: Mapping[str, str] = {
    "diet": mark("your diet"),
    "allergens": mark("your allergies"),
    "dislikes": mark("what you don't like"),
    "traits": mark("your health"),
}


def explain(scene: Scene) -> Sequence[Markup]:
    """A line for each thing that it went by."""
    food = named(scene)
    if food is None:
        return [fill(scene.words.gettext("A general idea."))]
    why = fill(scene.words.gettext(_WHY[scene.suggestion.facts["why"]]), nutrient=nutrient(scene))
    return [why, _heeded(scene), *_before(scene), *_season(scene, food), *_share(scene, food), _not_shown(scene)]


def named(scene: Scene) -> Food | None:
    """The food that is proposed; None where it is not in the larder any more."""
    return scene.edition.larder.foods.get(scene.suggestion.facts.get("food", ""))


def nutrient(scene: Scene) -> str:
    """The name of what the food is proposed for."""
    return scene.edition.cards[scene.suggestion.facts["nutrient"]].name


def nutrient_inside(scene: Scene) -> str:
    """The same within a sentence, which English writes small; a letter that stands alone stays: B vitamins."""
    name = nutrient(scene)
    small = scene.words.language == "en" and name[1:2].isalpha()
    return name[:1].lower() + name[1:] if small else name


def _heeded(scene: Scene) -> Markup:
    _ = scene.words.gettext
    told = [_(_HEEDED[name]) for name in scene.suggestion.facts["heeded"]]
    if not told:
        return fill(_("You told me of no diet, allergy or dislike. If there is one: /settings."))
    return fill(_("I went by what you told me in /settings of {told}."), told=wording.listed(scene.words, told))


def _before(scene: Scene) -> list[Markup]:
    """When it came last; where it comes again, all others that fit have come since."""
    _ = scene.words.gettext
    days = scene.suggestion.facts["days"]
    if days is None:
        n = REMEMBERED.days
        said = scene.words.ngettext(
            "I have not named it in the last {n} day.", "I have not named it in the last {n} days.", n
        )
        return [fill(said, n=n)]
    return [fill(_("I have named it lately. Of all that fits you, it is the longest ago."))]


def _season(scene: Scene, food: Food) -> list[Markup]:
    _ = scene.words.gettext
    season = scene.suggestion.facts["season"]
    if season is None or food.season is None:
        return []
    if season:
        return [fill(_("In season now, by your time zone and a rough calendar of our own."))]
    return [fill(_("Fresh, it is out of season now, by your time zone and a rough calendar of our own. So I name it "
                   "less often than others."))]  # fmt: skip


def _share(scene: Scene, food: Food) -> list[Markup]:
    _ = scene.words.gettext
    facts, amounts = scene.suggestion.facts, food.citation.source.short
    if facts["region"] is None:
        return [fill(_("Amounts: {amounts}. I have no amount for a day that fits you."), amounts=amounts)]
    region = Region(facts["region"])
    rows = [row for row in scene.edition.cards[facts["nutrient"]].intakes if row.region is region]
    return [
        fill(
            _("Amounts: {amounts}. Advised a day: {region} ({sources}). To compare, not advice."),
            amounts=amounts,
            region=_(food_remarks.REGIONS[region]),
            sources=food_remarks.cited(scene.words, dict.fromkeys(row.citation for row in rows)),
        )
    ]


def _not_shown(scene: Scene) -> Markup:
    return fill(scene.words.gettext("That any food prevents cramps has not been shown."))
