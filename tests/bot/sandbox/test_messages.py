"""Messages: what the server accepts, what it answers, and what it refuses in Telegram's words."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    KeyboardButton,
    LinkPreviewOptions,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from bot.sandbox.chats import HISTORY
from bot.sandbox.people import Person
from bot.sandbox.state import SandboxState
from bot.sandbox.views import Button
from tests.bot.sandbox.conftest import START, MovableClock, png

NOT_MODIFIED = (
    "Message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
STRANGER = 5_999_999_999


def keys(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([buttons])


async def refusal(call: Awaitable[object]) -> str:
    with pytest.raises((BadRequest, Forbidden)) as error:
        await call
    return error.value.message


async def test_sent_text_comes_back_parsed(bot: Bot, alice: Person) -> None:
    """sendMessage answers with the parsed text, its entities and the sandbox's time."""
    message = await bot.send_message(alice.id, "<b>Stretch</b> now", "HTML", protect_content=True)

    assert (
        message.text,
        {words: e.type for e, words in message.parse_entities().items()},
        message.date,
        message.has_protected_content,
    ) == ("Stretch now", {"Stretch": "bold"}, START, True)


async def test_person_sees_what_was_sent(bot: Bot, alice: Person) -> None:
    """The person's view has the text as HTML, the date and every button."""
    await bot.send_message(
        alice.id,
        "<b>Stretch</b> now",
        "HTML",
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
        message_effect_id="5104841245755180586",
        allow_paid_broadcast=True,
        reply_markup=keys(
            InlineKeyboardButton("Done", callback_data="d", style="success"),
            InlineKeyboardButton("Source", url="https://a.org"),
            InlineKeyboardButton("Copy", copy_text=CopyTextButton("words")),
            InlineKeyboardButton("Share", switch_inline_query="salt"),
        ),
    )

    assert (
        alice.last.html,
        alice.last.date,
        alice.last.labels,
    ) == ("<b>Stretch</b> now", START, ["Done", "Source", "Copy", "Share"])
    assert [
        Button("Done", data="d", style="success"),
        Button("Source", url="https://a.org"),
        Button("Copy", copy_text="words"),
        Button("Share", switch_inline_query="salt"),
    ] == [alice.last.button(label) for label in alice.last.labels]


async def test_entities_can_be_given_instead_of_markup(bot: Bot, alice: Person) -> None:
    """Entities sent along are kept as they are."""
    await bot.send_message(alice.id, "Stretch now", entities=[MessageEntity("italic", 0, 7)])

    assert alice.last.html == "<i>Stretch</i> now"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Message text is empty"),
        (" \n ", "Message text is empty"),
        ("<b></b>", "Message text is empty"),
        ("😀" * 2049, "Message is too long"),
        ("<b>x", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_texts_that_are_refused(bot: Bot, alice: Person, text: str, reason: str) -> None:
    """Empty, too long and malformed texts get Telegram's refusals."""
    assert reason.lower() == (await refusal(bot.send_message(alice.id, text, "HTML"))).lower()


async def test_length_counts_after_parsing(bot: Bot, alice: Person) -> None:
    """4096 characters fit, however much markup surrounds them."""
    message = await bot.send_message(alice.id, f"<b>{'&amp;' * 4096}</b>", "HTML")

    assert len(message.text or "") == 4096


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "ä" * 33}, "Button_data_invalid"),
        ({"text": "x", "callback_data": ""}, "Button_data_invalid"),
        ({"text": " ", "callback_data": "x"}, "Keyboard button text must be non-empty"),
        (
            {"text": "x"},
            "Can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x", "url": "nowhere"}, "Inline keyboard button url 'nowhere' is invalid: wrong http url"),
        ({"text": "x", "copy_text": {"text": "x" * 257}}, "Button_copy_text_invalid"),
        (
            {"text": "x", "callback_data": "x", "style": "pink"},
            "Can't parse keyboard button: invalid button style specified",
        ),
    ],
)
async def test_buttons_that_are_refused(bot: Bot, alice: Person, button: dict[str, object], reason: str) -> None:
    """Buttons beyond Telegram's limits are refused."""
    markup = {"inline_keyboard": [[button]]}

    call = bot.send_message(alice.id, "x", api_kwargs={"reply_markup": markup})
    assert reason.lower() == (await refusal(call)).lower()


