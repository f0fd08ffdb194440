"""Workouts of every week: told in words, taken away with a tap."""

from collections.abc import Sequence

from bot.dialogue import workout_text
from bot.dialogue.telling.kept import profile_is
from bot.dialogue.telling.way import Ask, Offer, Told, says_nothing
from bot.dialogue.turn import Turn
from bot.dialogue.words import fill
from jobs.workouts import Workout


class Training:
    """The plan of a week."""

    async def shown(self, turn: Turn) -> Sequence[str]:
        """Each workout with its days, time, length and sport."""
        return [workout_text.shown(turn.words, workout) for workout in turn.profile.workouts]

    async def offers(self, turn: Turn) -> Sequence[Offer]:
        """What is kept, so that it can be taken away."""
        return [Offer(str(n), label, chosen=True) for n, label in enumerate(await self.shown(turn))]

    async def pick(self, turn: Turn, key: str) -> Told:
        """Take a workout away."""
        kept = turn.profile.workouts
        return self._keep(turn, tuple(workout for n, workout in enumerate(kept) if str(n) != key))

    async def read(self, turn: Turn, text: str) -> Told:
        """A plan replaces the one that was there; behind a plus it is added."""
        if says_nothing(text):
            return self._keep(turn, ())
        added = text.strip().startswith("+")
        plan = workout_text.read_plan(
            text.strip().removeprefix("+"), now=turn.now, zone=turn.zone, language=turn.words.language
        )
        if isinstance(plan, workout_text.Unclear):
            sign = "+" if added else ""
            return Ask(workout_text.sorry(turn.words, plan), {option: f"{sign}{option}" for option in plan.options})
        workouts = tuple(dict.fromkeys((*turn.profile.workouts, *plan))) if added else plan
        if len(workouts) > workout_text.MOST_WORKOUTS:
            most = turn.words.gettext("I can keep {n} workouts a week. Take one away first.")
            return Ask(fill(most, n=workout_text.MOST_WORKOUTS))
        return self._keep(turn, workouts)

    def _keep(self, turn: Turn, workouts: tuple[Workout, ...]) -> Told:
        profile_is(turn, workouts=workouts)
        return None

    async def clear(self, turn: Turn) -> None:
        """No workouts."""
        self._keep(turn, ())
