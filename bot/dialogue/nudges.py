"""A suggestion in words: the message that a person gets. One pool of wordings a kind, used in turn."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.turn import Button, Press, Reply
from bot.dialogue.words import Words, fill, mark
from jobs.suggest.safety import Caution
from jobs.suggest.suggestion import Suggestion

POOLS: Mapping[str, tuple[str, ...]] = {
    "stretch": (
        mark("Time for your calves and the backs of your thighs. Lean into each stretch until you feel a mild pull, "
             "hold, breathe, let go. Both legs."),
        mark("Three quiet minutes for your legs: calf against the wall, then hamstring with the leg straight. "
             "Gently, both sides."),
        mark("Your legs carried you today. Give calves and hamstrings a slow stretch before you rest, sitting if that "
             "feels safer."),
    ),
    "hydrate": (
        mark("Thirsty? Have a glass of water now. Your thirst is a good guide, also after exercise."),
        mark("A moment to drink: water, tea, whatever you like without alcohol. As much as you are thirsty for."),
        mark("Put a glass of water where you can see it, and sip when you feel like it."),
    ),
    "sun": (
        mark("Some daylight would be nice: a short walk, in the shade if the sun is strong."),
        mark("Step outside for a bit. Moving legs and daylight are good company, cloud or not."),
        mark("A little time outdoors? Hat and shade when the sun stands high, and your own pace."),
    ),
    "food": (
        mark("An idea for your next meal: beans or lentils. They bring magnesium without any pill."),
        mark("Whole-grain bread, oats or brown rice today? Each brings some magnesium."),
        mark("Something green on the plate, like spinach or chard, adds magnesium and colour."),
    ),
}  # fmt: skip

CAUTIONS: Mapping[Caution, str] = {
    Caution.SWOLLEN_CALF: mark("Not with a calf that is swollen, hot, red or painful on one side: have it seen first."),
    Caution.OVERDRINKING: mark("Please don't force it: drinking far beyond thirst can be dangerous. If a doctor told "
                               "you how much to drink, that counts, not me."),
    Caution.SUN_UNKNOWN: mark("Cover up before skin reddens. Some medicines and conditions make sun a bad idea: "
                              "if that may be you, choose shade or evening."),
    Caution.FOOD_UNKNOWN: mark("Skip what you are allergic to. With kidney disease or a special diet, your doctor's "
                               "list comes first."),
}  # fmt: skip

# Kinds that the bot can go through with the person, and what their button says.
GUIDES: Mapping[str, str] = {"stretch": mark("▶ Guide me")}


def render(words: Words, delivery_id: int, suggestion: Suggestion, *, late: Markup | None = None) -> Reply:
    """The nudge with its buttons; `late` is a line that tells of a delay."""
    _ = words.gettext
    pool = POOLS[suggestion.kind]
    parts = [
        fill("<b>{kind}</b>\n{text}", kind=wording.kind(words, suggestion.kind),
             text=_(pool[suggestion.variant % len(pool)])),
        fill("<i>{caution}</i>", caution=_(CAUTIONS[suggestion.caution])),
    ]  # fmt: skip
    if late:
        parts.append(late)
    return Reply(Markup("\n\n").join(parts), buttons=_buttons(words, delivery_id, suggestion.kind))


def lateness(words: Words, *, promised_at: datetime, late_by: timedelta, zone: ZoneInfo) -> Markup | None:
    """A line for a nudge that is late, None for one in time."""
    if not late_by:
        return None
    return fill(
        words.gettext("This was meant for {time} and comes {late} late. I am sorry."),
        time=wording.clock(words, promised_at.astimezone(zone)), late=wording.span(words, late_by),
    )  # fmt: skip


def _buttons(words: Words, delivery_id: int, kind: str) -> list[list[Button]]:
    _ = words.gettext
    number = str(delivery_id)
    guide = [[Button(_(GUIDES[kind]), Press("guide", ("nudge", number)))]] if kind in GUIDES else []
    return [
        [
            Button(_("Done"), Press("nudge", (number, "done")), style="success"),
            Button(_("Later"), Press("nudge", (number, "later"))),
        ],
        [
            Button(_("Skip"), Press("nudge", (number, "skip"))),
            Button(_("Why?"), Press("nudge", (number, "why"))),
        ],
        *guide,
    ]
