"""/about: what this is, where its facts come from, how old they are, and who has not looked at them yet."""

from babel.dates import format_date

from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import fill
from db.knowledge.models import Status


async def command(turn: Turn) -> Answer:
    """Short; each card names its own sources."""
    _ = turn.words.gettext
    sources = turn.house.knowledge.sources
    read = sum(source.status is Status.SEEN for source in sources)
    checked, review = max(source.checked for source in sources), min(source.review for source in sources)
    text = fill(
        _("<b>About Cramp Coach</b>\n"
          "I tell what is known about leg cramps, how well it is known, and where it is written. I also remind you of "
          "small things that may help. The Cramp Coach project wrote me; my code is open, under the MIT licence.\n\n"
          "<b>No clinician has reviewed what I say.</b> It is general information, not medical advice. I cannot see "
          "your leg, and I cannot tell what you have.\n\n"
          "<b>Where it comes from:</b> {sources} sources, {read} of them read, if only in part. The others were met in "
          "copies or recalled, and I mark what rests on those. Most emergency numbers are from memory too.\n"
          "Last checked: {checked}. Next review: {review}.\n\n"
          "<b>Thanks to</b> USDA FoodData Central for the values of foods (public domain), to GeoNames for cities "
          "(geonames.org, CC BY 4.0, changed), and to the IANA time zone database."),
        sources=len(sources), read=read, checked=format_date(checked, "long", locale=turn.words.locale),
        review=format_date(review, "long", locale=turn.words.locale),
    )  # fmt: skip
    return Reply(
        text,
        buttons=[
            [
                Button(_("Why do legs cramp?"), Press("say", ("/why",))),
                Button(_("When to see a doctor"), Press("say", ("/doctor",))),
            ]
        ],
    )
