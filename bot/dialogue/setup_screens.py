"""What a person sees of /setup: a question a screen, with the way back, on and out."""

from dataclasses import replace

from markupsafe import Markup

from bot.dialogue import consent, setup_nudges
from bot.dialogue.fields import FIELDS
from bot.dialogue.setup_run import NUDGES, SUN, Run, is_about_health
from bot.dialogue.telling import screens
from bot.dialogue.turn import Button, Press, Reply, Rows, Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs


async def show(turn: Turn, run: Run, *, edit: bool = False, page: int = 0, intro: Markup | None = None) -> Reply:
    """The question of a step; before the first one about health, whether answers may be kept."""
    if run.step not in run.steps:
        run = run.after or run
    if run.step == NUDGES:
        return await nudges(turn, run, edit=edit, intro=intro)
    wait(turn, run)
    if not may_ask(turn, run):
        return _ask_consent(turn, run, intro, edit=edit)
    text, rows = _sun_question(turn, run) if run.step == SUN else await _question(turn, run, page)
    parts = [*([intro] if intro else []), _progress(turn, run), text]
    return Reply(in_paragraphs(parts), buttons=[*rows, await nav(turn, run)], edit=edit)


def _progress(turn: Turn, run: Run) -> Markup:
    count = fill(turn.words.gettext("{n} of {count}"), n=run.steps.index(run.step) + 1, count=len(run.steps))
    return fill("<i>{count}</i>", count=count)


async def _question(turn: Turn, run: Run, page: int) -> tuple[Markup, Rows]:
    field = FIELDS[run.step]
    offers = await field.way.offers(turn)
    how = turn.words.gettext("Write it, as in <code>{example}</code>.")
    if offers:
        how = turn.words.gettext("Choose, or write it, as in <code>{example}</code>.")
    text = in_paragraphs((await screens.about(turn, field), fill(how, example=field.example)))
    return text, screens.choices(offers, page, lambda key, at: run.press("pick", key, str(at)))


def _sun_question(turn: Turn, run: Run) -> tuple[Markup, Rows]:
    _ = turn.words.gettext
    text = fill(
        _(
            "<b>A little sun?</b>\n\nI can find a good hour at your place and say up to how many minutes suit "
            "your skin. For that I ask two things more: your skin and your place. It is for adults only."
        )
    )
    yes = Button(_("Yes, ask me"), run.press("pick", "yes"))
    return text, [[yes, Button(_("No"), run.press("pick", "no"))]]  # fmt: skip


async def nav(turn: Turn, run: Run) -> list[Button]:
    """Back, on, stop. What was answered is not skipped."""
    _ = turn.words.gettext
    told = run.step not in (SUN, NUDGES) and await FIELDS[run.step].way.shown(turn)
    row = [Button(_("‹ Back"), run.before.press("show"))] if run.before else []
    row.append(Button(_("Next ›") if told else _("Skip ›"), (run.after or run).press("show" if run.after else "end")))
    return [*row, Button(_("Stop here"), run.press("stop"))]


def _ask_consent(turn: Turn, run: Run, intro: Markup | None, *, edit: bool) -> Reply:
    """Whoever told something before, and says no now, is asked what shall become of it."""
    _ = turn.words.gettext
    without = Press("settings", ("without",)) if turn.user.profile else replace(run, without=True).press("show")
    return Reply(
        in_paragraphs((*([intro] if intro else []), consent.text(turn))),
        buttons=[
            [Button(_("Agree"), run.press("agree", consent.version()), style="success")],
            [Button(_("Use without a profile"), without)],
            [Button(_("Stop here"), run.press("stop"))],
        ],
        edit=edit,
    )


async def nudges(turn: Turn, run: Run, *, picked: str = "", edit: bool = False, intro: Markup | None = None) -> Reply:
    """The last step; `picked` are the numbers of the kinds that are ticked."""
    _ = turn.words.gettext
    turn.user.expecting = None
    offered = await setup_nudges.wishes(turn)
    picked = "".join(wish.number for wish in offered if wish.number in picked)
    rows = setup_nudges.buttons(turn, run, offered, picked)
    if picked:
        rows.append([Button(_("Set these"), run.press("set", picked), style="success")])
    parts = [*([intro] if intro else []), _progress(turn, run), setup_nudges.text(turn, run, offered)]
    return Reply(in_paragraphs(parts), buttons=[*rows, await nav(turn, run)], edit=edit)


async def summary(turn: Turn, run: Run) -> Reply:
    """What is known now, and where to change it."""
    _ = turn.words.gettext
    lines = []
    for step in run.steps:
        if step not in (SUN, NUDGES) and await FIELDS[step].way.shown(turn):
            value = await screens.value(turn, FIELDS[step], brief=True)
            lines.append(fill("<b>{title}:</b> {value}", title=_(FIELDS[step].title), value=value))
    parts = [
        fill(_("<b>Thank you, that is all.</b>")),
        *([in_lines(lines)] if lines else []),
        fill(_("You can change or clear each of them in /settings, and nudges in /reminders.")),
    ]
    return Reply(in_paragraphs(parts), edit=True)


def wait(turn: Turn, run: Run) -> None:
    """Plain words, or a shared location, answer this step from now on."""
    turn.user.expecting = {"what": "setup", "field": run.step, "run": run.code}


def may_ask(turn: Turn, run: Run) -> bool:
    """Whether the question of this step may be asked: what is about health only with consent."""
    return consent.given(turn) or not is_about_health(run.step)
