"""Fields with choices: one or several out of a list, by buttons or in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.telling.kept import Place
from bot.dialogue.telling.phrases import Choice, changed, named, plain
from bot.dialogue.telling.way import Offer, Told, Unclear, says_nothing
from bot.dialogue.turn import Turn

Choices = Callable[[Turn], Mapping[str, Choice]]


@dataclass(frozen=True)
class ByChoice:
    """`offered`: whether the choices are shown as buttons. `own` reads a value that is no choice, such as a number;
    None if it is none. `unit` stands behind such a value."""

    choices: Choices
    place: Place
    many: bool = False
    offered: bool = True
    own: Callable[[str], str | None] = lambda _text: None
    unit: str = ""

    async def shown(self, turn: Turn) -> Sequence[str]:
        """In the order of the choices; a value that is no choice as it is."""
        chosen, choices = self.place.chosen(turn), self.choices(turn)
        known = [choice.label for name, choice in choices.items() if name in chosen]
        return known + sorted(f"{name}{self.unit}" for name in chosen if name not in choices)

    async def offers(self, turn: Turn) -> Sequence[Offer]:
        """All choices, or none where there are too many."""
        if not self.offered:
            return ()
        chosen = self.place.chosen(turn)
        return [Offer(name, choice.label, name in chosen) for name, choice in self.choices(turn).items()]

    async def pick(self, turn: Turn, key: str) -> Told:
        """Switch one of many, or take another one; the same again takes it away."""
        chosen = self.place.chosen(turn)
        self.place.keep(turn, chosen ^ {key} if self.many else frozenset({key}) - chosen)
        return None

    async def read(self, turn: Turn, text: str) -> Told:
        """One of several choices replaces what was there. Where there may be many, what is named is added: nobody's
        allergy is forgotten because they told another one. "-kale" takes away, "none" clears."""
        chosen = self._chosen(turn, text)
        if isinstance(chosen, Unclear):
            return chosen
        self.place.keep(turn, chosen)
        return None

    def _chosen(self, turn: Turn, text: str) -> frozenset[str] | Unclear:
        if says_nothing(text):
            return frozenset()
        if (value := self.own(plain(text))) is not None:
            return frozenset({value})
        choices = self.choices(turn)
        if self.many and (found := changed(self.place.chosen(turn), text, choices)) is not None:
            return found
        found = named(text, choices, many=self.many)
        return found if isinstance(found, Unclear) or not self.many else found | self.place.chosen(turn)

    async def clear(self, turn: Turn) -> None:
        """Nothing is chosen."""
        self.place.keep(turn, frozenset())
