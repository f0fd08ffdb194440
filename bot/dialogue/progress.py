"""How firm each habit is, in percent and in a word; after a miss a kind word, and never a streak."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from babel.numbers import format_percent
from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges import faces
from bot.dialogue.words import Words, fill, in_lines, mark
from jobs.score import NOTHING, Days, score

# From this score on, the highest first.
_LEVELS: Mapping[float, str] = {
    0.8: mark("strong"),
    0.5: mark("steady"),
    0.2: mark("growing"),
    0.0: mark("just begun"),
}


def said(words: Words, habits: Mapping[str, Days], today: date, still_open: Collection[str]) -> list[Markup]:
    """Paragraphs on all habits that have a score. `still_open`: kinds that can still be done today."""
    _ = words.gettext
    firm = {kind: value for kind, days in habits.items() if (value := score(days)) is not None}
    if not firm:
        return []
    lines = [_line(words, kind, value) for kind, value in firm.items()]
    note = fill(_("<i>This grows with each day you do it, and one miss costs little.</i>"))
    slipped = [kind for kind in firm if habits[kind].get(today - timedelta(days=1), NOTHING).value == 0]
    again = [kind for kind in slipped if habits[kind].get(today, NOTHING).done]
    waiting = [kind for kind in slipped if kind not in again and kind in still_open]
    kind_words = (
        (again, _("{habits}: yesterday slipped by, and today you picked it up again.")),
        (waiting, _("{habits}: yesterday slipped by; today is a good day to pick it up.")),
    )
    more = in_lines(fill(text, habits=_names(words, kinds)) for kinds, text in kind_words if kinds)
    return [*([more] if more else []), in_lines((*lines, note))]


def _line(words: Words, kind: str, value: float) -> Markup:
    level = next(name for least, name in _LEVELS.items() if value >= least)
    return fill(
        words.gettext("{habit} {percent} · {level}"),
        habit=faces.label(words, kind),
        percent=format_percent(value, "#,##0%", locale=words.locale),
        level=words.gettext(level),
    )


def _names(words: Words, kinds: Collection[str]) -> str:
    return wording.listed(words, (words.gettext(faces.FACES[kind].name) for kind in kinds))
