"""Where a server of ours listens."""

from typing import NamedTuple
from urllib.parse import urlsplit


class Address(NamedTuple):
    """Where to listen; port 0 takes any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(value: object) -> object:
    """`host:port` with an IPv6 host in brackets; None for an empty text; anything else as it is. Raises ValueError."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        parts = urlsplit(f"//{value}")
        address = Address(str(parts.hostname), int(str(parts.port)))
    except ValueError:
        address = None
    if str(address) != value.lower():
        raise ValueError("it must be a host and a port, as in 127.0.0.1:8443 or [::1]:8443")
    return address
