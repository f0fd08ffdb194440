"""What the screens of /stretch have in common: times in words, cautions, buttons."""

from datetime import timedelta

from markupsafe import Markup

from bot.dialogue import personal, wording
from bot.dialogue.turn import Button, Press, Turn
from bot.dialogue.words import Words, fill, in_lines
from db.knowledge.models import Subject
from db.knowledge.stretches import Stretch
from jobs import guide
from jobs.suggest import routines, safety
from jobs.suggest.routines import Plan


def begin(turn: Turn, plan: Plan) -> list[Button]:
    """A row: start the guided session, or see the same sitting down where there is such a form."""
    _ = turn.words.gettext
    row = [Button(_("▶ Start"), Press("guide", ("start", plan.id)), style="success")]
    form = routines.seated(turn.edition.stretching, plan)
    if form is not None and routines.suits(form, turn.profile):
        row.append(Button(_("🪑 Rather sitting"), Press("stretch", (form.id,))))
    return row


def time(words: Words, plan: Plan) -> str:
    """How long the guided session takes, in minutes."""
    return wording.span(words, timedelta(seconds=guide.length(plan.stretches)))


def timing(words: Words, stretch: Stretch) -> str:
    """As in "10 s × 3, each leg"."""
    _ = words.gettext
    times = stretch.timing
    if not times.hold:
        return words.ngettext("{n} time, each leg", "{n} times, each leg", times.reps).format(n=times.reps)
    return _("{hold} s × {reps}, each leg").format(hold=times.hold, reps=times.reps)


def care(turn: Turn) -> Markup:
    """Cautions: everybody's, then those for what the person told."""
    judged = safety.judge(turn.edition.safety, turn.assumed, Subject.STRETCHING)
    told = safety.traits_of(turn.assumed)
    mild_pull = turn.edition.stretching.cautions[0]
    general = [mild_pull, *(rule.reason for rule in judged.rules if not rule.traits & told)]
    lines = " ".join(said.text for said in general)
    own = personal.reasons(turn, judged.rules)
    return in_lines((fill(turn.words.gettext("<b>Take care:</b> {lines}"), lines=lines), *own))
