"""/start and the time zone: the first minute with the bot."""

from datetime import UTC, datetime

import pytest

from tests.world import World

pytestmark = pytest.mark.conversation


async def test_a_stranger_is_greeted_and_asked_where_they_are(world: World) -> None:
    """One screen: what this is, what it is not, and three ways to tell the time zone."""
    charlie = world.person("Charlie")
    await charlie.starts()

    assert "not medical advice" in charlie.last.text
    assert "Where are you?" in charlie.last.text
    assert charlie.keyboard == [["📍 Share my location"], ["🕐 Choose by the time it is now"]]
    assert len([message for message in charlie.messages if message.from_bot]) == 1


async def test_a_city_is_enough(world: World) -> None:
    """The clock is shown to be checked, and the keyboard goes away."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.says("Lisbon")
    await charlie.taps("Yes")

    assert "12:00 in Europe/Lisbon" in charlie.last.text
    assert charlie.keyboard == []


async def test_a_location_becomes_a_zone_and_is_not_kept(world: World) -> None:
    """Madrid's coordinates give Madrid's zone."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.presses("📍 Share my location", place=(40.4168, -3.7038))

    assert "It is 13:00 for you, right? (Europe/Madrid)" in charlie.last.text


async def test_the_zone_can_be_told_by_the_clock(world: World) -> None:
    """What time is it for you now? Then the nearest of the big cities with that clock."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.presses("🕐 Choose by the time it is now")
    await charlie.taps("17:30")
    kolkata = next(button.label for button in charlie.last.buttons if "India" in button.label)
    await charlie.taps(kolkata)

    assert "It is 17:30 for you, right? (Asia/Kolkata)" in charlie.last.text


async def test_no_means_choose_again(world: World) -> None:
    """A wrong guess is one tap to mend."""
    alice = await world.settled("Alice", "Europe/Berlin")
    await alice.taps("No, choose again")
    await alice.says("Tokyo")

    assert "It is 21:00 for you, right? (Asia/Tokyo)" in alice.last.text


async def test_no_puts_the_zone_and_the_reminders_back(world: World) -> None:
    """What was there before counts until another place is told."""
    alice = await world.settled("Alice", "Europe/Berlin")
    await alice.says("/remind stretch 21:30")
    await alice.says("/timezone Tokyo")
    await alice.taps("No, choose again")
    asked = alice.last.text
    await world.until(datetime(2026, 3, 2, 20, 31, tzinfo=UTC))

    assert "It is 13:00 for you now (Europe/Berlin)." in asked
    assert "Stretch" in alice.last.text


async def test_no_to_the_first_zone_leaves_none(world: World) -> None:
    """As if it had not been told; what was asked before waits for the next answer."""
    charlie = world.person("Charlie")
    await charlie.says("/timezone Tokyo")
    await charlie.taps("No, choose again")
    await charlie.says("/remind stretch 21:30")

    assert "Where are you?" in charlie.last.text


async def test_the_thanks_for_a_place_do_not_sound_final(world: World) -> None:
    """The clock is still to be checked."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.says("Lisbon")

    assert "I keep nothing but the time zone. Let us check it:" in charlie.messages[-2].text


async def test_reminders_move_along_with_the_zone(world: World) -> None:
    """Who has reminders already is told what becomes of them, and not what to try."""
    alice = await world.settled("Alice", "Europe/Berlin")
    await alice.says("/remind food 13:00")
    await alice.says("/timezone Lisbon")
    await alice.taps("Yes")

    assert "Your reminders" in alice.last.text
    assert "13:00" in alice.last.text
    assert "What next?" not in alice.last.text


@pytest.mark.parametrize("place", ["Lisbon", "lissabon", "🕐 Choose by the time it is now"])
async def test_a_command_in_between_does_not_lose_the_question(world: World, place: str) -> None:
    """The keyboard is still open, so the place is still an answer."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.says("/why magnesium")
    await charlie.says(place)

    assert charlie.last.text.startswith(("It is 12:00 for you, right?", "What time is it for you now?"))


@pytest.mark.parametrize("words", ["hello", "thanks", "test", "the weather in the mountains of a far country, please"])
async def test_words_that_only_resemble_a_place_are_none(world: World, words: str) -> None:
    """Nobody who says hello lives in Bello."""
    charlie = world.person("Charlie")
    await charlie.says(words)

    assert "right?" not in charlie.last.text


@pytest.mark.parametrize("typed", ["17:37", "5:37pm", "17.30", "5:30"])
async def test_the_time_can_be_typed(world: World, typed: str) -> None:
    """Clocks on walls may be a few minutes off; then the cities with that clock."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.presses("🕐 Choose by the time it is now")
    await charlie.says(typed)
    await charlie.taps(next(button.label for button in charlie.last.buttons if "India" in button.label))

    assert "(Asia/Kolkata)" in charlie.last.text


