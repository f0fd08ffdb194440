"""What a scenario found out: figures, the phases that were hit, and what is wrong."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.faults.stage import Stage

Step = Callable[[str], None]
"""Called after each step of a scenario with what comes next."""


@dataclass
class Report:
    """`wrong` has a sentence for everything that must not be; empty when all is well."""

    figures: dict[str, int] = field(default_factory=dict)
    phases: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def account(stage: Stage, in_flight: Counter[int], *, again: Counter[int] | None = None) -> Report:
    """Compare what was promised with what arrived.

    `in_flight` says at how many kills a delivery was in flight, `again` how often else it may be repeated: neither
    more nor less than these is what each delivery may have arrived more than once.
    """
    fates = stage.books.fates(stage.promised)
    times = stage.arrivals.times([fate.delivery_id for fate in fates if fate.delivery_id is not None])
    allowed = in_flight + (again or Counter())
    unplanned = [fate for fate in fates if fate.delivery_id is None]
    lost = [fate for fate in fates if fate.delivery_id is not None and not times[fate.delivery_id]]
    unrecorded = [fate for fate in fates if fate.delivery_id is not None and fate.status not in {"sent", "done"}]
    too_often = {number: often for number, often in times.items() if often > 1 + allowed[number]}
    return Report(
        figures={
            "promised": len(fates),
            "arrived": len(times),
            "lost": len(unplanned) + len(lost),
            "in flight at kills": sum(in_flight.values()),
            "arrived again": sum(often - 1 for often in times.values()),
        },
        wrong=[
            *_sentence(unplanned, "promises were never planned"),
            *_sentence(lost, "nudges never arrived"),
            *_sentence(unrecorded, "nudges are not on record as sent"),
            *_sentence(list(too_often.items()), "nudges arrived again although they were not in flight at a kill"),
        ],
    )


def _sentence(found: Sequence[object], what: str) -> list[str]:
    return [f"{len(found)} {what}, such as {found[0]}"] if found else []