async def test_a_keyboard_can_be_too_large(bot: Bot, alice: Person) -> None:
    """More than a hundred buttons are refused."""
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]] * 101)

    assert await refusal(bot.send_message(alice.id, "x", reply_markup=markup)) == "Reply markup is too long"


async def test_nobody_hears_a_bot_they_never_wrote_to(bot: Bot, state: SandboxState) -> None:
    """A person who never wrote, and an unknown id, are "chat not found"."""
    charlie = state.person("Charlie")

    assert [await refusal(bot.send_message(chat_id, "x")) for chat_id in (charlie.id, STRANGER)] == [
        "Chat not found"
    ] * 2


async def test_a_blocked_bot_is_told_so(bot: Bot, alice: Person) -> None:
    """A block answers 403 until it is lifted."""
    alice.block()
    reason = await refusal(bot.send_message(alice.id, "x"))
    alice.unblock()
    await bot.send_message(alice.id, "Welcome back")

    assert (reason, alice.last.text) == ("Forbidden: bot was blocked by the user", "Welcome back")


async def test_a_deleted_account_is_told_apart(bot: Bot, alice: Person) -> None:
    """A deactivated account has its own 403."""
    alice.deactivate()

    assert await refusal(bot.send_message(alice.id, "x")) == "Forbidden: user is deactivated"


async def test_an_edit_replaces_text_and_keyboard(bot: Bot, alice: Person, clock: MovableClock) -> None:
    """An edit without markup takes the buttons away and dates the change."""
    message = await bot.send_message(
        alice.id, "Stretch", reply_markup=keys(InlineKeyboardButton("Done", callback_data="d"))
    )
    clock.skip(minutes=5)
    edited = await bot.edit_message_text("Done at 08:05", alice.id, message.message_id)

    assert not isinstance(edited, bool)
    assert ("Done at 08:05", [], True, START, START + timedelta(minutes=5)) == (
        alice.last.text,
        alice.last.labels,
        alice.last.edited,
        edited.date,
        edited.edit_date,
    )


async def test_a_seen_message_does_not_change_under_the_reader(bot: Bot, alice: Person) -> None:
    """What a test has read stays as it was when the bot edits later."""
    message = await bot.send_message(alice.id, "before")
    seen = alice.last
    await bot.edit_message_text("after", alice.id, message.message_id)

    assert (seen.text, seen.wire["text"]) == ("before", "before")


async def test_edits_that_are_refused(bot: Bot, alice: Person, picture: bytes) -> None:
    """Unchanged, missing, foreign and wrong kinds of messages cannot be edited."""
    text = (await bot.send_message(alice.id, "same")).message_id
    photo = (await bot.send_photo(alice.id, picture)).message_id
    asking = (await bot.send_message(alice.id, "?", reply_markup=ForceReply())).message_id
    alice.write("mine")
    mine = alice.messages[-1].id

    assert [
        await refusal(bot.edit_message_text("same", alice.id, text)),
        await refusal(bot.edit_message_reply_markup(alice.id, text)),
        await refusal(bot.edit_message_text("x", alice.id, 999)),
        await refusal(bot.edit_message_text("x", alice.id, mine)),
        await refusal(bot.edit_message_text("x", alice.id, asking)),
        await refusal(bot.edit_message_text("x", alice.id, photo)),
        await refusal(bot.edit_message_caption(alice.id, text, caption="x")),
        await refusal(bot.edit_message_text("x", alice.id, text, api_kwargs={"reply_markup": {"keyboard": [["x"]]}})),
        await refusal(bot.edit_message_text("x", inline_message_id="AAA")),
    ] == [
        NOT_MODIFIED,
        NOT_MODIFIED,
        "Message to edit not found",
        "Message can't be edited",
        "Message can't be edited",
        "There is no text in the message to edit",
        "There is no caption in the message to edit",
        "Object expected as reply markup",
        "Message_id_invalid",
    ]


async def test_markup_alone_can_change(bot: Bot, alice: Person) -> None:
    """editMessageReplyMarkup leaves the text."""
    message = await bot.send_message(alice.id, "Stretch")
    await bot.edit_message_reply_markup(
        alice.id, message.message_id, reply_markup=keys(InlineKeyboardButton("Done", callback_data="d"))
    )

    assert (alice.last.text, alice.last.labels) == ("Stretch", ["Done"])


