"""The only reader of the environment: validated once, then passed on."""

import ipaddress
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.address import Address, parse_address
from db.address import DatabaseURLError, parse_url
from db.inventory import BLOCKED_DAYS, INACTIVE_DAYS
from jobs.farewell import Terms

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["text", "json"]

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DEFAULT_DATABASE = "sqlite:///data/cramp-coach.db"
_YES_OR_NO = frozenset(["0", "1", "off", "on", "f", "t", "false", "true", "n", "y", "no", "yes"])
# What Telegram allows without paid broadcast.
FREE_RATE = 30
# How much alike names are of which one is the other, misspelt.
_ALIKE = 0.8


class SettingsError(Exception):
    """A setting cannot be used; the message is one sentence that says how to mend it."""


class Settings(BaseSettings):
    """From environment variables of these names in capitals, else from `.env` in the working directory, else from files
    of these names in the folder that SECRETS_DIR names: service managers hand over secrets like that.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    bot_token: SecretStr | None = None
    database_url: str | None = None
    data_key: SecretStr | None = None
    """Seals what is about health: keys of `new-key`, separated by commas or spaces; the first one seals, each opens."""
    data_key_file: Path | None = None
    """The same in a file, a key a line."""
    telegram_api_url: str = "https://api.telegram.org"
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "text"
    send_rate: int = Field(default=30, ge=1, le=1000)
    """Messages a second, all chats together."""
    allow_paid_broadcast: bool = False
    """Messages may cost Telegram Stars: those beyond 30 a second."""
    webhook_url: str | None = None
    """Where Telegram brings updates; without it the bot asks for them."""
    webhook_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None
    """What Telegram shows to prove that it is Telegram."""
    listen: Annotated[Address, NoDecode, BeforeValidator(parse_address)] = Address("127.0.0.1", 8443)
    """Where the bot itself hears what comes to `webhook_url`: plain HTTP, behind whatever speaks TLS."""
    health_listen: Annotated[Address | None, NoDecode, BeforeValidator(parse_address)] = Address("127.0.0.1", 9190)
    """Health and metrics; None: nowhere."""
    keep_inactive_days: int = Field(default=INACTIVE_DAYS, ge=1, le=INACTIVE_DAYS)
    """Who writes nothing for so many days is forgotten. It can be made shorter, not longer."""
    keep_blocked_days: int = Field(default=BLOCKED_DAYS, ge=1, le=BLOCKED_DAYS)
    """The same for somebody who has blocked the bot."""
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    """Telegram ids, separated by commas, of those who have /admin; nobody by default."""
    operator_contact: str | None = Field(default=None, max_length=200)
    """How people reach whoever runs the bot: an e-mail address, say. /privacy shows it."""
    sandbox_port: int = Field(default=8080, ge=0, le=65535)
    """Where the sandbox's chat page listens on 127.0.0.1; 0 takes any free port."""

    @property
    def terms(self) -> Terms:
        """How long data of people who have gone are kept."""
        return Terms(timedelta(days=self.keep_inactive_days), timedelta(days=self.keep_blocked_days))

    @property
    def database(self) -> str:
        return self.database_url or _DEFAULT_DATABASE

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be in no log: each secret, and each part of one that is a list."""
        values = (value.get_secret_value() for _name, value in self if isinstance(value, SecretStr))
        return tuple(part for value in values for part in listed(value))

    @classmethod
    def load(cls) -> Self:
        """The settings of this process. Raises SettingsError."""
        try:
            if Path(".env").is_dir():
                raise SettingsError(
                    "The file .env cannot be read: it is a folder, as Docker makes of one that is missing."
                )
            return cls(_secrets_dir=_secrets_dir())
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            name = str(problem["loc"][0]).upper()
            reason = str(problem["msg"]).removeprefix("Value error, ")
            if not reason.startswith("SQLite"):
                reason = f"{reason[0].lower()}{reason[1:]}"
            raise SettingsError(f"{name} cannot be used: {reason}.") from None
        except (UnicodeDecodeError, OSError, SourceError) as error:
            raise SettingsError(_unreadable(error)) from None

    @classmethod
    def misspelt(cls) -> Iterator[tuple[str, str]]:
        """Names in the environment, `.env` or SECRETS_DIR that set nothing, each with the setting that is nearly called
        so. After `load`."""
        names = {name.upper() for name in cls.model_fields} | {"SECRETS_DIR"}
        given = {*EnvSettingsSource(cls).env_vars, *DotEnvSettingsSource(cls).env_vars}
        given |= {file.name for file in Path(folder).iterdir()} if (folder := _secrets_dir()) else set()
        for name in sorted({name.upper() for name in given} - names):
            if meant := extractOne(name, names, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE):
                yield name, meant[0]

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        """As compose files pass on what nobody set; only health's address may be empty on purpose."""
        return {name: value for name, value in values.items() if value != "" or name == "health_listen"}

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_shape(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("it must look like 1234567890:AAE…, as BotFather gives it")
        return token

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _admins_are_numbers(cls, ids: object) -> object:
        if not isinstance(ids, str):
            return ids
        parts = [part.strip() for part in ids.split(",")]
        if not all(part.isascii() and part.isdecimal() for part in parts):
            raise ValueError("it must be Telegram ids, which are numbers, separated by commas")
        return frozenset(map(int, parts))

    @field_validator("telegram_api_url")
    @classmethod
    def _api_is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("it must be an address like https://api.telegram.org")
        return url.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _webhook_can_be_called(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "")
        if url is not None and not (parts.hostname and parts.scheme in {"http", "https"}):
            raise ValueError("it must be an address like https://bot.example.org/telegram")
        if parts.scheme == "http" and not _is_loopback(str(parts.hostname)):
            raise ValueError("it must begin with https://, because Telegram calls no other; http is for the sandbox")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _secret_comes_with_the_webhook(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None and info.data.get("webhook_url") is not None:
            raise ValueError(f"it is needed with WEBHOOK_URL, {_SECRET_SHAPE}")
        if secret is not None and not _SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError(f"it must be {_SECRET_SHAPE}")
        return secret

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, url: str | None) -> str | None:
        try:
            if url is not None:
                parse_url(url)
        except DatabaseURLError as error:
            raise ValueError(str(error)) from None
        return url

    @field_validator("send_rate", mode="before")
    @classmethod
    def _rate_is_a_number(cls, rate: object) -> object:
        if isinstance(rate, str) and not (rate.strip().isascii() and rate.strip().isdecimal()):
            raise ValueError("it must be a whole number from 1 to 1000, of messages a second")
        return rate

    @field_validator("allow_paid_broadcast", mode="before")
    @classmethod
    def _paid_is_yes_or_no(cls, allowed: object) -> object:
        if isinstance(allowed, str) and allowed.strip().lower() not in _YES_OR_NO:
            raise ValueError("it must be 1 for yes or 0 for no")
        return allowed

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: str, info: object) -> str:
        name = getattr(info, "field_name", "")
        return value.upper() if name == "log_level" else value.lower()


_SECRET_SHAPE = "1 to 256 of the characters A-Z a-z 0-9 _ and -, as from `openssl rand -hex 32`"  # noqa: S105


def listed(text: str) -> list[str]:
    """The parts of a list that is separated by commas, spaces or new lines."""
    return text.replace(",", " ").split()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _secrets_dir() -> str | None:
    folder = os.environ.get("SECRETS_DIR") or None
    if folder is not None and not Path(folder).is_dir():
        raise SettingsError(f"SECRETS_DIR cannot be used: {folder} is not a folder.")
    return folder


def _unreadable(error: Exception) -> str:
    """What is wrong with a file of settings; none of its words."""
    cause = error.__cause__ if isinstance(error, SourceError) else error
    if isinstance(cause, OSError):
        return f"The file {cause.filename} cannot be read ({cause.strerror}): let the bot's user read it."
    if isinstance(cause, UnicodeDecodeError):
        return "The file .env, or one in SECRETS_DIR, cannot be read: it is not UTF-8 text."
    return f"The settings cannot be read ({type(cause or error).__name__})."


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
