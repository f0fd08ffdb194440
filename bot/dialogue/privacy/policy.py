"""The policy in plain words, made of the inventory: what the chat shows in parts, and docs/privacy.md as a whole."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.privacy.words import HOLDINGS, About
from bot.dialogue.words import Words, fill, in_lines, mark
from db import inventory
from db.inventory import Holding
from jobs.farewell import Terms


def summary(words: Words, terms: Terms) -> Markup:
    """The first screen: what most people want to know."""
    _ = words.gettext
    return fill(
        _("<b>Your data</b>\n\n"
          "I keep what I need to remind you, and what you choose to tell me. Nothing more.\n\n"
          "• No ads and no analytics. Nothing is sold or shared.\n"
          "• What you tell of your health is encrypted where it is stored. The key is not in the database.\n"
          "• Two can see more than you may think: whoever runs this bot, and Telegram. <i>Who can see it</i> says "
          "how.\n"
          "• Take all of it along: /export\n"
          "• Delete all of it: /delete\n"
          "• If you do not write for {inactive}, or block me for {blocked}, I delete all of it."),
        inactive=days(words, terms.inactive), blocked=days(words, terms.blocked),
    )  # fmt: skip


def kept(words: Words, _terms: Terms) -> Markup:
    """Each holding with its reason."""
    _ = words.gettext
    health = _(
        "🔒 It can tell of your health, so it is encrypted. A place that you share for your time zone is not kept."
    )
    lines = [
        fill(_("• <b>{title}</b>{sign}: {what}. <i>Why: {why}.</i>"), title=_(about.title), what=_(about.what),
             why=_(about.why), sign=" 🔒" if any(column.health for column in holding.columns) else "")
        for holding, about in _described()
    ]  # fmt: skip
    return in_lines((*lines, Markup("\n") + fill("{note}", note=health)))


def how_long(words: Words, terms: Terms) -> Markup:
    """Each holding with its end, and what ends all of them."""
    _ = words.gettext
    lines = [
        fill("• <b>{title}</b>: {until}.", title=_(about.title), until=_until(words, holding, about.until))
        for holding, about in _described()
    ]
    gone = fill(
        _("<b>When you go:</b> /delete deletes all of it at once. If I hear nothing from you for {inactive}, I delete "
          "it too. I tell you {notice} before. If you block me, I delete it after {blocked}; then I cannot tell "
          "you.\n\n"
          "<b>Backups:</b> whoever runs this bot may make copies of the database. What you delete stays in older "
          "copies until those are thrown away. In them, too, what is about your health is encrypted."),
        inactive=days(words, terms.inactive), blocked=days(words, terms.blocked), notice=days(words, terms.notice),
    )  # fmt: skip
    return in_lines((*lines, Markup("\n") + gone))


def who(words: Words, _terms: Terms) -> Markup:
    """Who can see it, honestly."""
    return fill(
        words.gettext(
            "<b>Whoever runs this bot</b> has the database and the key, so they are able to read what I keep. No other "
            "user of this bot can.\n\n"
            "<b>Telegram</b> carries our messages and keeps this chat. Chats with bots are not end-to-end encrypted. "
            "So Telegram is able to read them, and its own privacy policy applies.\n\n"
            "<b>Nobody else.</b> I send nothing to other companies. I use no analytics and no outside services.\n\n"
            "<b>Your phone</b> shows messages on its lock screen. <code>/settings preview neutral</code> keeps words "
            "about your health off it.\n\n"
            "<b>Logs</b> of this bot hold no words of yours and no names."
        )
    )


def rights(words: Words, _terms: Terms) -> Markup:
    """What the person can do."""
    return fill(
        words.gettext(
            "<b>See and take along:</b> /export gives you all that I keep about you, as one file.\n\n"
            "<b>Correct:</b> /settings and /reminders change what you told me.\n\n"
            "<b>Say no:</b> cards, first aid and reminders work without a profile. In /settings you can take your yes "
            "back: “Forget all of this”.\n\n"
            "<b>Delete:</b> /delete deletes all that I keep about you, at once. What is in this chat stays with "
            "Telegram until you clear the chat.\n\n"
            "<b>Ask or complain:</b> turn to whoever runs this bot. In many countries there is also an authority for "
            "data protection."
        )
    )


def reach(words: Words, contact: str) -> Markup:
    """How to reach whoever runs this bot, in their own words."""
    return fill(words.gettext("<b>Whoever runs this bot</b> can be reached here: {contact}"), contact=contact)


PARTS: Mapping[str, tuple[str, Callable[[Words, Terms], Markup]]] = {
    "what": (mark("What I keep, and why"), kept),
    "long": (mark("How long"), how_long),
    "who": (mark("Who can see it"), who),
    "rights": (mark("What you can do"), rights),
}


# Those that speak of whoever runs the bot.
REACHING = frozenset({"who", "rights"})


def _described() -> Iterator[tuple[Holding, About]]:
    return ((holding, HOLDINGS[name]) for name, holding in inventory.HOLDINGS.items())


def _until(words: Words, holding: Holding, text: str) -> str:
    return words.gettext(text).format(days="" if holding.kept is None else days(words, holding.kept))


def days(words: Words, length: timedelta) -> str:
    """A length of time in whole days; in hours where it is less than one."""
    if length < timedelta(days=1):
        return wording.span(words, length)
    return words.ngettext("{n} day", "{n} days", length.days).format(n=length.days)
