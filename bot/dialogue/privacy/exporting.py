"""/export: all that is kept about the person, as one file."""

from datetime import timedelta

from bot.dialogue import wording
from bot.dialogue.privacy import archive
from bot.dialogue.turn import Answer, File, Reply, Turn
from bot.dialogue.words import fill

# Making one takes a moment of everybody's database.
_PAUSE = timedelta(minutes=10)


async def command(turn: Turn) -> Answer:
    """The file, or when the next one can be had."""
    _ = turn.words.gettext
    last = turn.user.exported_at
    if last is not None and turn.now < last + _PAUSE:
        when = wording.moment(turn.words, last + _PAUSE, now=turn.now, zone=turn.zone)
        said = _("You have just had your data: the file is in this chat. The next one can be made {moment}.")
        return Reply(fill(said, moment=when))
    turn.user.exported_at = turn.now
    caption = fill(_("All that I keep about you. README.txt in it says what each part means. It can tell of your "
                     "health, so keep it where only you can read it."))  # fmt: skip
    return Reply(caption, file=File(f"cramp-coach-{turn.local:%Y-%m-%d}.zip", await archive.pack(turn)))
