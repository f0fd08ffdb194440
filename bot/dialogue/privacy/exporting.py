"""/export: all that is kept about the person, as one file."""

from datetime import timedelta
from functools import partial

from bot.dialogue import wording
from bot.dialogue.privacy import archive
from bot.dialogue.turn import Answer, File, Later, Reply, Turn
from bot.dialogue.words import fill
from db import users
from db.engine import Session, Sessions, reading

# Making one takes some of everybody's machine.
_PAUSE = timedelta(minutes=10)


async def command(turn: Turn) -> Answer:
    """The file, or when the next one can be had."""
    _ = turn.words.gettext
    last = turn.user.exported_at
    if last is not None and last <= turn.now < last + _PAUSE:  # one from the future is of a clock that was wrong
        when = wording.moment(turn.words, last + _PAUSE, now=turn.now, zone=turn.zone)
        said = _("You have just had your data: the file is in this chat. The next one can be made {moment}.")
        return Reply(fill(said, moment=when))
    return Later(partial(_made, turn), partial(_taken, turn))


async def _made(turn: Turn, sessions: Sessions) -> Reply:
    """The file; for somebody who has deleted everything meanwhile, that there is none."""
    _ = turn.words.gettext
    packed = await archive.pack(turn, sessions)
    async with reading(sessions) as session:
        if not await users.is_known(session, turn.user.id):
            return Reply(fill(_("There is nothing to take along any more: all that I kept about you is gone.")))
    caption = fill(_("All that I keep about you. README.txt in it says what each part means. It can tell of your "
                     "health, so keep it where only you can read it."))  # fmt: skip
    return Reply(caption, file=File(f"cramp-coach-{turn.local:%Y-%m-%d}.zip", packed))


async def _taken(turn: Turn, session: Session) -> None:
    await users.took_along(session, user_id=turn.user.id, now=turn.now)
