"""Why a sun nudge is what it is: the figures behind it, what is known, and what to tell for more."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from babel.numbers import format_decimal
from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.words import fill, mark
from db.knowledge.foods import Food
from jobs import sunlight
from jobs.suggest.suggestion import REMEMBERED

# Why it is food and not sun, in front of the idea.
BECAUSE: Mapping[str, str] = {
    "place": mark("I don't know your place, so I can't tell how strong the sun is."),
    "dark": mark("The sun stays weak all day today."),
    "night": mark("The sun is down now."),
}
# What to tell, and as what.
_TELL: Mapping[str, tuple[str, str]] = {
    "opt_in": ("/settings sun on", mark("that you want them")),
    "place": ("/settings place", mark("where you are, to about 10 km")),
    "skin": ("/settings skin 2", mark("how your skin takes the sun")),
    "age": ("/settings age 30", mark("your age: they are for adults")),
}


def explain(scene: Scene) -> Sequence[Markup]:
    lines = {"food": _why_food, "minutes": _why_minutes}.get(scene.suggestion.form, _why_walk)(scene)
    return [*_light(scene), *lines, *hours(scene), *_tell(scene)]


def _light(scene: Scene) -> list[Markup]:
    """How strong the sun is, and how that is known."""
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    if "uv" not in facts:
        return [fill("{because}", because=_(BECAUSE["place"]))]
    uv, highest = (format_decimal(facts[name], "0.0", locale=scene.words.locale) for name in ("uv", "highest"))
    if facts["elevation"] > 0:
        height = format_decimal(facts["elevation"], "0", locale=scene.words.locale)
        now = fill(_("UV index now: about {uv}, the sun {height}° high. Today's highest: about {highest}."),
                   uv=uv, height=height, highest=highest)  # fmt: skip
    else:
        now = fill(_("The sun is down now. Today's highest UV index: about {highest}."), highest=highest)
    return [
        now,
        *_soon(scene),
        fill(_("That is our own estimate for a sky without clouds, by a published formula (Madronich 2007) with a "
               "usual ozone layer. I don't know today's clouds, nor snow, water or height.")),
    ]  # fmt: skip


def _soon(scene: Scene) -> list[Markup]:
    """What the advice goes by, as the sun may still rise."""
    facts = scene.suggestion.facts
    if scene.suggestion.form == "food" or "soon" not in facts:
        return []
    soon = format_decimal(facts["soon"], "0.0", locale=scene.words.locale)
    return [fill(scene.words.gettext("I reckon with the highest of the next half hour: about {uv}."), uv=soon)]


def _why_minutes(scene: Scene) -> list[Markup]:
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    band = {name: format_decimal(value, "0", locale=scene.words.locale) for name, value in facts["band"].items()}
    return [
        fill(_("Skin type {skin}, as you told me. Such skin first reddens after about {redness} at UV index "
               "{reckoned}: an average from general knowledge, not yet checked. I reckon with {reckoned} for all from "
               "{least} to under {below}."),
             skin=facts["skin"], redness=span(scene, facts["redness"]), **band),
        fill(_("One quarter of that, rounded down, and never more than 30 minutes: up to {minutes}. This is our own "
               "estimate, no guideline. People differ at least twofold, so it is a limit and not a goal."),
             minutes=span(scene, facts["minutes"])),
        fill(_("Authorities disagree. US dermatologists (AAD, read in reports): vitamin D from food and pills, not "
               "from unprotected sun. NHS (read in a copy): short times outdoors are enough for most from spring "
               "to autumn. Australia (read in a report): a few minutes are enough for most, and protect skin from "
               "UV index 3 on.")),
        *_not_shown(scene),
    ]  # fmt: skip


def _why_walk(scene: Scene) -> list[Markup]:
    _ = scene.words.gettext
    if burns(scene):
        return [fill(_("From UV index 3 on, Canada's government advises hat, clothes and sunscreen: hence the shade."))]
    return [fill(_("Under UV index 3 I say nothing about vitamin D: it is simply a walk."))]


def _why_food(scene: Scene) -> list[Markup]:
    _ = scene.words.gettext
    food, lines = named(scene), []
    if scene.suggestion.facts["because"] == "dark":
        lines.append(fill(_("Today the UV index stays under 3 even at its highest, so I suggest food instead.")))
    if food is None:
        return [*lines, fill(_("I know no food with vitamin D that fits all you told me.")), *_not_shown(scene)]
    return [
        *lines,
        fill(_("The food goes by the diet, allergies and dislikes you told me, and by what came in the last {days}. "
               "Figures: {source}. The share is there to compare, it is not advice."),
             days=scene.words.ngettext("{n} day", "{n} days", REMEMBERED.days).format(n=REMEMBERED.days),
             source=food.citation.source.short),
        *_not_shown(scene),
    ]  # fmt: skip


def _not_shown(scene: Scene) -> list[Markup]:
    return [fill(scene.words.gettext("That vitamin D prevents cramps has not been shown."))]


def _tell(scene: Scene) -> list[Markup]:
    """What minutes of sun would need."""
    _ = scene.words.gettext
    wanted = [_TELL[name] for name in scene.suggestion.facts.get("missing", ())]
    if not wanted:
        return []
    commands = [fill("<code>{command}</code> ({what})", command=command, what=_(what)) for command, what in wanted]
    return [fill(_("For minutes of sun that fit you, tell me: {commands}."), commands=Markup(", ").join(commands))]


# What the nudge itself says too --------------------------------------------------------------------


def hours(scene: Scene) -> list[Markup]:
    """The best hours of the day, where it has any to come; those that can burn only for who may have minutes."""
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    is_weak = facts.get("highest", 0) < sunlight.LITTLE
    if not facts.get("window") or (facts["missing"] and not is_weak):
        return []
    start, end = (
        wording.clock(scene.words, datetime.fromisoformat(facts["window"][side]).astimezone(scene.zone))
        for side in ("start", "end")
    )
    if is_weak:
        return [fill(_("Today's brightest hours: {start} to {end}."), start=start, end=end)]
    if start == end:
        return [fill(_("Today's best time: about {start}."), start=start)]
    return [fill(_("Today's best hours: {start} to {end}."), start=start, end=end)]


def span(scene: Scene, minutes: int) -> str:
    return wording.span(scene.words, timedelta(minutes=minutes))


def burns(scene: Scene) -> bool:
    """Whether the sun was strong enough to need protection, or about to be."""
    facts = scene.suggestion.facts
    return float(facts.get("soon", facts.get("uv", 0))) >= sunlight.LITTLE


def named(scene: Scene) -> Food | None:
    """The food that is proposed; None where none suits, or it is not in the larder any more."""
    return scene.edition.larder.foods.get(scene.suggestion.facts.get("food", ""))
