"""Encryption of what tells about a person's health, with the key kept apart from the database.

A sealed value is AES-256-GCM behind the short name of its key: a random nonce of 96 bits, the ciphertext, the tag. NIST
SP 800-38D (2007), 8.3, allows 2**32 values a key, which a million people write in some three years: take another key
before (`rotate-key`). Keys come in with the engine, so that no module holds one.
"""

import logging
import os
import re
from base64 import b64decode, urlsafe_b64encode
from binascii import a2b_base64
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

log = logging.getLogger(__name__)

UNREADABLE: Mapping[str, bool] = {"unreadable": True}
"""What stands for a value that is damaged, or whose key is not here. Nothing known is not the same."""
LOCKED: Mapping[str, bool] = {**UNREADABLE, "locked": True}
"""The same where only the key is missing: with it the value can be read again."""

_ID_LENGTH = 8
_SEALED = re.compile(r"([0-9a-f]{8}):([A-Za-z0-9_-]{38,}={0,2})")
_KEY_BYTES = 32
_NONCE_BYTES = 12
# orjson can write more kinds of things than it reads.
_AS_JSON_ALONE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class BadKeyError(ValueError):
    """This text is no key; the message says what one looks like."""


class SealError(Exception):
    """A sealed value cannot be read with the keys that there are."""


class NoKeyError(SealError):
    """The key of this value is not here; the text is the key's id, or says that there are no keys at all."""


class Keyring:
    """Keys by their ids. The first one seals, each of them opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Each key is 32 bytes in url-safe base64. Raises BadKeyError."""
        if not keys:
            raise BadKeyError("there is no key in it")
        raw = [_raw(key) for key in keys]
        self._ciphers: Mapping[str, AESGCM] = {_id_of(key): AESGCM(key) for key in raw}
        self.primary = _id_of(raw[0])
        """The id of the key that seals: it tells keys apart and gives nothing of them away."""

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._ciphers)

    def seal(self, value: object) -> str:
        """The value so that only this keyring can read it. Raises ValueError for what JSON cannot express."""
        try:
            clear = orjson.dumps(value, option=_AS_JSON_ALONE)
        except TypeError as error:
            raise ValueError("JSON has no such value") from error
        nonce = os.urandom(_NONCE_BYTES)
        hidden = self._ciphers[self.primary].encrypt(nonce, clear, self.primary.encode())
        return f"{self.primary}:{urlsafe_b64encode(nonce + hidden).decode()}"

    def clear(self, value: Any) -> Any:
        """What was sealed; a value from before there were keys as it is. Raises NoKeyError, and SealError for what is
        damaged."""
        if not isinstance(value, str):
            return value
        key, _colon, hidden = value.partition(":")
        cipher = self._ciphers.get(key)
        if cipher is None:
            if _SEALED.fullmatch(value):
                raise NoKeyError(key)
            return value
        try:
            raw = a2b_base64(hidden.encode().translate(_FROM_URL_SAFE))
            return orjson.loads(cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], key.encode()))
        except (InvalidTag, ValueError) as error:
            raise SealError("a sealed value is damaged, or was sealed by another key of the same id") from error


def _raw(key: str) -> bytes:
    try:
        raw = b64decode(key, b"-_", validate=True)
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise BadKeyError("a key is 32 bytes in url-safe base64, 44 characters, as `python -m bot new-key` prints")
    return raw


def _id_of(raw: bytes) -> str:
    return sha256(b"cramp-coach data key id " + raw).hexdigest()[:_ID_LENGTH]


def new_key() -> str:
    """A key from the system's random numbers."""
    return urlsafe_b64encode(AESGCM.generate_key(8 * _KEY_BYTES)).decode()


def loads(text: str | bytes) -> Any:
    """JSON as a database keeps it; SQLite checks nothing. UNREADABLE for what is none: it costs whoever it is about."""
    try:
        return orjson.loads(text)
    except ValueError as error:
        log.error("a stored value cannot be read: %s", type(error).__name__)  # noqa: TRY400 - the place says nothing
        return dict(UNREADABLE)


class Sealed(TypeDecorator[Any]):
    """A value that is only in clear in this program's memory. Columns of this type cannot be searched by content.

    UNREADABLE stands for what cannot be read; the value itself stays. What was written before there were keys is read
    as it is; `db.sealing` seals it.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).seal(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Not in the layers of TypeDecorator: for each nudge a dozen are read, and half of them are empty."""
        read: Callable[[Any], Any] | None = self.impl_instance.result_processor(dialect, coltype)

        def opened(stored: Any) -> Any:
            if stored is None:
                return None
            return _opened(stored if read is None else read(stored), keyring_of(dialect))

        return opened


def _opened(value: Any, keyring: Keyring) -> Any:
    try:
        return keyring.clear(value)
    except SealError as error:  # it costs whoever it is about, and nobody else
        log.error("a sealed value cannot be read: %s", error)  # noqa: TRY400 - the place says nothing
        return dict(LOCKED if isinstance(error, NoKeyError) else UNREADABLE)


def give_keys(dialect: Dialect, keyring: Keyring) -> None:
    """From now on connections of this dialect object, which is an engine's own, seal and open with these keys."""
    dialect._cramp_coach_keys = keyring  # type: ignore[attr-defined]


def keyring_of(dialect: Dialect) -> Keyring:
    """The keys that were given. Raises NoKeyError where none were."""
    keyring = getattr(dialect, "_cramp_coach_keys", None)
    if not isinstance(keyring, Keyring):
        raise NoKeyError("this engine was made without keys")
    return keyring
