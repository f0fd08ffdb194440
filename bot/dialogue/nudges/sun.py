"""The sun nudge in words: minutes of sun, a walk, or food."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.dialogue import figures, food_remarks
from bot.dialogue.nudges import sun_settings
from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.nudges.sun_why import BECAUSE, burns, explain, hours, named, span
from bot.dialogue.words import fill, mark
from db.knowledge.foods import Food
from db.knowledge.models import Quantity, Unit
from jobs.preferences import Tone
from jobs.suggest.advised import Share
from jobs.suggest.sun import NUTRIENT

_MINUTES: Pool = {
    Tone.FRIENDLY: (
        mark("A short time in the sun would fit now: up to {minutes}, with bare arms and lower legs if you like. "
             "Then cover up before skin reddens."),
        mark("Would you like to step outside, for up to {minutes} of sun on your skin? Less is fine. "
             "Then cover up before skin reddens."),
        mark("Some daylight on your arms and face, for up to {minutes}? Then shade or sleeves: "
             "cover up before skin reddens."),
    ),
    Tone.BRIEF: (
        mark("Sun for up to {minutes}. Then cover up before skin reddens."),
        mark("Outside for up to {minutes}, then cover up before skin reddens."),
    ),
}  # fmt: skip
_WALK: Pool = {
    Tone.FRIENDLY: (
        mark("A short walk outside? The sun is gentle now. Go as far as your legs like."),
        mark("Step outside for a bit. Moving legs and daylight are good company, cloud or not."),
        mark("A little time outdoors would be nice now, at your own pace."),
    ),
    Tone.BRIEF: (
        mark("A short walk outside."),
        mark("Daylight: step out for a bit."),
    ),
}
_SHADE: Pool = {
    Tone.FRIENDLY: (
        mark("A short walk would be nice, in the shade: the sun is strong enough to burn now."),
        mark("Step outside for a bit, on the shady side. Hat and sleeves help while the sun is strong."),
        mark("A little time outdoors? The sun is strong now, so choose shade, or cover up."),
    ),
    Tone.BRIEF: (
        mark("A short walk in the shade: the sun is strong."),
        mark("Step out for a bit, in the shade. The sun is strong."),
    ),
}
_FOOD: Pool = {
    Tone.FRIENDLY: (
        mark("Food brings vitamin D too. An idea for a meal: <b>{food}</b>."),
        mark("Something with vitamin D for one of your next meals: <b>{food}</b>."),
        mark("On the plate instead of the sky: <b>{food}</b>, with vitamin D in it."),
    ),
    Tone.BRIEF: (
        mark("Vitamin D from food: <b>{food}</b>."),
        mark("<b>{food}</b>, with vitamin D in it."),
    ),
}
_ANY_FOOD: Pool = {
    Tone.FRIENDLY: (
        mark("Food can bring vitamin D too. I know none that fits all you told me, but labels say where it is added."),
        mark("Vitamin D is added to some foods: a look at the labels of those you eat may find one."),
        mark("When you shop next: the label says whether vitamin D was added to a food you like."),
    ),
    Tone.BRIEF: (
        mark("Vitamin D from food: labels say where it is added."),
        mark("Labels say which foods have vitamin D added."),
    ),
}


def _body(scene: Scene) -> Sequence[Markup]:
    facts = scene.suggestion.facts
    match scene.suggestion.form:
        case "food":
            return _food(scene)
        case "minutes":
            return [fill(scene.say(_MINUTES), minutes=span(scene, facts["minutes"])), *hours(scene)]
        case _:
            # The best hours are for a little sun: no good company for advice to stay in the shade.
            return [fill(scene.say(_SHADE))] if burns(scene) else [fill(scene.say(_WALK)), *hours(scene)]


def _food(scene: Scene) -> Sequence[Markup]:
    _ = scene.words.gettext
    because = _(BECAUSE[scene.suggestion.facts["because"]])
    food = named(scene)
    if food is None:
        return [fill("{because} {idea}", because=because, idea=fill(scene.say(_ANY_FOOD)))]
    idea = fill("{because} {idea}", because=because, idea=fill(scene.say(_FOOD), food=food.name))
    wanted = food_remarks.noteworthy(NUTRIENT, without_meat=False) & food.tags
    notes = [fill("{note}", note=note.text) for tag, note in scene.edition.larder.notes.items() if tag in wanted]
    return [idea, Markup(" ").join((_amount(scene, food), *notes))]


def _amount(scene: Scene, food: Food) -> Markup:
    """What a serving holds, next to a day."""
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    amount = Quantity(value=Decimal(facts["amount"]), unit=Unit(facts["unit"]))
    holds = {
        "serving": figures.serving(scene.words, food, scene.preferences.units),
        "amount": figures.quantity(scene.words, amount),
    }
    if facts["share_low"] is None:
        return fill(_("In {serving}: about {amount}."), **holds)
    share = figures.share(scene.words, Share(Decimal(facts["share_low"]), Decimal(facts["share_high"])))
    return fill(_("In {serving}: about {amount}, {share} of what is advised a day."), share=share, **holds)


FACE = Face(
    name=mark("Daylight"),
    icon="🌤",
    aliases=("sunlight", "daylight", "walk", "light"),
    suggested=("best time", "10:00", "12:30", "16:00"),
    examples=("best time", "12:30", "10am weekdays", "10:00 16:00 sat sun", "every 2 days 12:00"),
    caution=mark("In the sun, cover up before skin reddens. Some medicines and conditions make sun a bad idea: "
                 "if that may be you, choose shade or evening."),
    cautious=lambda scene: scene.suggestion.form != "food",
    body=_body,
    explain=explain,
    when_set=sun_settings.when_set,
)  # fmt: skip
