"""The best foods for a nutrient as a chart."""

from decimal import Decimal

from babel.numbers import format_percent

from bot.dialogue import figures, food_list
from bot.dialogue.food_list import Listing
from bot.pictures.bars import Bar, Chart, Line
from db.knowledge.models import Quantity
from jobs.suggest.advised import FOR_AWARENESS
from jobs.suggest.foods import Offer

# Of a day's amount: the chart compares with the largest that its longest bar reaches.
_SHARES = (Decimal(1), Decimal("0.5"), Decimal("0.25"), Decimal("0.1"), Decimal("0.05"))


def chart(shown: Listing) -> Chart:
    """The foods by the numbers they have in the list and in the caption."""
    _ = shown.words.gettext
    offers = food_list.pictured(shown)
    sodium = shown.card.id in FOR_AWARENESS
    return Chart(
        title=shown.title,
        subtitle=_("Sodium in one serving, about") if sodium else _("In one serving, about"),
        bars=tuple(_bar(shown, number, offer) for number, offer in enumerate(offers, start=1)),
        line=_line(shown, max(offer.amount.value for offer in offers)) if offers else None,
        footer=_("Amounts: {amounts}").format(amounts=offers[0].food.citation.source.short) if offers else "",
        rtl=shown.words.locale.text_direction == "rtl",
    )


def _bar(shown: Listing, number: int, offer: Offer) -> Bar:
    amount = figures.quantity(shown.words, offer.amount)
    part = f"  ·  {figures.share(shown.words, offer.share)}" if offer.share is not None else ""
    name = f"{number}. {offer.food.name}"
    return Bar(
        name, figures.serving(shown.words, offer.food, shown.units), f"{amount}{part}", float(offer.amount.value)
    )


def _line(shown: Listing, longest: Decimal) -> Line | None:
    """A round share of a day's amount; of a span its upper end."""
    if shown.advised is None:
        return None
    day = shown.advised.high
    part = next((part for part in _SHARES if part * day.value <= longest), _SHARES[-1])
    amount = Quantity(value=part * day.value, unit=day.unit)
    label = shown.words.gettext("{share} of a day: {amount}").format(
        share=format_percent(part, "#,##0%", locale=shown.words.locale),
        amount=figures.quantity(shown.words, amount),
    )
    return Line(label, float(amount.value))
