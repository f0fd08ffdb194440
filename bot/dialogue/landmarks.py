"""What reminders go by that is no time of the clock: asked where it is missing, and said where they wait for it."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from bot.dialogue import settings, wording
from bot.dialogue.fields import FIELDS
from bot.dialogue.telling import screens
from bot.dialogue.turn import Answer, Button, Press, Redirect, Refusal, Reply, Turn
from bot.dialogue.words import fill, mark
from jobs.rules import Landmark, Relative, Rule

_BY_THE_SUN = frozenset({Landmark.SUNSET, Landmark.NOON, Landmark.SUN})
_WAITS: Mapping[Landmark, str] = {
    Landmark.BEDTIME: mark("It waits until I know your bedtime: /settings bedtime 22:30"),
    Landmark.WORKOUT: mark("It waits for a workout. Tell me after one with /workout, or tell me your usual ones: "
                           "<code>/settings workouts mon wed 18:00 45 min run</code>"),
    **dict.fromkeys(_BY_THE_SUN, mark("It waits until I know roughly where you are: /settings place")),
}  # fmt: skip
_COMMAND = "/remind "
_A_ROW = 3


def missing(turn: Turn, rules: Iterable[Rule]) -> Landmark | None:
    """A landmark of these rules that the person has to tell about; bedtime first. Workouts can be told any time."""
    wanted = {rule.landmark for rule in rules if isinstance(rule, Relative)}
    if Landmark.BEDTIME in wanted and turn.preferences.bedtime is None:
        return Landmark.BEDTIME
    return min(wanted & _BY_THE_SUN, default=None) if turn.profile.place is None else None


async def ask(turn: Turn, landmark: Landmark, then: str) -> Reply:
    """Ask for what a landmark needs. `then` is the command that waits for it, or nothing."""
    return await _ask_bedtime(turn, then) if landmark is Landmark.BEDTIME else _ask_place(turn, then)


async def typed(turn: Turn) -> Answer:
    """A bedtime in words; one that can be morning or evening is asked back."""
    field = FIELDS["bedtime"]
    told = await settings.told_of(turn, field, await field.way.read(turn, turn.text))
    if isinstance(told, Redirect):
        return told
    if told is not None:
        return screens.back(turn, field, told, command="", press=lambda text: Press("say", (text,)))
    asked = turn.user.expecting or {}
    return _go_on(turn, str(asked.get("then") or ""), edit=False)


async def pressed(turn: Turn) -> Answer:
    """One of the usual bedtimes, `<hhmm>`, with the rest of the command that waits for it."""
    key, *rest = (*turn.args, "")
    field = FIELDS["bedtime"]
    if key not in {offer.key for offer in await field.way.offers(turn)}:
        return turn.refuse(Refusal.FORGED)
    await settings.told_of(turn, field, await field.way.read(turn, f"{key[:2]}:{key[2:]}"))
    kept = turn.user.expecting or {}
    text = ":".join(rest).rstrip(":")
    then = f"{_COMMAND}{text}" if text else str(kept.get("then") or "") if kept.get("what") == "bedtime" else ""
    return _go_on(turn, then, edit=True)


def waits(turn: Turn, rule: Rule) -> Markup | None:
    """What a rule waits for that has no next time; None where one is known."""
    if not isinstance(rule, Relative) or turn.almanac.upcoming(rule, turn.now, 1):
        return None
    if missing(turn, [rule]) or rule.landmark is Landmark.WORKOUT:
        return fill(turn.words.gettext(_WAITS[rule.landmark]))
    return fill(turn.words.gettext("It waits: in the coming year I see no such moment for you."))


async def _ask_bedtime(turn: Turn, then: str) -> Reply:
    """With the usual ones as buttons, which also carry what waits, so that it survives other commands."""
    turn.user.expecting = {"what": "bedtime", "then": then}
    buttons = []
    for offer in await FIELDS["bedtime"].way.offers(turn):
        press = Press("bedtime", (offer.key, then.removeprefix(_COMMAND)))
        buttons.append(Button(offer.label, press if then and press.fits else Press("bedtime", (offer.key,))))
    return Reply(
        fill(turn.words.gettext("<b>When do you usually go to bed?</b> Choose, or write it, as in 22:15.")),
        buttons=[buttons[i : i + _A_ROW] for i in range(0, len(buttons), _A_ROW)],
    )


def _ask_place(turn: Turn, then: str) -> Reply:
    _ = turn.words.gettext
    go_on = Press("say", (then,))
    return Reply(
        fill(_("<b>Where are you, roughly?</b> The sun goes by it. Tell me first in /settings place.")),
        buttons=[
            [Button(_("Tell my place"), Press("say", ("/settings place",)), style="primary")],
            *([[Button(_("Then set it"), go_on)]] if then and go_on.fits else []),
        ],
    )


def _go_on(turn: Turn, then: str, *, edit: bool) -> Answer:
    """Bedtime is kept: say so, and go on with what waited for it."""
    if (turn.user.expecting or {}).get("what") == "bedtime":
        turn.user.expecting = None
    bedtime = turn.preferences.bedtime
    if bedtime is None:
        return Reply(fill(turn.words.gettext("All right, I keep no bedtime. What goes by it is not set.")))
    shown = wording.clock(turn.words, bedtime)
    kept = Reply(fill(turn.words.gettext("✓ <b>Bedtime</b>: {time}"), time=shown), edit=edit)
    return [kept, Redirect(then)] if then else kept
