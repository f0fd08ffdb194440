"""/start: one friendly screen, then the time zone; deep links lead straight to their command."""

from markupsafe import Markup

from bot.dialogue import setup_run, zone
from bot.dialogue.turn import Answer, Button, Press, Redirect, Reply, Turn
from bot.dialogue.words import Words, fill, in_paragraphs
from jobs.suggest.kinds import KINDS

# What a link may open. Whoever made the link must not change anything for whoever follows it.
_OPENED = {"why", "now", "doctor", "prevent", "stretch", "foods", "check", "about", "help"}


async def start(turn: Turn) -> Answer:
    """Greet; `?start=why_magnesium` arrives as the text `why_magnesium`."""
    name, _, rest = turn.text.partition("_")
    if name in _OPENED or (name == "remind" and rest in KINDS):
        return Redirect(f"/{name} {rest.replace('_', ' ')}".strip())
    greeting = welcome(turn.words)
    if turn.user.zone is None:
        return zone.ask(turn, intro=greeting)
    return Reply(greeting, buttons=first_steps(turn.words))


def welcome(words: Words) -> Markup:
    _ = words.gettext
    return in_paragraphs(
        (
            fill(_("<b>Hello, I am Cramp Coach.</b> I am here for legs that cramp.")),
            fill(_("Ask me /why, and I tell you what is known about cramps, how well, and where it is written. "
                   "Set a /remind, and I nudge you at your hours: stretch, drink, daylight, magnesium food.")),
            fill(_("This is general information, not medical advice, and no clinician has reviewed it yet. "
                   "One leg swollen, hot or suddenly painful? Ask a doctor today, not a bot.")),
        )
    )  # fmt: skip


def first_steps(words: Words) -> list[list[Button]]:
    _ = words.gettext
    return [
        setup_run.offer(words),
        [Button(_("Why do legs cramp?"), Press("say", ("/why",)))],
        [
            Button(_("Set a reminder"), Press("say", ("/remind",))),
            Button(_("My reminders"), Press("say", ("/reminders",))),
        ],
    ]
