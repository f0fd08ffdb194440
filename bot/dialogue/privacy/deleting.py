"""/delete: what will go, two taps, then all about the person is gone within the transaction that answers them.

Handling an update makes a row for whoever wrote, so each way to "you told me nothing" deletes that row again.
"""

from bot.dialogue.privacy import policy
from bot.dialogue.turn import Answer, Button, Hide, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_lines
from db import belongings
from db.inventory import UPDATES_KEPT
from db.models import Delivery, Reminder


async def command(turn: Turn) -> Answer:
    """What will go, and the way there; for somebody about whom nothing is kept that it is so."""
    going = await _going(turn)
    if not going:
        return await _nothing(turn, edit=False)
    _ = turn.words.gettext
    text = fill(
        _("<b>Delete all about you?</b>\n\n{items}\n\nIt goes at once and cannot be brought back. No more reminders "
          "come.\n\nWhat stays is a number for each handled message, for {days}, with no word of it and not from whom. "
          "Backups that were made before stay until they are thrown away. This chat stays with Telegram until you "
          "clear it."),
        items=in_lines(fill("• {item}", item=item) for item in going),
        days=policy.days(turn.words, UPDATES_KEPT),
    )  # fmt: skip
    return Reply(
        text,
        buttons=[
            [Button(_("Delete all of it"), _press(turn, "sure"), style="danger")],
            [Button(_("Take it along first"), Press("say", ("/export",)))],
            [Button(_("Keep it"), _press(turn, "keep"))],
        ],
    )


async def pressed(turn: Turn) -> Answer:
    """`sure`, then `now`, or `keep`; with the moment at which the person came, so that a button from before a deletion
    cannot delete what came after."""
    match turn.args:
        case ("sure" | "now" | "keep" as what, since):
            if not await _going(turn):
                return await _nothing(turn, edit=True)
            if since != _since(turn):
                return turn.refuse(Refusal.STALE, turn.words.gettext("That is from before. /delete asks anew."))
            return await _now(turn) if what == "now" else _sure(turn) if what == "sure" else _keep(turn)
    return turn.refuse(Refusal.FORGED)


def _sure(turn: Turn) -> Reply:
    _ = turn.words.gettext
    return Reply(
        fill(_("<b>Really?</b>\nThe next tap deletes all that I keep about you.")),
        buttons=[
            [Button(_("Yes, delete it now"), _press(turn, "now"), style="danger")],
            [Button(_("No, keep it"), _press(turn, "keep"))],
        ],
        edit=True,
    )


def _keep(turn: Turn) -> Reply:
    return Reply(fill(turn.words.gettext("All right, nothing is deleted.")), edit=True)


async def _now(turn: Turn) -> list[Reply]:
    """Gone; a reply keyboard goes with it, for what it was for is gone too."""
    _ = turn.words.gettext
    await belongings.forget(turn.session, turn.user.id)
    return [
        Reply(fill(_("Deleted.")), edit=True),
        Reply(
            fill(_("All that I kept about you is gone, and no reminder comes any more. To be rid of this chat too, "
                   "delete it in Telegram. If you write to me again, we begin anew.")),
            keyboard=Hide.KEYBOARD,
        ),
    ]  # fmt: skip


async def _nothing(turn: Turn, *, edit: bool) -> Reply:
    """No more is kept than a row of somebody who told nothing, perhaps made by this very message: it goes."""
    _ = turn.words.gettext
    is_new = turn.user.created_at == turn.now
    await belongings.forget(turn.session, turn.user.id)
    if is_new:
        return Reply(fill(_("There is nothing to delete: I keep nothing about you.")), edit=edit)
    return Reply(
        fill(_("Deleted. You had told me nothing: I kept no more than the number of this chat, your language, and when "
               "you wrote.")),
        edit=edit,
    )  # fmt: skip


async def _going(turn: Turn) -> list[str]:
    """What will go, in words, most dear first; nothing where nothing was told."""
    _, ngettext, user = turn.words.gettext, turn.words.ngettext, turn.user
    found = await belongings.count(turn.session, user.id)
    reminders, nudges = found[Reminder], found[Delivery]
    going = {
        ngettext("{n} reminder", "{n} reminders", reminders).format(n=reminders): reminders,
        ngettext("{n} nudge, with your answer", "{n} nudges, with your answers", nudges).format(n=nudges): nudges,
        _("what you told me about yourself"): user.profile,
        _("the check that you have begun"): user.check,
        _("how I talk to you"): user.preferences,
        _("what you agreed to"): user.consent,
        _("your time zone"): user.zone,
    }
    return [words for words, there in going.items() if there]


def _press(turn: Turn, what: str) -> Press:
    return Press("delete", (what, _since(turn)))


def _since(turn: Turn) -> str:
    """When the person came, in seconds since 1970."""
    return str(int(turn.user.created_at.timestamp()))
