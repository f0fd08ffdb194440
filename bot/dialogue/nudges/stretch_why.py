"""Why a stretch nudge holds the stretches it holds, and what is known of them."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.words import fill, in_lines, mark
from db.knowledge.models import Statement
from jobs.suggest import routines
from jobs.suggest.routines import Plan
from jobs.suggest.stretch import AFTER_EXERCISE, BEDTIME, PREGNANCY

PLAIN = "plain"
"""How BEDTIME is spoken of to whom cramps come with exercise only: not a word of the night."""

# What is known of the plan, by its form: ids of the evidence on stretching.
_EVIDENCE: Mapping[str, tuple[str, ...]] = {
    BEDTIME: ("trial", "calf_only"),
    AFTER_EXERCISE: ("exercise",),
    PLAIN: ("exercise",),
}
_ONE_MORE = mark("One more for other muscles: {name}. It changes from nudge to nudge.")
_EXTRAS: Mapping[str, str] = {
    BEDTIME: mark("One more for other muscles: {name}. It was not in the trial, and it changes from nudge to nudge."),
    AFTER_EXERCISE: _ONE_MORE,
    PLAIN: _ONE_MORE,
}


def explain(scene: Scene) -> Sequence[Markup]:
    """A line for each thing that it went by."""
    if plan(scene) is None:
        return [fill(scene.words.gettext("A general idea."))]
    return [_moment(scene), *_seated(scene), *_extra(scene), *_evidence(scene)]


def plan(scene: Scene) -> Plan | None:
    """The stretches that are proposed; None where one of them is not taught any more."""
    return routines.find(scene.edition.stretching, scene.suggestion.facts.get("routine", ""))


def way(scene: Scene) -> str:
    """How to speak of it: by its form, and by when this person's cramps come."""
    form = scene.suggestion.form
    return PLAIN if form == BEDTIME and scene.suggestion.facts.get("exercise") else form


def _moment(scene: Scene) -> Markup:
    """What it is chosen for."""
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    if scene.suggestion.form == PREGNANCY:
        return fill(_("Light moves for the feet, because you told me that you are pregnant. They come from general "
                      "knowledge and are not yet checked at a source."))  # fmt: skip
    if scene.suggestion.form == AFTER_EXERCISE:
        because = _("this reminder goes by your workouts") if facts["rule"] else _(
            "you told me of a workout, and that your cramps come with exercise"
        )  # fmt: skip
        return fill(_("It is made for after exercise: {because}."), because=because)
    if way(scene) == PLAIN:
        return fill(_("Calf and back of the thigh. You told me that your cramps come with exercise; for after a "
                      "workout that I know of, I choose others besides."))  # fmt: skip
    if facts["told"]:
        return fill(_("Calf and back of the thigh, as before sleep: by when your cramps come, as you told me in "
                      "/settings."))  # fmt: skip
    return fill(_("Calf and back of the thigh, as before sleep: most cramps come at night. When do yours come? "
                  "<code>/settings cramps</code>"))  # fmt: skip


def _seated(scene: Scene) -> list[Markup]:
    _ = scene.words.gettext
    facts = scene.suggestion.facts
    if facts["seated"] and scene.suggestion.form != PREGNANCY:
        return [fill(_("All of it sitting, because you told me that you are unsteady."))]
    if facts["sitting"]:
        return [fill(_("You may also do all of it sitting. I offer that to people over 70: our own choice."))]
    return []


def _extra(scene: Scene) -> list[Markup]:
    extra = scene.suggestion.facts["extra"]
    if extra is None or way(scene) not in _EXTRAS:
        return []
    name = scene.edition.stretching.stretch(extra).name
    return [fill(scene.words.gettext(_EXTRAS[way(scene)]), name=name)]


def _evidence(scene: Scene) -> list[Markup]:
    """What trials found, each with who says so, or with the sign of how far it was checked."""
    wanted = _EVIDENCE.get(way(scene), ())
    said = [statement for statement in scene.edition.stretching.evidence if statement.id in wanted]
    return [_credited(scene, statement) for statement in said]


def _credited(scene: Scene, said: Statement) -> Markup:
    line = fill("{text} ({credit})", text=said.text, credit=wording.credit(said))
    return in_lines((line, *wording.legend(scene.words, [said])))
