"""A person's time zone out of their row."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.stored import UnreadableError


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of this IANA name, UTC for none. Raises UnreadableError for what is none, be it a folder of zones."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, TypeError, AttributeError, OSError) as error:
        raise UnreadableError("there is no such zone") from error
