"""/help, /cancel, and a kind answer to everything that is no command."""

from collections.abc import Mapping

from markupsafe import Markup
from rapidfuzz import fuzz, process

from bot.dialogue.turn import Answer, Button, Hide, Press, Redirect, Refusal, Reply, Turn, Unreadable
from bot.dialogue.words import fill, in_lines, mark

_CLOSE = 70

_POINTERS: Mapping[Unreadable, str] = {
    Unreadable.STICKER: mark("Nice sticker! I only read words, though."),
    Unreadable.PICTURE: mark("I can't look at pictures, so please tell me in words."),
    Unreadable.SOUND: mark("I can't listen to recordings, so please tell me in words."),
    Unreadable.FILE: mark("I can't open files, so please tell me in words."),
    Unreadable.OTHER: mark("I can't read that kind of message, only words."),
}


async def command(turn: Turn) -> Answer:
    """Every command with its line, from the route table."""
    _ = turn.words.gettext
    lines = [fill("{help}", help=Markup(_(route.help))) for route in turn.house.routes.values() if route.help]  # noqa: S704
    return Reply(
        in_lines(
            (
                fill(_("<b>What I can do</b>")),
                *lines,
                fill(_("\nOr just write a word like <i>magnesium</i>. "
                       "General information, not medical advice.")),
            )
        )
    )  # fmt: skip


async def cancel(turn: Turn) -> Answer:
    """Forget what was asked."""
    _ = turn.words.gettext
    waited = turn.user.expecting is not None
    turn.user.expecting = None
    text = _("All right, forgotten.") if waited else _("There was nothing to cancel.")
    return Reply(fill(text), keyboard=Hide.KEYBOARD)


async def say(turn: Turn) -> Answer:
    """A button that stands for words the person could have typed."""
    return Redirect(":".join(turn.args))


async def unknown_command(turn: Turn) -> Answer:
    """A slash and a name that is no command; `text` is the name."""
    _ = turn.words.gettext
    close = process.extractOne(turn.text.lower(), list(turn.house.routes), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if close is None:
        return Reply(fill(_("I don't know that command. /help shows what I can do.")))
    return Reply(
        fill(_("I don't know /{name}. Did you mean:"), name=turn.text[:32]),
        buttons=[[Button(f"/{close[0]}", Press("say", (f"/{close[0]}",)))]],
    )


async def unreadable(turn: Turn) -> Answer:
    """Stickers, pictures, recordings: a kind pointer. `text` is the Unreadable's value."""
    _ = turn.words.gettext
    what = Unreadable(turn.text)
    if what is Unreadable.OLD_BUTTON:
        return turn.refuse(Refusal.STALE, _("This button is from an older message and no longer works."))
    return Reply(fill("{pointer} {more}", pointer=_(_POINTERS[what]), more=_("/help shows what I can do.")))
