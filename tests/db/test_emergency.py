"""Whom to call, by the country of a time zone."""

import pytest

from db.places import zones
from db.places.emergency import known, numbers_for


@pytest.mark.parametrize(
    ("expected", "zone"),
    [
        ("112", "Europe/Berlin"),
        ("112", "Europe/Lisbon"),
        ("999", "Europe/London"),
        ("911", "America/New_York"),
        ("911", "US/Eastern"),
        ("911", "America/Toronto"),
        ("000", "Australia/Sydney"),
        ("111", "Pacific/Auckland"),
        ("112", "Asia/Kolkata"),
        ("119", "Asia/Tokyo"),
        ("119", "Asia/Seoul"),
        ("120", "Asia/Shanghai"),
        ("192", "America/Sao_Paulo"),
        ("113", "Europe/Oslo"),
    ],
)
def test_a_zone_leads_to_its_countrys_number(expected: str, zone: str) -> None:
    """Old names of zones as well."""
    numbers = numbers_for(zone)

    assert numbers is not None
    assert expected == numbers.emergency[0]


@pytest.mark.parametrize("zone", [None, "UTC", "Etc/GMT+5", "Nowhere/Land"])
def test_no_country_no_number(zone: str | None) -> None:
    """The caller then says what works in many countries."""
    assert numbers_for(zone) is None


def test_the_uk_has_a_line_for_what_is_urgent_but_no_emergency() -> None:
    """Not every country's is known."""
    assert [("GB", "111"), ("US", "")] == [(code, known()[code].advice) for code in ("GB", "US")]


def test_every_row_is_a_country_with_numbers_and_a_mark() -> None:
    """Digits only, in the order of the codes, a few dozen of them, all of the EU among them."""
    codes = "ATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSE"
    european = {codes[start : start + 2] for start in range(0, len(codes), 2)}

    assert sorted(known()) == list(known())
    assert len(known()) >= 90
    assert set(known()) <= set(zones.countries().values())
    assert all("112" in known()[code].emergency for code in european)
    for numbers in known().values():
        assert all(number.isdecimal() and 2 <= len(number) <= 5 for number in numbers.emergency)
        assert numbers.advice.replace(" ", "").isdecimal() or not numbers.advice
        assert numbers.mark in {"second-hand", "memory"}
