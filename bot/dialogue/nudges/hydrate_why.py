"""Why a hydrate nudge came out like this: each input, what held the amount down, why salts or not."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.words import fill, mark
from bot.dialogue.workout_words import shown
from jobs import fluids
from jobs.fluids import Cap, Nothing
from jobs.preferences import Units
from jobs.suggest.hydrate import AFTER, ASK, Bare, Salts, workout_of

# By definition of the US fluid ounce.
_ML_A_FL_OZ = 29.5735295625

_CAPS: Mapping[str, str] = {
    Cap.HOUR: mark("I count no more than {most_an_hour} of sweat an hour."),
    Cap.BODY: mark("The amount stops at about 2% of body weight."),
    Cap.MOST: mark("I never name more than {most}, however long it was."),
}
_BARE: Mapping[str, str] = {
    Nothing.SHORT: mark("No amount: under an hour, and not hot, thirst is enough of a guide."),
    Nothing.LITTLE: mark("No amount: so little is lost that thirst is enough of a guide."),
    Bare.LATE: mark("No amount: it ended some hours ago, so thirst alone is the guide."),
    Bare.YOUNG: mark("No amount: my estimate is for adults."),
    Bare.CARE: mark("No amount: something you told me calls for care with drinking."),
}
_SALTS: Mapping[str, str] = {
    Salts.YES: mark("Electrolytes are named because it was long or hot, you told me that you are an adult, and nothing "
                    "you told me speaks against them."),
    Salts.NO_NEED: mark("No electrolytes: they are worth a thought only after 90 minutes, an hour of hard effort, or "
                        "45 minutes in heat."),
    Salts.WITHHELD: mark("No electrolytes, because of what you told me: {reasons}"),
    Salts.UNTOLD: mark("No word on electrolytes: I don't know that you are an adult (/settings age)."),
}  # fmt: skip


def explain(scene: Scene) -> Sequence[Markup]:
    """A line for each input."""
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    if scene.suggestion.form == ASK:
        ended = datetime.fromisoformat(facts["ended"]).astimezone(scene.zone)
        return [
            fill(_("You told me of a workout that ends at {time}: {workout}."), time=wording.clock(scene.words, ended),
                 workout=shown(scene.words, workout_of(facts))),
            fill(_("I name an amount only after one that really happened, so I ask.")),
        ]  # fmt: skip
    if scene.suggestion.form != AFTER:
        return [fill(_("On ordinary days and after short efforts thirst is a good guide, so I name no amount."))]
    return list(_after(scene))


def fluid(scene: Scene, ml: float) -> str:
    """An amount to drink in the person's units, as in 450 ml or 15 fl oz; never rounded up."""
    units = scene.preferences.units
    american = units is Units.US or (units is None and scene.words.locale.territory == "US")
    number, unit = (int(ml / _ML_A_FL_OZ), "fl oz") if american else (int(ml), "ml")
    return f"{format_decimal(number, locale=scene.words.locale)}\u00a0{unit}"


def reasons(scene: Scene) -> list[str]:
    """What speaks against salts for this person, as the safety table says it."""
    against = scene.suggestion.facts["reasons"]
    return list(dict.fromkeys(rule.reason.text for rule in scene.edition.safety.rules if rule.reason.id in against))


def _after(scene: Scene) -> Iterator[Markup]:
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    yield fill(_("What you told me: {workout}."), workout=shown(scene.words, workout_of(facts)))
    if facts["bare"] is not None:
        yield fill(_(_BARE[facts["bare"]]))
    else:
        yield from _amount(scene)
    yield fill(_(_SALTS[facts["salts"]]), reasons=" ".join(reasons(scene)))


def _amount(scene: Scene) -> Iterator[Markup]:
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    counted = _("Counted: about {an_hour} of sweat an hour, for how hard it was.")
    if facts["hot"]:
        counted = _("Counted: about {an_hour} of sweat an hour, for how hard and how hot it was.")
    yield fill(counted, an_hour=fluid(scene, facts["an_hour"]))
    if facts["weighed"]:
        yield fill(_("Your weight is counted in."))
    else:
        yield fill(_("I don't know your weight, so I took a light body (/settings weight)."))
    part = format_percent(fluids.PART, locale=scene.words.locale)
    yield fill(
        _("Of that {part}: most people drink some on the way, and nobody should gain weight by drinking."), part=part
    )
    for cap in facts["caps"]:
        yield fill(_(_CAPS[cap]), most_an_hour=fluid(scene, fluids.MOST_AN_HOUR), most=fluid(scene, fluids.MOST))
    yield fill(_("All this is our own careful estimate. No clinician has checked it."))
