"""What the answers of /check come to: a red flag that ends it, or topics with points and the reason for each.

Pure. Points, caps and red flags are data (`db/knowledge/questionnaire.toml`, after section 7 of the facts base): a
judgement of this project that nobody has validated. Nothing here finds a lack of anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db import inventory
from db.knowledge.cards import Edition
from db.knowledge.care import RedFlag
from db.knowledge.models import Statement, Subject
from db.knowledge.questionnaire import Answer, Questionnaire, TalkingPoint, TopicKind
from db.knowledge.safety import Judgement, Safety, Verdict
from jobs.suggest.profile import Profile
from jobs.suggest.safety import judge

KEPT = inventory.CHECKS_KEPT
"""How long the answers of a check are kept that never comes to an end."""

Answers = Mapping[str, frozenset[str]]
"""Ids of the answers given, by the id of their question."""

# What talk of a topic or card suggests, where it is not the food that holds the nutrient.
_SUBJECTS = {"stretching": Subject.STRETCHING, "fluids": Subject.DRINKING, "sodium": Subject.SALT}
# What somebody is told to leave alone whose condition ends the questions.
_OFF_LIMITS = ((Subject.SUPPLEMENT, None), (Subject.FOOD, "potassium"), (Subject.SALT, None), (Subject.DRINKING, None))
# The one sentence of `nothing` that faint points at a nutrient would contradict.
_NO_NUTRIENT = "no_nutrient"


@dataclass(frozen=True)
class Reason:
    """Points for a topic, and why; `because` is None for those that everybody starts with."""

    points: int
    because: Statement | None


@dataclass(frozen=True)
class Scored:
    """A topic that got points. `points` are what counts after the caps, `reasons` what was given.

    `withheld`: why nothing may be suggested about it to this person; empty where something may, with `cautions`,
    but without pills for the reasons in `pills`.
    """

    topic: TalkingPoint
    points: int
    reasons: tuple[Reason, ...]
    cautions: tuple[Statement, ...]
    pills: tuple[Statement, ...]
    withheld: tuple[Statement, ...]

    @property
    def food_first(self) -> bool:
        """Whether food with this nutrient is what to think of first."""
        return self.topic.kind is TopicKind.NUTRIENT and self.topic.card not in _SUBJECTS


@dataclass(frozen=True)
class Stop:
    """A red flag: the answer that named it, and why supplements, potassium and salt are left to a doctor."""

    answer: Answer
    flag: RedFlag
    withheld: tuple[Statement, ...]


@dataclass(frozen=True)
class Result:
    """Topics in the order to show them: medicines first, nutrients last. `cards` are those that may be offered.

    `worth` are worth raising with a doctor, `mention` to be mentioned at most, `withheld` for a doctor alone.
    `nothing` is what to say where no answer has weight.
    """

    worth: tuple[Scored, ...]
    mention: tuple[Scored, ...]
    withheld: tuple[Scored, ...]
    nothing: tuple[Statement, ...]
    cards: tuple[str, ...]


def outcome(edition: Edition, answers: Answers, profile: Profile) -> Stop | Result:
    """What to say to these answers, told by a person with this profile. Unanswered questions count for nothing."""
    given = list(chosen(edition.questionnaire, answers))
    ending = next((answer for answer in given if answer.stop), None)
    if ending is not None:
        return _stop(edition, ending)
    told = frozenset[str]().union(*(answer.traits for answer in given))
    return _result(edition, answers, replace(profile, traits=profile.traits | told))


def chosen(questionnaire: Questionnaire, answers: Answers) -> Iterator[Answer]:
    """The answers themselves, in the order of the questions."""
    for question in questionnaire.questions:
        yield from (answer for answer in question.answers if answer.id in answers.get(question.id, ()))


def _stop(edition: Edition, answer: Answer) -> Stop:
    person = Profile(traits=answer.traits)
    judged = [judge(edition.safety, person, subject, nutrient) for subject, nutrient in _OFF_LIMITS]
    # What holds for everybody is no news of this person.
    reasons = [rule.reason for judgement in judged if judgement.verdict is Verdict.WITHHELD
               for rule in judgement.rules if rule.traits & answer.traits]  # fmt: skip
    flag = next(flag for flag in edition.red_flags.flags if flag.id == answer.stop)
    return Stop(answer, flag, tuple(dict.fromkeys(reasons)))


def _result(edition: Edition, answers: Answers, person: Profile) -> Result:
    check = edition.questionnaire
    every = [_score(edition, topic, answers, person) for topic in check.topics]
    scored = sorted((s for s in every if s.points), key=lambda s: (list(TopicKind).index(s.topic.kind), -s.points))
    shown = [s for s in scored if not s.withheld]
    cards = dict.fromkeys(s.topic.card for s in shown if s.topic.card is not None)
    return Result(
        worth=tuple(s for s in shown if s.points >= check.worth),
        mention=tuple(s for s in shown if s.points < check.worth),
        withheld=tuple(s for s in scored if s.withheld),
        nothing=_nothing(check, scored),
        cards=tuple(card for card in cards if _may(edition.safety, person, card).verdict is not Verdict.WITHHELD),
    )


def _score(edition: Edition, topic: TalkingPoint, answers: Answers, person: Profile) -> Scored:
    reasons = [Reason(topic.start, None)] if topic.start else []
    points = topic.start
    for question in edition.questionnaire.questions:
        picked = [answer for answer in question.answers if answer.id in answers.get(question.id, ())]
        given = [Reason(effect.points, answer.because) for answer in picked for effect in answer.effects
                 if effect.topic == topic.id]  # fmt: skip
        reasons += given
        points += _capped(sum(reason.points for reason in given), question.cap)
    return _safely(edition.safety, person, Scored(topic, _capped(points, topic.cap), tuple(reasons), (), (), ()))


def _capped(points: int, cap: int | None) -> int:
    return points if cap is None else min(points, cap)


def _safely(table: Safety, person: Profile, scored: Scored) -> Scored:
    """The topic with what the safety table says of it."""
    topic = scored.topic
    name = topic.card if topic.kind is TopicKind.NUTRIENT else topic.id
    if name is None or (topic.kind is not TopicKind.NUTRIENT and name not in _SUBJECTS):
        return scored
    judgement = _may(table, person, name)
    if judgement.verdict is Verdict.WITHHELD:
        return replace(scored, withheld=judgement.reasons)
    if topic.kind is not TopicKind.NUTRIENT:
        return replace(scored, cautions=judgement.reasons)
    pills = judge(table, person, Subject.SUPPLEMENT, topic.id)  # B12 is on the card of the B vitamins, B6 is not it
    off = pills.reasons if pills.verdict is Verdict.WITHHELD else ()
    return replace(scored, cautions=judgement.reasons, pills=off)


def _may(table: Safety, person: Profile, name: str) -> Judgement:
    subject = _SUBJECTS.get(name)
    return judge(table, person, subject) if subject else judge(table, person, Subject.FOOD, name)


def _nothing(check: Questionnaire, scored: Sequence[Scored]) -> tuple[Statement, ...]:
    """The advice for whom no answer has weight: everybody's own topic does not count, but must not be withheld."""
    if any(s.points >= check.worth and not s.topic.start for s in scored):
        return ()
    if any(s.withheld for s in scored if s.topic.start):
        return ()
    hinted = any(s.topic.kind is TopicKind.NUTRIENT for s in scored)
    return tuple(said for said in check.nothing if not (hinted and said.id == _NO_NUTRIENT))
