"""One food, asked about by name: what a serving holds, the share of a day, and what is claimed of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_percent
from markupsafe import Markup

from bot.dialogue import figures, personal
from bot.dialogue.searching.words import search_words
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import Words, fill, in_lines, in_paragraphs
from db.knowledge.cards import Card, Section
from db.knowledge.foods import Food, rounded
from db.knowledge.models import Quantity, Statement
from db.knowledge.prose import written
from db.knowledge.safety import Rule, Verdict
from jobs.suggest import advised, safety
from jobs.suggest.advised import Share

# Below that share of a day a food is no source worth naming (US labels call 5 % or less low).
_LEAST = Decimal("0.05")
_MOST = 4
_PREVENTION, _EATING = "prevention", "eating"


@dataclass(frozen=True)
class _Holds:
    card: Card
    amount: Quantity
    share: Share


def screen(turn: Turn, name: str) -> Reply:
    """What a food of the larder brings; or, where safety withholds it from this person, why. KeyError: no such food."""
    food = turn.edition.larder.foods[name]
    holds = sorted(_holds(turn, food), key=lambda held: -held.share.high)[:_MOST]
    judged = [
        safety.judge_food(turn.edition.safety, turn.profile, food, nutrient)
        for nutrient in (None, *(held.card.id for held in holds))
    ]
    withheld = [rule for one in judged if one.verdict is Verdict.WITHHELD for rule in one.rules]
    buttons = [[Button(held.card.name, Press("why", (held.card.id,)))] for held in holds[:2]]
    if withheld or (avoided := _avoided(turn, food)):
        left_out = fill(turn.words.gettext("<b>{food}</b>: I leave that out for you."), food=food.name)
        reasons = _reasons(turn, withheld) if withheld else [avoided]
        return Reply(in_paragraphs((left_out, *reasons)), buttons=buttons)
    cautions = [rule for one in judged if one.verdict is Verdict.CAUTION for rule in one.rules]
    parts = (_figures(turn, food, holds), *_reasons(turn, cautions), _remark(turn, food))
    return Reply(in_paragraphs(parts), buttons=buttons)


def _holds(turn: Turn, food: Food) -> Iterator[_Holds]:
    """The nutrients of which a serving brings a share worth naming."""
    region = advised.region_of(turn.user.zone)
    for card in turn.edition.cards.values():
        reference, amount = advised.reference(card, turn.profile, region), food.per_serving(card.id)
        if reference is not None and amount is not None:
            share = reference.share(amount)
            if share.high >= _LEAST:
                yield _Holds(card, amount, share)


def _avoided(turn: Turn, food: Food) -> Markup | None:
    """Diet, allergies and dislikes that the person told."""
    _ = turn.words.gettext
    profile = turn.profile
    if not food.safe_without(profile.allergens):
        return fill(_("It holds, or may hold, something you told me you are allergic to."))
    if profile.diet is not None and not profile.diet.allows(food.diet):
        return fill(_("It does not go with the diet you told me."))
    return None


def _reasons(turn: Turn, rules: Sequence[Rule]) -> list[Markup]:
    """Why, by what the person told, else by what holds for everybody."""
    told = personal.reasons(turn, rules)
    return told or [fill("{reason}", reason=text) for text in dict.fromkeys(rule.reason.text for rule in rules)]


def _figures(turn: Turn, food: Food, holds: Sequence[_Holds]) -> Markup:
    _ = turn.words.gettext
    weight = figures.weight(turn.words, food.grams, turn.preferences.units)
    head = fill(_("<b>{food}</b>\n{serving} ({weight}) holds, next to what is advised a day:"), food=food.name,
                serving=food.serving.capitalize(), weight=weight)  # fmt: skip
    lines = [
        fill(
            _("• {nutrient}: {amount}, {share}"),
            nutrient=held.card.name,
            amount=written(rounded(held.amount), turn.words.language),
            share=_share(turn.words, held.share),
        )
        for held in holds
    ]
    if not lines:
        lines = [fill(_("• little of what I have cards about"))]
    notes = [fill("{note}", note=turn.edition.larder.notes[tag].text) for tag in sorted(food.tags)]
    return in_lines((head, *lines, *notes))


def _share(words: Words, share: Share) -> str:
    low, high = (format_percent(round(end, 2), locale=words.locale) for end in (share.low, share.high))
    return low if low == high else f"{low.rstrip('%').strip()}–{high}"


def _remark(turn: Turn, food: Food) -> Markup:
    """What is claimed of this very food and how it stands; else that no food is shown to prevent cramps."""
    said = _claim(turn, food)
    if said is None:
        lines = turn.edition.topics[_PREVENTION].lines
        said = next(line.statement for line in lines if line.statement.id == _EATING)
    return fill(
        turn.words.gettext("<i>{remark}</i>\n\n<i>Figures: {source}. General information, not medical advice.</i>"),
        remark=said.text,
        source=food.citation.source.short,
    )


def _claim(turn: Turn, food: Food) -> Statement | None:
    words = search_words(turn.words.language)
    named = set(words.stems(food.name.partition(",")[0]))
    claims = (said for card in turn.edition.cards.values() for said in card.sections.get(Section.ARTICLE, ()))
    return next((said for said in claims if bool(named) and named <= set(words.stems(said.text))), None)
