"""The only reader of the environment: validated once, then passed on."""

import os
import re
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.engine import DatabaseURLError, parse_url

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["text", "json"]

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_DEFAULT_DATABASE = "sqlite:///data/cramp-coach.db"


class SettingsError(Exception):
    """A setting cannot be used; the message is one sentence that says how to mend it."""


class Settings(BaseSettings):
    """From environment variables of these names in capitals, else from `.env` in the working directory."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True)

    bot_token: SecretStr | None = None
    database_url: str | None = None
    telegram_api_url: str = "https://api.telegram.org"
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "text"
    send_rate: int = Field(default=30, ge=1, le=1000)
    """Messages a second, all chats together."""
    sandbox_port: int = Field(default=8080, ge=0, le=65535)
    """Where the sandbox's chat page listens on 127.0.0.1; 0 takes any free port."""

    @property
    def database(self) -> str:
        return self.database_url or _DEFAULT_DATABASE

    @classmethod
    def load(cls) -> Self:
        """The settings of this process. Raises SettingsError."""
        try:
            return cls()
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            name = str(problem["loc"][0]).upper()
            reason = str(problem["msg"]).removeprefix("Value error, ")
            raise SettingsError(f"{name} cannot be used: {reason[0].lower()}{reason[1:]}.") from None
        except UnicodeDecodeError:
            raise SettingsError("The file .env cannot be read: it is not UTF-8 text.") from None

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_shape(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("it must look like 1234567890:AAE…, as BotFather gives it")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _api_is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("it must be an address like https://api.telegram.org")
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, url: str | None) -> str | None:
        try:
            if url is not None:
                parse_url(url)
        except DatabaseURLError as error:
            raise ValueError(str(error)) from None
        return url

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: str, info: object) -> str:
        name = getattr(info, "field_name", "")
        return value.upper() if name == "log_level" else value.lower()


def choose_timedeltas() -> None:
    """python-telegram-bot asks the environment which type its pauses shall have, and warns until it has an answer."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")


def secret_of(token: SecretStr | None) -> str:
    """The token in clear. Raises SettingsError when there is none."""
    if token is None:
        raise SettingsError(
            "BOT_TOKEN is not set: put the token that BotFather gave you into the environment or into .env, "
            "or try the bot without one: `make run`, or `.venv/bin/python -m bot sandbox`."
        )
    return token.get_secret_value()
