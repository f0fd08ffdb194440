"""/foods: where a nutrient is, for this person, as a list and as a picture."""

from dataclasses import replace
from functools import partial

from markupsafe import Markup

from bot.dialogue import food_chart, food_list, food_words, personal, wishes
from bot.dialogue.food_list import Listing
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.wishes import Asked
from bot.dialogue.words import fill, in_paragraphs, set_apart
from bot.pictures import bars
from jobs.suggest.kinds import KINDS

_PICTURE = "picture"
# The one nudge that speaks of food, and what of.
_NUDGE = KINDS["food"]
_GROUPS = ("nuts", "dairy", "gluten")
_LONGEST_TEXT = 300
_SHOWN_WORD = 40


async def command(turn: Turn) -> Answer:
    """`/foods`, `/foods magnesium`, `/foods magnesium vegan`, `/foods b6 no nuts`."""
    if len(turn.text) > _LONGEST_TEXT:
        return _picker(turn, Asked(), fill(turn.words.gettext("That is too long for me. Pick one, then the rest:")))
    return _answer(turn, wishes.read(turn.edition, turn.text))


async def pressed(turn: Turn) -> Answer:
    """A button carries the words that a person could have typed, and whether a picture is wanted."""
    match turn.args:
        case (words,):
            return replace(_answer(turn, wishes.read(turn.edition, words)), edit=True)
        case (words, what) if what == _PICTURE:
            asked = wishes.read(turn.edition, words)
            if asked.nutrient is not None and not asked.unknown:
                return _picture(turn, asked, asked.nutrient)
    return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that list."))


def _answer(turn: Turn, asked: Asked) -> Reply:
    _ = turn.words.gettext
    if asked.unknown:
        return _ask_back(turn, asked)
    if asked.nutrient is None:
        return _picker(turn, asked, fill(_("<b>Foods</b>\n\nWhich nutrient would you like to find in food?")))
    if asked.nutrient not in _nutrients(turn):
        name = turn.edition.cards[asked.nutrient].name
        none = fill(_("I have no amounts for {name} as a whole. Which of these?"), name=name)
        return _picker(turn, replace(asked, nutrient=None), none)
    shown = food_list.listing(turn, asked, asked.nutrient)
    return Reply(food_list.screen(shown), buttons=_keyboard(shown))


def _nutrients(turn: Turn) -> list[str]:
    """Those that foods have values of, in the order of the cards."""
    held = {nutrient for food in turn.edition.larder.foods.values() for nutrient in food.per_100g}
    return [nutrient for nutrient in turn.edition.cards if nutrient in held]


def _picker(turn: Turn, asked: Asked, question: Markup) -> Reply:
    buttons = [
        button
        for nutrient in _nutrients(turn)
        for button in _button(turn.edition.cards[nutrient].name, replace(asked, nutrient=nutrient))
    ]
    hint = fill(turn.words.gettext("You can also write it: <code>/foods magnesium vegan, no nuts</code>"))
    return Reply(in_paragraphs((question, hint)), buttons=[buttons[i : i + 2] for i in range(0, len(buttons), 2)])


def _ask_back(turn: Turn, asked: Asked) -> Reply:
    """Which of the words meant what: the first unknown one is asked about, the others after it."""
    _ = turn.words.gettext
    word = asked.unknown[0]
    meant = wishes.suggestions(turn.edition, asked)
    rows = [_button(_difference(turn, asked, other), other) for other in meant]
    rest = replace(asked, unknown=asked.unknown[1:])
    rows.append(_button(_("Go on without “{word}”").format(word=set_apart(word[:_SHOWN_WORD])), rest))
    question = _("I don't know “{word}”. Did you mean:") if meant else _(
        "I don't know “{word}”. Tell me a diet or what to leave out: <code>/foods magnesium vegan, no nuts</code>"
    )  # fmt: skip
    return Reply(fill(question, word=word[:_SHOWN_WORD]), buttons=[row for row in rows if row])


def _difference(turn: Turn, asked: Asked, other: Asked) -> str:
    """What the second has that the first has not, in words."""
    if other.nutrient != asked.nutrient and other.nutrient is not None:
        return turn.edition.cards[other.nutrient].name
    known = food_list.restrictions(turn.words, asked)
    return ", ".join(item for item in food_list.restrictions(turn.words, other) if item not in known)


def _keyboard(shown: Listing) -> list[list[Button]]:
    _ = shown.words.gettext
    asked, card, offers = shown.asked, shown.card.id, shown.ranking.offers
    why = [Button(_("Why?"), Press("why", (card,)))]
    if not offers and shown.ranking.withheld:
        return [why]
    drawable = offers and bars.can_write(food_chart.chart(shown))
    picture = _button(_("📊 Picture"), asked, _PICTURE) if drawable else []
    rows = [picture + why, _diets(shown), _leave_out(shown)]
    if card == _NUDGE.card and personal.not_for_you(shown.turn, _NUDGE.name) is None:
        rows.append([Button(_("⏰ Remind me"), Press("say", (f"/remind {_NUDGE.name}",)), style="primary")])
    return [row for row in rows if row]


def _diets(shown: Listing) -> list[Button]:
    """Those that are stricter than the person's own; a second tap takes one off."""
    own = shown.turn.profile.diet
    return [
        button
        for diet, label in food_words.DIETS.items()
        if own is None or (own.allows(diet) and diet is not own)
        for button in _toggle(shown, label, replace(shown.asked, diet=None if shown.asked.diet is diet else diet),
                              on=shown.asked.diet is diet)
    ]  # fmt: skip


def _leave_out(shown: Listing) -> list[Button]:
    """What most often is left out and the profile does not leave out already."""
    own = shown.turn.profile.allergens
    return [
        button
        for word in _GROUPS
        if not food_words.AVOIDABLE[word].allergens <= own
        for button in _toggle(shown, food_words.AVOIDABLE[word].label, shown.asked.toggled(word),
                              on=word in shown.asked.avoided)
    ]  # fmt: skip


def _toggle(shown: Listing, label: str, asked: Asked, *, on: bool) -> list[Button]:
    text = shown.words.gettext(label)
    return _button(f"✓ {text}" if on else text[:1].upper() + text[1:], asked)


def _button(label: str, asked: Asked, *more: str) -> list[Button]:
    """One button, or none where its words are more than a button carries: they can still be typed."""
    press = Press("foods", (asked.text, *more))
    try:
        press.encode()
    except ValueError:
        return []
    return [Button(label, press)]


def _picture(turn: Turn, asked: Asked, nutrient: str) -> Reply:
    shown = food_list.listing(turn, asked, nutrient)
    if not shown.ranking.offers:
        return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that list."))
    why = Button(turn.words.gettext("Why?"), Press("say", (f"/why {nutrient}",)))
    return Reply(food_list.caption(shown), picture=partial(bars.draw, food_chart.chart(shown)), buttons=[[why]])
