"""What the bot tells about itself, and its answers to taps and inline queries."""

import pytest
from telegram import (
    Bot,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    MenuButtonCommands,
)
from telegram.error import BadRequest

from bot.sandbox.people import Person
from bot.sandbox.state import SandboxState
from tests.bot.sandbox.conftest import TOKEN

TOO_OLD = "Query is too old and response timeout expired or query id is invalid"


async def test_get_me_is_a_bot(bot: Bot) -> None:
    """The bot's id is the number in its token."""
    me = await bot.get_me()

    assert (int(TOKEN.split(":")[0]), True, "sandbox_bot") == (me.id, me.is_bot, me.username)


async def test_commands_belong_to_a_scope_and_language(bot: Bot) -> None:
    """Each scope and language has its own list; deleting one leaves the others."""
    await bot.set_my_commands([("why", "Why")])
    await bot.set_my_commands([("why", "Warum")], BotCommandScopeAllPrivateChats(), "de")
    german = await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "de")
    await bot.delete_my_commands(BotCommandScopeAllPrivateChats(), "de")

    assert (
        german[0].description,
        await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "de"),
        (await bot.get_my_commands())[0].description,
    ) == ("Warum", (), "Why")


async def test_a_person_sees_the_most_special_menu(bot: Bot, state: SandboxState, alice: Person) -> None:
    """A chat's own list comes before the language's, and that before the default."""
    await bot.set_my_commands([("why", "Why")])
    await bot.set_my_commands([("why", "Warum")], language_code="de")
    await bot.set_my_commands([("why", "For Alice")], BotCommandScopeChat(alice.id))

    assert [
        state.profile.commands_for(chat_id, language)[0]["description"]
        for chat_id, language in ((1, "de"), (alice.id, "de"), (1, "fr"))
    ] == ["Warum", "For Alice", "Why"]


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ([("Why", "x")], "Bot_command_invalid"),
        ([("w" * 33, "x")], "Bot_command_invalid"),
        ([("why", "")], "Bot_command_description_invalid"),
        ([("why", "x" * 257)], "Bot_command_description_invalid"),
        ([("why", "x")] * 101, "Bot_commands_too_much"),
    ],
)
async def test_commands_that_are_refused(bot: Bot, commands: list[tuple[str, str]], reason: str) -> None:
    """Names, descriptions and numbers beyond the limits are refused."""
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.set_my_commands(commands)


@pytest.mark.parametrize("settings", [{"language_code": "german"}, {"scope": {"type": "nowhere"}}, {"commands": "why"}])
async def test_odd_scopes_and_languages_are_refused(bot: Bot, settings: dict[str, object]) -> None:
    """An unknown scope, a language that is no two-letter code and a list that is none are refused."""
    with pytest.raises(BadRequest):
        await bot.set_my_commands([("why", "x")], api_kwargs=settings)


async def test_names_and_descriptions_are_by_language(bot: Bot) -> None:
    """Each language has its text and falls back to the default."""
    await bot.set_my_name("Coach")
    await bot.set_my_description("About cramps")
    await bot.set_my_description("Über Krämpfe", "de")
    await bot.set_my_short_description("Cramps")

    assert (
        (await bot.get_me()).first_name,
        (await bot.get_my_name("fr")).name,
        (await bot.get_my_description("de")).description,
        (await bot.get_my_description("fr")).description,
        (await bot.get_my_short_description()).short_description,
    ) == ("Coach", "Coach", "Über Krämpfe", "About cramps", "Cramps")
    with pytest.raises(BadRequest, match="Bot short description is too long"):
        await bot.set_my_short_description("x" * 121)


async def test_the_menu_button_can_be_set(bot: Bot, state: SandboxState, alice: Person) -> None:
    """The menu button is kept for one chat or for all."""
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await bot.set_chat_menu_button(alice.id)

    assert (state.profile.menu_button, alice.chat.menu_button) == ({"type": "commands"}, {"type": "default"})
    with pytest.raises(BadRequest, match="unsupported type"):
        await bot.set_chat_menu_button(api_kwargs={"menu_button": {"type": "nothing"}})


async def test_a_tap_is_answered_once(bot: Bot, alice: Person) -> None:
    """A second answer, an unknown id and too long a text are refused."""
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Done", callback_data="d")]])
    await bot.send_message(alice.id, "Stretch", reply_markup=markup)
    tap = alice.tap("Done")
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(tap.id, "x" * 201)
    await bot.answer_callback_query(tap.id, "x" * 200)

    for query_id in (tap.id, "unknown"):
        with pytest.raises(BadRequest, match=f"(?i){TOO_OLD}"):
            await bot.answer_callback_query(query_id)
    assert [tap] == alice.all_taps


def article(result_id: str) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(result_id, "Title", InputTextMessageContent("Text"))


@pytest.mark.parametrize(
    ("ids", "reason"),
    [(["1", "1"], "Result_id_duplicate"), ([""], "Result_id_invalid"), (["x" * 65], "Result_id_invalid")],
)
async def test_inline_results_that_are_refused(bot: Bot, alice: Person, ids: list[str], reason: str) -> None:
    """Ids that repeat, are empty or too long are refused."""
    ask = alice.ask_inline("salt")

    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.answer_inline_query(ask.id, [article(result_id) for result_id in ids])


async def test_inline_results_need_a_known_query(bot: Bot, alice: Person) -> None:
    """At most fifty results, for a query that is open, as a list."""
    ask = alice.ask_inline("salt")
    many = [article(str(n)).to_dict() for n in range(51)]
    for results, reason in ((many, "results_too_much"), ("none", "expected an Array|JSON object")):
        with pytest.raises(BadRequest, match=f"(?i){reason}"):
            await bot.answer_inline_query(ask.id, [], api_kwargs={"results": results})
    with pytest.raises(BadRequest, match=f"(?i){TOO_OLD}"):
        await bot.answer_inline_query("unknown", [])
