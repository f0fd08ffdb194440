"""The hydrate nudge in words: thirst, a question about a planned workout, or what to drink after one."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue.nudges import hydrate_why
from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.turn import Button, Press, Rows
from bot.dialogue.words import fill, in_lines, mark
from bot.dialogue.workout_words import shown
from jobs.preferences import Tone
from jobs.suggest.hydrate import AFTER, ASK, Salts, workout_of

_THIRST: Pool = {
    Tone.FRIENDLY: (
        mark("Thirsty? Have a glass of water now. Your thirst is a good guide, also after exercise."),
        mark("A moment to drink: water, tea, whatever you like without alcohol. As much as you are thirsty for."),
        mark("Put a glass of water where you can see it, and sip when you feel like it."),
    ),
    Tone.BRIEF: (
        mark("A drink, if you are thirsty."),
        mark("Water, to thirst."),
    ),
}
_ASK: Pool = {
    Tone.FRIENDLY: (
        mark("Did you train? I have this down: {workout}."),
        mark("You had planned {workout}. Did it happen?"),
        mark("How did it go: {workout}? If you did it, I can say how much to drink at most."),
    ),
    Tone.BRIEF: (
        mark("Did you train? {workout}."),
        mark("{workout}: did it happen?"),
    ),
}
_UP_TO: Pool = {
    Tone.FRIENDLY: (
        mark("Over the next hours drink up to about {amount}, only as your thirst asks."),
        mark("Thirst leads now. Up to about {amount} over the next hours, and no need to reach it."),
        mark("Water when you are thirsty, in your own time: up to about {amount} over the next hours."),
    ),
    Tone.BRIEF: (
        mark("If thirsty: up to about {amount} over the next hours."),
        mark("Thirst leads. Up to about {amount} over the next hours."),
    ),
}
_WATER: Pool = {
    Tone.FRIENDLY: (
        mark("Water is fine now, as much as you are thirsty for. No need to count."),
        mark("Have some water if you are thirsty. Your thirst knows how much."),
        mark("Thirst is your guide now: plain water, as much as you are thirsty for."),
    ),
    Tone.BRIEF: (
        mark("Water, as much as you are thirsty for."),
        mark("Thirst leads. Water is fine."),
    ),
}

_SALTS = mark("After long or hot sport a drink with electrolytes is an option, if you like it. Normal meals with salt, "
              "plus water, are enough. Not for you if you are pregnant, have diabetes or take lithium. Nor if a doctor "
              "watches your blood pressure, heart, liver or kidneys, or told you to limit salt, potassium or "
              "fluid.")  # fmt: skip
# Together with the line above, always.
_WARNING = mark("<b>Drinking too much is dangerous, sports drinks too.</b> Signs: feeling sick, vomiting, headache, "
                "dizziness, more weight than before. Then stop drinking. Confused, very restless, a seizure or "
                "passing out: that is an emergency, call for help now (/doctor).")  # fmt: skip


def _body(scene: Scene) -> Sequence[Markup]:
    facts = scene.suggestion.facts
    if scene.suggestion.form == ASK:
        return [fill(scene.say(_ASK), workout=shown(scene.words, workout_of(facts)))]
    if scene.suggestion.form != AFTER:
        return [fill("{text}", text=scene.say(_THIRST))]
    noted = fill(scene.words.gettext("Noted: {workout}."), workout=shown(scene.words, workout_of(facts)))
    advice = fill(scene.say(_WATER))
    if facts["amount"] is not None:
        advice = fill(scene.say(_UP_TO), amount=hydrate_why.fluid(scene, facts["amount"]))
    return [in_lines((noted, advice)), *_salts(scene)]


def _salts(scene: Scene) -> list[Markup]:
    """The line on electrolytes with its warning; or why there is none, where this person's answer is the reason."""
    _ = scene.words.gettext
    match scene.suggestion.facts["salts"]:
        case Salts.YES:
            return [fill(_(_SALTS)), fill(_(_WARNING))]
        case Salts.WITHHELD:
            reasons = " ".join(hydrate_why.reasons(scene))
            return [fill(_("No electrolyte drink for you: plain water. {reasons}"), reasons=reasons)]
        case Salts.UNTOLD:
            return [fill(_("I know too little about your health to say more about long or hot sport. If you like, tell "
                           "me your age and what your doctor watches in /settings."))]  # fmt: skip
    return []


def _extras(scene: Scene) -> Rows:
    """The answers to the question; after a workout, the stretches that go with it."""
    _ = scene.words.gettext
    number = str(scene.delivery_id)
    if scene.suggestion.form == ASK:
        return [
            [Button(_("Yes, as planned"), Press("workout", ("yes", number)), style="success")],
            [Button(_("Longer or harder"), Press("workout", ("more", number)))],
            [Button(_("No, not today"), Press("workout", ("no", number)))],
        ]
    if scene.suggestion.form == AFTER:
        return [[Button(_("🦵 Stretch after it"), Press("say", ("/nudge stretch",)))]]
    return []


FACE = Face(
    name=mark("Hydrate"),
    icon="💧",
    aliases=("water", "drink", "drinking", "hydration", "electrolytes"),
    suggested=("every 2h 9-18", "18:30", "20:00", "after workout"),
    examples=("every 2h 9-18", "18:30 mon wed fri", "10am 3pm weekdays", "in 10 minutes"),
    caution=mark("Please don't force it: drinking far beyond thirst can be dangerous. If a doctor told "
                 "you how much to drink, that counts, not me."),
    body=_body,
    explain=hydrate_why.explain,
    extras=_extras,
    question=lambda scene: scene.suggestion.form == ASK,
)  # fmt: skip
