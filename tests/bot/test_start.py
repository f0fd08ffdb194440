"""/start and the time zone: the first minute with the bot."""

from tests.world import World


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


async def test_an_unknown_link_is_just_a_start(world: World) -> None:
    """Whatever somebody puts behind ?start=."""
    charlie = world.person("Charlie")
    await charlie.starts("hack_the_planet")

    assert "Hello, I am Cramp Coach." in charlie.last.text


async def test_starting_again_does_not_ask_again(world: World) -> None:
    """The zone is known; buttons lead on."""
    alice = await world.settled("Alice")
    await alice.starts()

    assert "Where are you?" not in alice.last.text
    assert [b.label for b in alice.last.buttons] == ["Why do legs cramp?", "Set a reminder", "My reminders"]


async def test_a_bare_timezone_shows_the_present_one(world: World) -> None:
    """And how to change it."""
    alice = await world.settled("Alice", "Europe/Berlin")
    await alice.says("/timezone")

    assert "It is 13:00 for you now (Europe/Berlin)." in alice.last.text


async def test_forged_zone_buttons_change_nothing(world: World) -> None:
    """A zone that does not exist is not kept."""
    alice = await world.settled("Alice", "Europe/Berlin")
    for data in ("1:zone:set:Mars/Olympus", "1:zone:clock:9999999", "1:zone:clock:x", "1:zone:", "1:zone:set"):
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