async def test_a_typed_time_is_looked_for_on_both_sides_of_the_date_line(world: World) -> None:
    """Noon in UTC is one in the morning in Tongatapu, of tomorrow, and in Midway at that hour of today."""
    charlie = world.person("Charlie")
    await charlie.says("/timezone 01:00")
    labels = [button.label for button in charlie.last.buttons]

    assert any("American Samoa" in label for label in labels)
    assert any("Tonga" in label or "New Zealand" in label for label in labels)


@pytest.mark.parametrize("typed", ["17:30 weekdays", "25:00", "12:21", "9, 10"])
async def test_what_is_no_clock_of_now_is_no_place_either(world: World, typed: str) -> None:
    """No place shows it, or it is not a time of the day."""
    charlie = world.person("Charlie")
    await charlie.says(f"/timezone {typed}")

    assert "I don't know a place called" in charlie.last.text


async def test_clocks_of_another_day_say_so(world: World) -> None:
    """01:00 is there twice, and no button ends the grid alone."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.presses("🕐 Choose by the time it is now")
    labels = [button.label for button in charlie.last.buttons]
    keyboard = charlie.chat.history[charlie.last.id].wire["reply_markup"]["inline_keyboard"]

    assert {"01:00", "Tue 01:00"} <= set(labels)
    assert len(labels) == len(set(labels))
    assert {3, 4} == {len(row) for row in keyboard}


async def test_a_city_of_many_places_is_asked_back(world: World) -> None:
    """Portland is not in one zone."""
    charlie = world.person("Charlie")
    await charlie.says("/timezone Portland")
    labels = [button.label for button in charlie.last.buttons]
    await charlie.taps(labels[0])

    assert "Which one do you mean?" in charlie.messages[-2].text or len(labels) > 1
    assert "for you, right?" in charlie.last.text


async def test_an_unknown_place_is_answered_kindly_and_asked_again(world: World) -> None:
    """The next text is still the answer."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.says("Xyzzyqwv <b>")
    answer = charlie.last.text
    await charlie.says("Europe/Berlin")

    assert "I don't know a place called “Xyzzyqwv <b>”" in answer
    assert "(Europe/Berlin)" in charlie.last.text


async def test_nonsense_coordinates_are_asked_again(world: World) -> None:
    """Telegram never sends them; something else may."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.shares_location(123.0, 500.0)

    assert "Please write your city" in charlie.last.text


async def test_a_link_to_a_card_opens_it(world: World) -> None:
    """t.me/bot?start=why_magnesium."""
    charlie = world.person("Charlie")
    await charlie.starts("why_magnesium")

    assert charlie.last.text.startswith("Magnesium")


async def test_a_link_to_a_reminder_asks_the_zone_first_and_goes_on(world: World) -> None:
    """t.me/bot?start=remind_stretch, from someone the bot has never met."""
    charlie = world.person("Charlie")
    await charlie.starts("remind_stretch")
    question = charlie.last.text
    await charlie.says("Berlin")

    assert "Where are you?" in question
    assert "Stretch: when?" in charlie.last.text


@pytest.mark.parametrize("payload", ["hack_the_planet", "timezone_Tokyo", "remind_stretch_0300_daily", "remind_x"])
async def test_a_link_changes_nothing_for_who_follows_it(world: World, payload: str) -> None:
    """Whatever somebody puts behind ?start=."""
    charlie = world.person("Charlie")
    await charlie.starts(payload)

    assert "Hello, I am Cramp Coach." in charlie.last.text


async def test_starting_again_does_not_ask_again(world: World) -> None:
    """The zone is known; buttons lead on."""
    alice = await world.settled("Alice")
    await alice.starts()

    assert "Where are you?" not in alice.last.text
    assert "Set up in two minutes" == alice.last.labels[0]
    assert ["Why do legs cramp?", "Set a reminder", "My reminders"] == alice.last.labels[1:]


async def test_a_bare_timezone_shows_the_present_one(world: World) -> None:
    """And how to change it."""
    alice = await world.settled("Alice", "Europe/Berlin")
    await alice.says("/timezone")

    assert "It is 13:00 for you now (Europe/Berlin)." in alice.last.text


async def test_forged_zone_buttons_change_nothing(world: World) -> None:
    """A zone that does not exist is not kept."""
    alice = await world.settled("Alice", "Europe/Berlin")
    made_up = (
        "set:Mars/Olympus",
        "clock:9999999",
        "clock:x",
        "clock:--5",
        "clock:-",
        "clock:5-",
        "",
        "set",
        "again:Mars",
        "again",
    )
    for data in (f"1:zone:{args}" for args in made_up):
        tap = await world.forges(alice, data)
        assert tap.text == "This button no longer works."
    await alice.says("/timezone")

    assert "(Europe/Berlin)" in alice.last.text


async def test_buttons_that_speak_cannot_go_in_circles(world: World) -> None:
    """A forged one may say anything the person could say, and no more."""
    charlie = world.person("Charlie")
    await charlie.says("/help")
    tap = await world.forges(charlie, "1:say:/start say")

    assert tap.answered
    assert "Hello, I am Cramp Coach." in charlie.last.text
