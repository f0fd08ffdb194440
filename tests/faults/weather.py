"""The Bot API server at its worst: connections that break before and after the effect, 500, 429, answers that hang."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.sandbox.faults import FaultKind
from tests.faults.report import Report, Step, account
from tests.faults.stage import Stage

# Nobody knows whether these took effect, so each nudge meets one of them at most: after a second one it is given up.
_AMBIGUOUS: tuple[FaultKind, ...] = ("drop_before", "drop_after", "hang", "hang_after")
_CLEAR: tuple[FaultKind, ...] = ("server_error", "too_many_requests")
_TOOK_EFFECT = frozenset({"drop_after", "hang_after"})


async def weather(
    stage: Stage, rng: random.Random, step: Step, *, nudges: int, most: int = 3, hangs: bool = True
) -> Report:
    """Each of so many people gets one nudge, and each nudge meets up to `most` troubles of its own; of one of them at
    most nobody knows whether it took effect. Without `hangs`, which take long, only trouble that comes at once."""
    ambiguous = [kind for kind in _AMBIGUOUS if hangs or not kind.startswith("hang")]
    promised = await stage.promise([datetime.now(UTC) + timedelta(seconds=3)] * nudges)
    met: Counter[str] = Counter()
    repeated = []
    for reminder_id, person in zip(promised, stage.recipients[:nudges], strict=True):
        possible = [*rng.choices(_CLEAR, k=most), rng.choice(ambiguous)]
        trouble = rng.sample(possible, rng.randint(0, most))
        for kind in trouble:
            stage.server.state.faults.add(kind, method="sendMessage", chat_id=person.id)
        met.update(trouble)
        if not _TOOK_EFFECT.isdisjoint(trouble):
            repeated.append(reminder_id)
    async with stage.bot() as bot:
        await stage.finished(step)
        await bot.stop()
    again = Counter(fate.delivery_id for fate in stage.books.fates(repeated) if fate.delivery_id is not None)
    report = account(stage, Counter(), again=again)
    del report.figures["in flight at kills"]
    report.figures |= {kind.replace("_", " "): met[kind] for kind in (*_CLEAR, *ambiguous)}
    return report
