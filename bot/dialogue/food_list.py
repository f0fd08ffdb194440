"""The best foods for a nutrient in words: what a serving holds, its share of a day, and what to know of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.dialogue import figures, food_remarks, food_words, personal, wishes, wording
from bot.dialogue.turn import Turn
from bot.dialogue.words import Words, fill, in_lines, in_paragraphs
from db.knowledge.cards import Card
from db.knowledge.foods import Diet, FoodTag
from db.knowledge.intakes import Life
from jobs.preferences import Units
from jobs.suggest.advised import FOR_AWARENESS, Reference, reference, region_of
from jobs.suggest.foods import Offer, Ranking, rank
from jobs.suggest.profile import Profile

# Characters; a little less than what is allowed, for line breaks are not counted.
_SCREEN, _CAPTION = 1150, 980
_MOST_REASONS = 3
# More bars would be too small to read on a phone.
_PICTURED = 7


@dataclass(frozen=True)
class Listing:
    """What one person is shown of one nutrient, before it is words. `profile` has the wishes in it."""

    turn: Turn
    asked: wishes.Asked
    card: Card
    profile: Profile
    advised: Reference | None
    ranking: Ranking

    @property
    def words(self) -> Words:
        return self.turn.words

    @property
    def units(self) -> Units | None:
        return self.turn.preferences.units

    @property
    def title(self) -> str:
        if self.card.id in FOR_AWARENESS:
            return self.words.gettext("Where salt hides")
        return self.words.gettext("{nutrient} in food").format(nutrient=self.card.name)


def listing(turn: Turn, asked: wishes.Asked, nutrient: str) -> Listing:
    """Rank the foods for who asks, and with what they wish for this once."""
    card = turn.edition.cards[nutrient]
    profile = wishes.wishes(turn.edition, asked).added_to(turn.profile)
    advised = reference(card, profile, region_of(turn.user.zone))
    return Listing(turn, asked, card, profile, advised, rank(turn.edition, profile, nutrient, advised))


def screen(shown: Listing) -> Markup:
    """The list as a message, under 1,200 characters."""
    return _screen(shown, _fitting(shown, _screen, _SCREEN))


def caption(shown: Listing) -> Markup:
    """What goes with the picture of the list, under 1,024 characters."""
    return _caption(shown, pictured(shown))


def pictured(shown: Listing) -> Sequence[Offer]:
    """The foods of the picture: those whose caption has room for what must be said of them."""
    return _fitting(shown, _caption, _CAPTION)[:_PICTURED]


def restrictions(words: Words, asked: wishes.Asked) -> list[str]:
    """What is wished for this once, as people say it."""
    _ = words.gettext
    diet = [_(food_words.DIETS[asked.diet]).lower()] if asked.diet else []
    return diet + [avoided(words, word) for word in asked.avoided]


def avoided(words: Words, word: str) -> str:
    """One thing that is left out: no nuts."""
    _ = words.gettext
    return _(food_words.AVOIDABLE[word].label) if word in food_words.AVOIDABLE else _("no {food}").format(food=word)


def _fitting(shown: Listing, put: Callable[[Listing, Sequence[Offer]], Markup], room: int) -> Sequence[Offer]:
    offers = shown.ranking.offers
    counts = range(len(offers), 0, -1)
    return next((offers[:n] for n in counts if len(put(shown, offers[:n]).striptags()) <= room), offers[:1])


def _screen(shown: Listing, offers: Sequence[Offer]) -> Markup:
    lines = [_line(shown.words, number, offer, shown.units) for number, offer in enumerate(offers, start=1)]
    return _paragraphs(_head(shown), in_lines(lines), *_remarks(shown, offers), _sources(shown))


def _caption(shown: Listing, offers: Sequence[Offer]) -> Markup:
    return _paragraphs(_head(shown), *_remarks(shown, offers), _sources(shown))


def _head(shown: Listing) -> Markup:
    _ = shown.words.gettext
    head = fill("<b>{emoji} {title}</b>\n{intro}", emoji=shown.card.emoji, title=shown.title, intro=_intro(shown))
    wished = restrictions(shown.words, shown.asked)
    if wished:
        head += fill(_("\nFor this once: {wishes}."), wishes=wording.listed(shown.words, wished))
    return head


def _intro(shown: Listing) -> str:
    """What the numbers mean; what is withheld, or that nothing fits."""
    _ = shown.words.gettext
    if not shown.ranking.offers:
        return _("I list nothing here for you.") if shown.ranking.withheld else _("No food that I know fits this.")
    if shown.card.id in FOR_AWARENESS:
        note = shown.turn.edition.larder.notes[FoodTag.AWARENESS_ONLY].text
        return _("About how much sodium one serving holds. {note}").format(note=note)
    if shown.advised is None:
        return _("About how much one serving holds. I have no amount for a day that fits you.")
    told = shown.profile.age, shown.profile.sex
    if told == (None, None) and shown.profile.life is Life.GENERAL:
        text = _("About how much one serving holds, and the share of what adults are advised a day ({amount}).")
    else:
        text = _(
            "About how much one serving holds, and the share of what people like you are advised a day ({amount})."
        )
    return text.format(amount=figures.day(shown.words, shown.advised))


def _line(words: Words, number: int, offer: Offer, units: Units | None) -> Markup:
    part = f" · {figures.share(words, offer.share)}" if offer.share is not None else ""
    return fill(
        "{number}. {food}, {serving}: <b>{amount}</b>{part}",
        number=number,
        food=offer.food.name,
        serving=figures.serving(words, offer.food, units),
        amount=figures.quantity(words, offer.amount),
        part=part,
    )


def _remarks(shown: Listing, offers: Sequence[Offer]) -> list[Markup]:
    """Notes on foods by their numbers, and why others are left out for this person."""
    _ = shown.words.gettext
    reasons = personal.reasons(shown.turn, (*shown.ranking.withheld, *shown.ranking.cautions))
    left_out = [fill(_("<b>Some are left out for you:</b>"))] if offers and shown.ranking.withheld else []
    more = [fill(_("There is more; /why has it all."))] if len(reasons) > _MOST_REASONS else []
    return [in_lines(_notes(shown, offers)), in_lines(left_out + reasons[:_MOST_REASONS] + more)]


def _notes(shown: Listing, offers: Sequence[Offer]) -> list[Markup]:
    without_meat = shown.profile.diet in (Diet.VEGETARIAN, Diet.PESCATARIAN)
    wanted = food_remarks.noteworthy(shown.card.id, without_meat=without_meat)
    notes = []
    for tag, note in shown.turn.edition.larder.notes.items():
        numbers = [str(number) for number, offer in enumerate(offers, start=1) if tag in offer.food.tags]
        if tag in wanted and numbers:
            notes.append(fill("<b>{numbers}:</b> {note}", numbers=", ".join(numbers), note=note.text))
    return notes


def _sources(shown: Listing) -> Markup:
    """Whose figures these are, and how each was taken from its source."""
    _ = shown.words.gettext
    if not shown.ranking.offers:
        return Markup()
    amounts = shown.ranking.offers[0].food.citation.source.short
    if shown.advised is None:
        return fill(_("<i>Amounts: {amounts}.</i>"), amounts=amounts)
    cited = food_remarks.cited(shown.words, shown.advised.citations)
    return fill(
        _("<i>Amounts: {amounts}. Advised a day: {region} ({sources}). To compare, not advice.</i>"),
        amounts=amounts, region=_(food_remarks.REGIONS[shown.advised.region]), sources=cited,
    )  # fmt: skip


def _paragraphs(*parts: Markup) -> Markup:
    return in_paragraphs(part for part in parts if part)
