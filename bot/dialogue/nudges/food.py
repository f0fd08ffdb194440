"""The food nudge in words: one food, what a serving brings, and two buttons for another."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.dialogue import figures, food_remarks
from bot.dialogue.nudges import food_why
from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.turn import Rows
from bot.dialogue.words import fill, in_lines, mark
from db.knowledge.foods import Food
from db.knowledge.models import Quantity, Unit
from jobs.preferences import Tone
from jobs.suggest.advised import Share

_POOL: Pool = {
    Tone.FRIENDLY: (
        mark("An idea for one of your next meals: <b>{food}</b>."),
        mark("Would you like some of this today? <b>{food}</b>. It brings {nutrient} without a pill."),
        mark("Here is something with {nutrient} in it: <b>{food}</b>. Have it if you like it."),
    ),
    Tone.BRIEF: (
        mark("For {nutrient}: <b>{food}</b>."),
        mark("<b>{food}</b>, with {nutrient} in it."),
    ),
}
# For a nudge whose food is not in the larder any more.
_ANY: Pool = {
    Tone.FRIENDLY: (
        mark("An idea for your next meal: beans or lentils. They bring magnesium without any pill."),
        mark("Whole-grain bread, oats or brown rice today? Each brings some magnesium."),
    ),
    Tone.BRIEF: (
        mark("Beans or lentils: magnesium without a pill."),
        mark("Whole grains bring magnesium."),
    ),
}


def _body(scene: Scene) -> Sequence[Markup]:
    food = food_why.named(scene)
    if food is None:
        return [fill(scene.say(_ANY))]
    idea = fill(scene.say(_POOL), food=food.name, nutrient=food_why.nutrient_inside(scene))
    notes = Markup(" ").join(_notes(scene, food))
    return [in_lines((idea, _serving(scene, food))), *([notes] if notes else [])]


def _serving(scene: Scene, food: Food) -> Markup:
    """What a serving holds, next to a day's amount where there is one for this person."""
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    serving = figures.serving(scene.words, food, scene.preferences.units)
    amount = figures.quantity(scene.words, Quantity(value=Decimal(facts["amount"]), unit=Unit(facts["unit"])))
    said = {"serving": serving[:1].upper() + serving[1:], "amount": amount, "nutrient": food_why.nutrient_inside(scene)}
    if facts["share_low"] is None:
        return fill(_("{serving}: about {amount} of {nutrient}."), **said)
    share = figures.share(scene.words, Share(Decimal(facts["share_low"]), Decimal(facts["share_high"])))
    if facts["known"]:
        text = _("{serving}: about {amount} of {nutrient}, {share} of what people like you are advised a day.")
    else:
        text = _("{serving}: about {amount} of {nutrient}, {share} of what adults are advised a day.")
    return fill(text, share=share, **said)


def _notes(scene: Scene, food: Food) -> Sequence[Markup]:
    """What must be known of it, as in lists of foods."""
    facts, notes = scene.suggestion.facts, scene.edition.larder.notes
    wanted = food_remarks.noteworthy(facts["nutrient"], without_meat="diet" in facts["heeded"])
    return [fill("{note}", note=note.text) for tag, note in notes.items() if tag in wanted & food.tags]


def _extras(scene: Scene) -> Rows:
    """The buttons name the food that they stand under: a second tap must not turn down the next one."""
    _ = scene.words.gettext
    food = food_why.named(scene)
    if food is None:
        return ()
    return [[
        scene.button(_("Another"), "another", food.id),
        scene.button(_("Not for me"), "not_for_me", food.id),
    ]]  # fmt: skip


FACE = Face(
    name=mark("Food"),
    icon="🥗",
    aliases=("eat", "magnesium", "meal", "snack"),
    suggested=("08:00", "13:00", "18:00"),
    examples=("08:00", "8am 1pm weekdays", "08:00 13:00 mon wed fri", "every 2 days 18:00"),
    caution=mark("Skip what you are allergic to. With kidney disease or a special diet, your doctor's "
                 "list comes first."),
    body=_body,
    explain=food_why.explain,
    extras=_extras,
)  # fmt: skip
