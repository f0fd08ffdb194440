"""A suggestion becomes the message that a person gets, with its buttons."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges import faces
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.turn import Button, Press, Reply
from bot.dialogue.words import Words, fill, in_lines, in_paragraphs


def render(scene: Scene, *, notes: Sequence[Markup] = (), opened: bool = False) -> Reply:
    """The nudge with its buttons; `notes` are lines about its delivery. `opened`: the person asked to see it, so that
    nothing is hidden from the lock screen any more."""
    _ = scene.words.gettext
    if scene.preferences.neutral and not opened:
        text = fill(_("⏰ Your reminder is here."))
        show = scene.button(_("Show"), "show")
        return Reply(in_paragraphs((text, *notes)), buttons=[[show], *_quick(scene)])
    face = faces.FACES[scene.suggestion.kind]
    head = fill("<b>{kind}</b>", kind=faces.label(scene.words, scene.suggestion.kind))
    first, *more = face.body(scene)
    cautions = [fill("<i>{caution}</i>", caution=caution) for caution in _cautions(scene)]
    text = in_paragraphs((in_lines((head, first)), *more, *cautions, *notes))
    answers = _quick(scene) if face.answers is None else face.answers(scene)
    return Reply(text, buttons=[*answers, *face.extras(scene), *_why(scene)])


def question(words: Words, delivery_id: int, kind: str, *, neutral: bool = False) -> Reply:
    """Asked instead of a nudge after days without an answer: what shall become of these reminders?

    `neutral`: it does not name them, for the lock screen.
    """
    _ = words.gettext
    head = _("⏰ Your reminders") if neutral else faces.label(words, kind)
    text = fill(
        _("<b>{kind}</b>\nThese came for some days without an answer. That is fine. Until you tell me, "
          "I keep quiet about them. What shall I do?"), kind=head
    )  # fmt: skip
    number = str(delivery_id)
    return Reply(
        text,
        buttons=[
            [
                Button(_("Keep them"), Press("rest", (number, "keep")), style="success"),
                Button(_("Change the time"), Press("rest", (number, "time"))),
            ],
            [
                Button(_("Fewer"), Press("rest", (number, "fewer"))),
                Button(_("Stop them"), Press("rest", (number, "stop")), style="danger"),
            ],
        ],
    )


def farewell(words: Words, on: date) -> Reply:
    """To somebody who has not written for long: all about them is deleted `on` that day. Nothing in it is about health,
    so it is the same on every lock screen."""
    _ = words.gettext
    text = fill(
        _("<b>Are you still there?</b>\nI have not heard from you for a long time. I keep nothing about people who "
          "have gone. So on {date} I delete all that I keep about you.\n\nTo stay, tap the button or write "
          "anything. To go, do nothing."), date=format_date(on, "long", locale=words.locale)
    )  # fmt: skip
    return Reply(
        text,
        buttons=[
            [Button(_("Stay"), Press("privacy", ("stay",)), style="success")],
            [Button(_("Take my data along"), Press("say", ("/export",)))],
        ],
    )


def lateness(words: Words, *, promised_at: datetime, late_by: timedelta, zone: ZoneInfo) -> Markup | None:
    """A line for a nudge that is late, None for one in time."""
    if not late_by:
        return None
    return fill(
        words.gettext("This was meant for {time} and comes {late} late. I am sorry."),
        time=wording.clock(words, promised_at.astimezone(zone)), late=wording.span(words, late_by),
    )  # fmt: skip


def twice(words: Words) -> Markup:
    """A line for a nudge that may be there already: the connection broke before Telegram had said so."""
    return fill(words.gettext("If you have this already: the connection broke, so I sent it once more."))


def count(words: Words, asked: int, of: int) -> Markup | None:
    """Which of how many times it is asked, where that is more than once."""
    return fill(words.gettext("{n} of {count}"), n=asked, count=of) if of > 1 and asked > 1 else None


def superseded(words: Words, kind: str, *, neutral: bool) -> Reply:
    """What is left of a message whose nudge is asked again below."""
    if neutral:
        return Reply(fill(words.gettext("⏰ Asked again below.")))
    return Reply(fill(words.gettext("{kind}: asked again below."), kind=faces.label(words, kind)))


def _cautions(scene: Scene) -> list[str]:
    """What must be said to everybody with what is proposed, and to this person."""
    face = faces.FACES[scene.suggestion.kind]
    general = [scene.words.gettext(face.caution)] if face.cautious(scene) else []
    if not scene.suggestion.cautions:
        return general
    texts = {rule.reason.id: rule.reason.text for rule in scene.edition.safety.rules}
    return [*general, *(texts[name] for name in scene.suggestion.cautions if name in texts)]


def _quick(scene: Scene) -> list[list[Button]]:
    """The answers that most nudges have, which also work unseen."""
    _ = scene.words.gettext
    face = faces.FACES[scene.suggestion.kind]
    if face.question(scene) or face.answers is not None:
        return []
    done = Button(_("Done"), Press("nudge", (str(scene.delivery_id), "done")), style="success")
    return [[done, scene.button(_("Later"), "later"), scene.button(_("Skip"), "skip")]]


def _why(scene: Scene) -> list[list[Button]]:
    return [[scene.button(scene.words.gettext("Why this, why now?"), "why")]]
