"""A check under way: where the person is in the questions, and what they answered.

It is kept in `users.check` while it runs. What is needed afterwards is in the result's own button, so that no health
answer stays with us.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from db.knowledge.questionnaire import Answer, Question, Questionnaire
from jobs.suggest.check import KEPT, Answers

# Raise it when the welcome says more of what is kept than before: everybody is asked again.
TERMS = 1

_HEX = re.compile(r"[0-9a-f]{1,64}")


@dataclass(frozen=True)
class Run:
    """`begun` is in seconds since 1970 and names the run in its buttons; `at` counts questions from 0."""

    check: Questionnaire
    begun: int
    at: int
    answers: Answers

    @classmethod
    def begin(cls, check: Questionnaire, now: datetime) -> Self:
        return cls(check, int(now.timestamp()), 0, {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None, check: Questionnaire, now: datetime) -> Self | None:
        """None where there is none: never begun, too old, or begun with other questions or terms than today's."""
        if stored is None or stored.get("questions") != fingerprint(check) or stored.get("terms") != TERMS:
            return None
        if now.timestamp() - stored["begun"] >= KEPT.total_seconds():
            return None
        answers = {question: frozenset(ids) for question, ids in stored["answers"].items()}
        return cls(check, stored["begun"], stored["at"], answers)

    def to_json(self) -> dict[str, Any]:
        answers = {question: sorted(ids) for question, ids in self.answers.items()}
        asked = {"questions": fingerprint(self.check), "terms": TERMS}
        return {"begun": self.begun, "at": self.at, "answers": answers, **asked}

    @property
    def question(self) -> Question:
        return self.check.questions[self.at]

    @property
    def picked(self) -> frozenset[str]:
        """The ids of the answers given to this question."""
        return self.answers.get(self.question.id, frozenset())

    @property
    def last(self) -> bool:
        return self.at == len(self.check.questions) - 1

    def answer(self, name: str) -> Answer | None:
        """This question's answer of that id."""
        return next((answer for answer in self.question.answers if answer.id == name), None)

    def giving(self, answer: Answer) -> Self:
        """With this answer: the only one, or beside the others that it does not contradict."""
        clearing = {other.id for other in self.question.answers if other.clears}
        alone = answer.clears or not self.question.many
        return self._with(frozenset({answer.id}) if alone else (self.picked - clearing) | {answer.id})

    def without(self, answer: Answer) -> Self:
        return self._with(self.picked - {answer.id})

    def moved(self, by: int) -> Self:
        """At another question, within the questions there are."""
        return replace(self, at=min(max(self.at + by, 0), len(self.check.questions) - 1))

    def _with(self, ids: frozenset[str]) -> Self:
        return replace(self, answers={**self.answers, self.question.id: ids})


def fingerprint(check: Questionnaire) -> str:
    """Changes with the questions: answers to other questions are not understood."""
    names = (f"{question.id}.{answer.id}" for question in check.questions for answer in question.answers)
    return f"{zlib.crc32(' '.join(names).encode()):x}"


def pack(check: Questionnaire, answers: Answers) -> tuple[str, str]:
    """All answers for a button: the questions' fingerprint, and one bit for each answer there is, as hex."""
    bits = [answer.id in answers.get(question.id, ()) for question in check.questions for answer in question.answers]
    return fingerprint(check), f"{sum(bit << place for place, bit in enumerate(bits)):x}"


def unpack(check: Questionnaire, packed: tuple[str, str]) -> Answers | None:
    """What `pack` packed; None for what it cannot have packed."""
    made_for, digits = packed
    places = [(question.id, answer.id) for question in check.questions for answer in question.answers]
    if made_for != fingerprint(check) or not _HEX.fullmatch(digits):
        return None
    bits = int(digits, 16)
    given = [names for place, names in enumerate(places) if bits >> place & 1]
    answers = {q.id: frozenset(answer for question, answer in given if question == q.id) for q in check.questions}
    complete = all(ids and (q.many or len(ids) == 1) for q, ids in zip(check.questions, answers.values(), strict=True))
    return answers if complete and bits < 1 << len(places) else None
