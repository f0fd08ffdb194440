"""Ports of this machine, for servers whose address has to be known before they listen."""

import secrets
import socket

# The system gives out others by itself: here nobody can get one between its choice and its use.
_FIRST, _COUNT = 20_000, 12_000


def free_port() -> int:
    """One that nobody listens on."""
    while True:
        port = _FIRST + secrets.randbelow(_COUNT)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