async def test_pictures_and_files_arrive_whole(bot: Bot, alice: Person, picture: bytes) -> None:
    """An uploaded picture and file reach the person byte for byte, with size, name and caption."""
    photo = await bot.send_photo(alice.id, picture, "<b>Week</b>", parse_mode="HTML")
    assert (picture, "<b>Week</b>", 3, 2) == (
        alice.last.photo,
        alice.last.html,
        photo.photo[0].width,
        photo.photo[0].height,
    )

    document = await bot.send_document(alice.id, b"a,b", filename="diary.csv")
    assert document.document
    assert (
        alice.last.document,
        document.document.file_name,
        document.document.file_size,
    ) == (b"a,b", "diary.csv", 3)


async def test_a_file_is_sent_again_by_its_id(bot: Bot, alice: Person, picture: bytes) -> None:
    """A file id from an earlier message sends the same bytes."""
    first = await bot.send_photo(alice.id, picture)
    await bot.send_photo(alice.id, first.photo[-1].file_id, "again")

    assert (picture, "again") == (alice.last.photo, alice.last.text)


async def test_a_persons_picture_can_be_downloaded(bot: Bot, alice: Person, picture: bytes) -> None:
    """getFile gives a path under which the bytes are served."""
    alice.send_photo(picture)
    (update,) = await bot.get_updates()
    assert update.message
    file = await update.message.photo[-1].get_file()

    assert picture == bytes(await file.download_as_bytearray())


@pytest.mark.parametrize(
    ("send", "reason"),
    [
        (lambda bot, to: bot.send_photo(to, b"no picture"), "Image_process_failed"),
        (lambda bot, to: bot.send_photo(to, b"\x89PNG\r\n\x1a\n"), "Image_process_failed"),
        (lambda bot, to: bot.send_photo(to, "unknown-id"), "Wrong file identifier/http url specified"),
        (lambda bot, to: bot.send_photo(to, ""), "There is no photo in the request"),
        (lambda bot, to: bot.send_document(to, b"", filename="x"), "File must be non-empty"),
        (
            lambda bot, to: bot.send_document(to, b"x", filename="x", caption="x" * 1025),
            "Message caption is too long",
        ),
        (lambda bot, _: bot.get_file("unknown-id"), "Wrong file identifier/http url specified"),
    ],
)
async def test_files_that_are_refused(
    bot: Bot, alice: Person, send: Callable[[Bot, int], Awaitable[object]], reason: str
) -> None:
    """Broken pictures, unknown ids, empty files and long captions are refused."""
    assert reason.lower() == (await refusal(send(bot, alice.id))).lower()


async def test_a_text_becomes_a_picture_and_a_file(bot: Bot, alice: Person, picture: bytes) -> None:
    """editMessageMedia replaces content and caption; editMessageCaption the caption."""
    sent = await bot.send_message(alice.id, "Drawing…")
    await bot.edit_message_media(InputMediaPhoto(picture, "<b>Week</b>", parse_mode="HTML"), alice.id, sent.message_id)
    assert (picture, "<b>Week</b>") == (alice.last.photo, alice.last.html)

    await bot.edit_message_caption(alice.id, sent.message_id, caption="Month")
    assert alice.last.text == "Month"

    await bot.edit_message_media(InputMediaDocument(b"a,b"), alice.id, sent.message_id)
    assert (alice.last.photo, alice.last.document, alice.last.text) == (None, b"a,b", "")


async def test_broken_markup_is_refused(bot: Bot, alice: Person) -> None:
    """Reply markup that is not JSON is refused."""
    sent = await bot.send_message(alice.id, "x")
    call = bot.edit_message_text("x", alice.id, sent.message_id, api_kwargs={"reply_markup": "{broken"})

    assert (await refusal(call)).capitalize() == "Can't parse reply_markup json object"


async def test_a_message_is_deleted_within_two_days(bot: Bot, alice: Person, clock: MovableClock) -> None:
    """48 hours after sending a message stays for good."""
    young = await bot.send_message(alice.id, "young")
    old = await bot.send_message(alice.id, "old")
    clock.skip(hours=48)
    await bot.delete_message(alice.id, young.message_id)
    clock.skip(seconds=1)

    assert await refusal(bot.delete_message(alice.id, old.message_id)) == "Message can't be deleted for everyone"
    assert await refusal(bot.delete_message(alice.id, young.message_id)) == "Message to delete not found"
    assert [message.text for message in alice.messages] == ["old"]


