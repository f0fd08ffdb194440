"""Consent: nothing about a person's health is kept before they have agreed, and all of it can be forgotten."""

from dataclasses import replace

from markupsafe import Markup

from bot.dialogue import guided
from bot.dialogue.turn import Answer, Button, Press, Redirect, Reply, Turn
from bot.dialogue.words import fill, in_paragraphs
from db import deliveries
from jobs import schedule

# Raise it when `text` says more than before: everybody is asked again.
CONSENT = 4

_MOST_KEPT = 5


def version() -> str:
    """Of the text, for the button below it."""
    return str(CONSENT)


def given(turn: Turn) -> bool:
    """Whether the person agreed to what the text says now."""
    return turn.user.consent == CONSENT


def text(turn: Turn) -> Markup:
    """What is kept, why, where and how long."""
    _ = turn.words.gettext
    return fill(
        _("<b>May I keep what you tell me about yourself?</b>\n\n"
          "<b>What:</b> diet, allergies, dislikes, conditions, medicines, age, sex, weight, when cramps come, "
          "workouts, skin, your place to about 10 km, and what nudges are about, with your answers to them: only what "
          "you tell.\n"
          "<b>Why:</b> so that nudges fit you, and to leave out foods, salt, sun or stretches that are wrong for you.\n"
          "<b>Where:</b> encrypted in this bot's own database, and nowhere else.\n"
          "<b>How long:</b> until you clear it here, at any time.\n\n"
          "Cards, first aid and reminders work without any of it. More: /privacy")
    )  # fmt: skip


def ask(turn: Turn, then: str | None) -> Reply:
    """The question. What was typed before the answer is kept until then, in the row that says what we wait for, and
    for a day at most (`waiting`)."""
    _ = turn.words.gettext
    waiting = list(dict.fromkeys((*_waiting(turn), *([then] if then else []))))
    turn.user.expecting = {"what": "consent", "then": waiting[-_MOST_KEPT:]}
    return Reply(
        text(turn),
        buttons=[
            [Button(_("Agree"), Press("settings", ("agree", version())), style="success")],
            [Button(_("Use without a profile"), Press("settings", ("without",)))],
        ],
    )


def agree(turn: Turn, shown: str) -> bool:
    """They agreed, now, to the version that was shown above the button; False where the text says more than that."""
    if shown == version() and not given(turn):
        turn.user.consent, turn.user.consented_at = CONSENT, turn.now
    return given(turn)


def agreed(turn: Turn) -> Answer:
    """Go on with what was wanted before the question; an older one is asked anew."""
    then = _waiting(turn)
    if not agree(turn, "".join(turn.args[1:])):
        return replace(ask(turn, None), edit=True)
    turn.user.expecting = None
    return [
        Reply(fill(turn.words.gettext("Thank you. You can clear everything in /settings.")), edit=True),
        *(Redirect(text) for text in then or ["/settings"]),
    ]


def really_forget(turn: Turn, *, before: Markup | None = None, back: str = "card") -> Reply:
    """Asked before everything is forgotten."""
    _ = turn.words.gettext
    question = fill(_("Forget all that you told me about yourself? Then nothing keeps foods, salt, sun or stretches "
                      "from you that are wrong for you."))  # fmt: skip
    return Reply(
        in_paragraphs((*([before] if before else []), question)),
        buttons=[
            [Button(_("Forget it"), Press("settings", ("forget", "yes")), style="danger"),
             Button(_("‹ Back"), Press("settings", (back,)))]
        ],
        edit=True,
    )  # fmt: skip


def declined(turn: Turn) -> Reply | None:
    """What to do with what was told when the text said less; None where there is nothing."""
    if given(turn) or not turn.user.profile:
        return None
    _ = turn.words.gettext
    before = fill(_("What you told me before is still here: you said yes to it when this text said less. Without a "
                    "new yes it had better go."))  # fmt: skip
    return really_forget(turn, before=before, back="consent")


async def forget(turn: Turn) -> Reply:
    """The profile, what nudges show of it, a guided stretch that may have been chosen by it, and the consent; how the
    person wants to be talked to stays."""
    await guided.stop(turn)
    await deliveries.forget_suggestions(turn.session, turn.user.id)
    turn.user.profile = turn.user.consent = turn.user.consented_at = None
    turn.user.check = turn.user.check_begun_at = turn.user.expecting = None
    await schedule.realign(turn.session, turn.user, turn.now)
    return Reply(
        fill(turn.words.gettext("Forgotten. What stays is no more than your language and time zone, your reminders, "
                                "when nudges came and what you answered, and how I talk to you.")),
        edit=True,
    )  # fmt: skip


def _waiting(turn: Turn) -> list[str]:
    asked = turn.user.expecting or {}
    return [str(text) for text in asked.get("then") or ()] if asked.get("what") == "consent" else []
