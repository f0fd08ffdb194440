"""Where somebody is in /setup: all of it is in the buttons, so that a restart or a pause of weeks loses nothing."""

from dataclasses import dataclass, replace

from bot.dialogue.fields import FIELDS
from bot.dialogue.turn import Button, Press
from bot.dialogue.words import Words

SUN, NUDGES = "sun", "nudges"
# The last of them is no field: which nudges shall come. "sun" only asks whether the two behind it are of interest.
STEPS = (
    "cramps", "diet", "allergies", "conditions", "medicines", "age", SUN, "skin", "place", "workouts",
    "bedtime", "quiet", NUDGES,
)  # fmt: skip
FOR_SUN = frozenset({"skin", "place"})
# Raise it when buttons of an earlier run would lead astray.
_VERSION = "1"
_FLAGS = {"w": "without", "s": "sun"}


@dataclass(frozen=True)
class Run:
    """`step`: one of STEPS. `without` a profile: no question about health. `sun`: the person is interested in it."""

    step: str = STEPS[0]
    without: bool = False
    sun: bool = False

    @classmethod
    def read(cls, code: str, step: str) -> "Run | None":
        """Out of a button; None for one of another version, or none of ours."""
        if step not in STEPS or code[:1] != _VERSION or not set(code[1:]) <= set(_FLAGS):
            return None
        return cls(step, **{name: flag in code[1:] for flag, name in _FLAGS.items()})

    @property
    def code(self) -> str:
        """All but the step, for a button."""
        return _VERSION + "".join(flag for flag, name in _FLAGS.items() if getattr(self, name))

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of this person's way, in their order."""
        return tuple(step for step in STEPS if self._is_on_the_way(step))

    def _is_on_the_way(self, step: str) -> bool:
        if step in FOR_SUN and not self.sun:
            return False
        return not (self.without and is_about_health(step))

    @property
    def after(self) -> "Run | None":
        """The next step; None behind the last."""
        return self._first(STEPS[STEPS.index(self.step) + 1 :])

    @property
    def before(self) -> "Run | None":
        """The step before; None at the first."""
        return self._first(STEPS[: STEPS.index(self.step)][::-1])

    def _first(self, steps: tuple[str, ...]) -> "Run | None":
        return next((replace(self, step=step) for step in steps if step in self.steps), None)

    def press(self, verb: str, *more: str) -> Press:
        """A button of this step."""
        return Press("setup", (self.code, self.step, verb, *more))


def is_about_health(step: str) -> bool:
    """Whether consent is needed to ask it."""
    return step != NUDGES and FIELDS[step].health


def offer(words: Words) -> list[Button]:
    """The way to /setup, as a row."""
    return [Button(words.gettext("Set up in two minutes"), Press("say", ("/setup",)), style="primary")]
