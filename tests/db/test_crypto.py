"""Sealed values: only who has the key reads them, and nobody changes them unseen."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.crypto import BadKeyError, Keyring, NoKeyError, SealError, new_key

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_OLD, _NEW = new_key(), new_key()


@given(value=_JSON)
def test_what_was_sealed_is_read_again(value: object) -> None:
    keyring = Keyring([_OLD])

    assert value == keyring.clear(keyring.seal(value))


@pytest.mark.parametrize("value", [2**64, {1: "a"}, "half a character \ud83d", datetime(2026, 3, 2, tzinfo=UTC)])
def test_what_json_cannot_express_is_refused(value: object) -> None:
    """Rather than read as something else later; and the error says nothing of it."""
    with pytest.raises(ValueError, match=r"^JSON has no such value$"):
        Keyring([_OLD]).seal({"told": value})


def test_nothing_of_the_value_is_to_be_seen() -> None:
    assert "kidney" not in Keyring([_OLD]).seal({"traits": ["kidney"]})


def test_the_same_value_looks_different_each_time() -> None:
    """Else whoever has the database could tell who has the same illness."""
    keyring = Keyring([_OLD])

    assert keyring.seal("kidney") != keyring.seal("kidney")


def test_after_a_rotation_both_keys_open_and_the_first_one_seals() -> None:
    before, after = Keyring([_OLD]), Keyring([_NEW, _OLD])
    sealed = before.seal("spinach")

    assert after.clear(sealed) == "spinach"
    assert after.seal("spinach").startswith(f"{Keyring([_NEW]).primary}:")


def test_another_key_does_not_open_it_and_its_name_is_said() -> None:
    keyring = Keyring([_OLD])
    with pytest.raises(NoKeyError, match=keyring.primary):
        Keyring([_NEW]).clear(keyring.seal("spinach"))


@pytest.mark.parametrize("place", [16, 40, -3])
def test_a_changed_letter_is_noticed(place: int) -> None:
    keyring = Keyring([_OLD])
    letters = list(keyring.seal({"diet": "vegan"}))
    letters[place] = "B" if letters[place] != "B" else "C"
    with pytest.raises(SealError):
        assert keyring.clear("".join(letters)) is None


@pytest.mark.parametrize("value", [None, {"diet": "vegan"}, "not_well", "12345678:hello", ""])
def test_what_was_written_before_there_were_keys_is_read_as_it_is(value: object) -> None:
    assert value == Keyring([_OLD]).clear(value)


@pytest.mark.parametrize("keys", [[], [""], ["hello"], [_OLD[:40]], [_OLD, "ö" * 44]])
def test_what_is_no_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(BadKeyError, match="key"):
        Keyring(keys)