async def test_a_reply_quotes_its_message(bot: Bot, alice: Person) -> None:
    """reply_parameters attach the original; a missing one is refused unless that is allowed."""
    alice.write("how?")
    asked = alice.messages[-1].id
    sent = await bot.send_message(alice.id, "so", reply_parameters=ReplyParameters(asked))
    again = await bot.send_message(alice.id, "so", reply_parameters=ReplyParameters(sent.message_id))
    lenient = await bot.send_message(
        alice.id, "so", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True)
    )

    assert sent.reply_to_message and again.reply_to_message
    assert (
        sent.reply_to_message.text,
        again.reply_to_message.reply_to_message,
        lenient.reply_to_message,
    ) == ("how?", None, None)
    strict = bot.send_message(alice.id, "so", reply_parameters=ReplyParameters(999))
    assert await refusal(strict) == "Message to be replied not found"


async def test_a_reply_keyboard_shows_its_keys(bot: Bot, alice: Person) -> None:
    """Keys may be plain words or buttons; pressing one writes its label."""
    await bot.send_message(
        alice.id, "When?", reply_markup=ReplyKeyboardMarkup([["Morning", KeyboardButton("My number", True)]])
    )
    alice.press("Morning")
    alice.press("My number")

    updates = await bot.get_updates()
    assert alice.keyboard == [["Morning", "My number"]]
    assert [(update.message.text, update.message.contact is not None) for update in updates if update.message] == [
        ("Morning", False),
        (None, True),
    ]


async def test_history_is_bounded(bot: Bot, alice: Person) -> None:
    """Only the latest messages of a chat are kept."""
    for _ in range(HISTORY):
        alice.write("x")
    await bot.send_message(alice.id, "last")

    assert (len(alice.messages), alice.messages[-1].text) == (HISTORY, "last")


async def test_chats_can_be_looked_up_and_left(bot: Bot, state: SandboxState, alice: Person) -> None:
    """getChat describes a chat; leaveChat ends the bot's stay in a group, never in private."""
    group = state.group("Runners", [alice])
    assert (
        (await bot.get_chat(alice.id)).first_name,
        (await bot.get_chat(group.id)).title,
    ) == ("Alice", "Runners")
    await bot.leave_chat(group.id)

    assert await refusal(bot.send_message(group.id, "x")) == "Forbidden: bot is not a member of the group chat"
    assert await refusal(bot.leave_chat(alice.id)) == "Chat member status can't be changed in private chats"


async def test_chat_actions_are_known_ones(bot: Bot, alice: Person) -> None:
    """Typing is accepted, nonsense is not."""
    assert await bot.send_chat_action(alice.id, "typing")
    assert await refusal(bot.send_chat_action(alice.id, "dancing")) == "Wrong parameter action in request"


async def test_a_big_picture_is_measured(bot: Bot, alice: Person) -> None:
    """The size of a picture is read from its bytes."""
    message = await bot.send_photo(alice.id, png(40, 30))

    assert (message.photo[0].width, message.photo[0].height) == (40, 30)


async def test_unknown_media_cannot_be_put_in(bot: Bot, alice: Person) -> None:
    """Kinds of media that the sandbox does not know are refused by name."""
    sent = await bot.send_message(alice.id, "x")
    call = bot.edit_message_media(InputMediaVideo("id"), alice.id, sent.message_id)

    assert await refusal(call) == "Can't parse inputmedia: the sandbox takes photo and document"


@pytest.mark.parametrize(
    "markup", [{"nothing": True}, ["x"], {"inline_keyboard": "x"}, {"inline_keyboard": [{"text": "x"}]}]
)
async def test_odd_markup_is_refused(bot: Bot, alice: Person, markup: object) -> None:
    """Markup of no known form is refused."""
    call = bot.send_message(alice.id, "x", api_kwargs={"reply_markup": markup})

    assert (await refusal(call)).capitalize() == "Can't parse reply keyboard markup json object"


async def test_an_empty_inline_keyboard_is_none(bot: Bot, alice: Person) -> None:
    """Rows without buttons leave no keyboard."""
    await bot.send_message(alice.id, "x", reply_markup=InlineKeyboardMarkup([[]]))

    assert "reply_markup" not in alice.last.wire


async def test_a_missing_label_is_named(bot: Bot, alice: Person) -> None:
    """Asking a message for a button it lacks names those it has."""
    await bot.send_message(alice.id, "x", reply_markup=keys(InlineKeyboardButton("A", callback_data="a")))

    with pytest.raises(LookupError, match=r"no button 'B' under 'x'; there are \['A'\]"):
        alice.last.button("B")
