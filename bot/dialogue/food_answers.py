"""What can be said to a food nudge besides: another one, or never this one again."""

from collections.abc import Awaitable, Callable, Mapping

from bot.dialogue.turn import Reply, Turn
from db.models import Delivery

ACTIONS: Mapping[str, Callable[[Turn, Delivery, str], Awaitable[Reply]]] = {}
