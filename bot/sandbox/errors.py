"""The errors of the Bot API as Telegram words them."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal with Telegram's error code, its description and optional response parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class UnansweredError(TimeoutError):
    """Something that a test or the page waited for did not happen within the sandbox's patience."""


def bad_request(reason: str) -> ApiError:
    """The 400 that Telegram sends for a request it understood but will not do."""
    return ApiError(400, f"Bad Request: {reason}")
