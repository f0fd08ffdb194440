"""Updates of every kind that the library knows, and of kinds that nobody knows yet: well-formed, odd and broken.

The same seed gives the same updates. Nothing in them is from, or in the chat of, the person who must be left alone;
their ids are named everywhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from telegram import Message, Update

from bot.dialogue.routes import BUTTONS, COMMANDS
from tests.fuzz.values import NUMBERS, TEXTS, anything, spoiled

Json = dict[str, Any]

KINDS = tuple(name for name in Update.__slots__ if not name.startswith("_") and name != "update_id")
CONTENTS = tuple(
    name
    for name in Message.__slots__
    if not name.startswith("_") and name not in {"from_user", "sender_chat", "reply_markup"}
)
_DATE = 1772452800
_SPOILED = 0.3
_WORDS = (
    "magnesium", "night cramps", "stretch", "remind me to stretch at 21:30", "every day", "weekdays 9:00", "berlin",
    "my calf is swollen and hot", "vegan", "no nuts", "45 run hot", "3d", "until monday", "22:30", "kidney", "yes",
    "no", "80 kg", "female", "skip", "in 10 minutes", "clear", "off", "b6", "food", "hydrate", "sun", "6h ago",
    "tomorrow",
)  # fmt: skip
_CHAT_TYPES = ("group", "supergroup", "channel", "sender", "unheard_of")
# Where people mostly are.
_OFTEN = ("message", "message", "message", "callback_query", "callback_query", "inline_query")


class Updates:
    """`people`: whose updates these are. `others`: ids of rows and people that must stay as they are."""

    def __init__(self, seed: int, *, people: Sequence[int], others: Sequence[int]) -> None:
        self._rng = Random(seed)  # noqa: S311 - it has to come again
        self._people = people
        self._others = others
        self._number = 0

    def next(self) -> Json:
        """One more, without its `update_id`."""
        self._number += 1
        rng = self._rng
        kind = rng.choice(_OFTEN) if rng.random() < 0.6 else rng.choice((*KINDS, "future_kind"))
        body = _BODIES.get(kind, Updates._unknown)(self)
        if rng.random() < _SPOILED:
            body = spoiled(rng, body)
        update = {kind: body}
        if rng.random() < 0.05:
            update[rng.choice((*KINDS, "other_future_kind"))] = anything(rng)
        return update

    # Who and where -------------------------------------------------------------------------------

    def _user(self) -> Json:
        rng = self._rng
        user: Json = {"id": rng.choice(self._people), "is_bot": False, "first_name": self._text()}
        for name in ("last_name", "username", "language_code"):
            if rng.random() < 0.3:
                user[name] = self._text()
        return user | ({"is_premium": True, "unheard_of": {"x": 1}} if rng.random() < 0.1 else {})

    def _other(self) -> Json:
        return {"id": self._rng.choice(self._others), "is_bot": False, "first_name": "Other"}

    def _chat(self, user: Json) -> Json:
        if self._rng.random() < 0.8:
            return {"id": user["id"], "type": "private", "first_name": user["first_name"]}
        return self._group()

    def _group(self) -> Json:
        return {"id": -self._rng.randrange(1, 200), "type": self._rng.choice(_CHAT_TYPES), "title": self._text()}

    # What ----------------------------------------------------------------------------------------

    def _text(self) -> str:
        rng = self._rng
        match rng.randrange(6):
            case 0:
                return rng.choice(TEXTS)
            case 1:
                return f"{rng.choice(_WORDS)} {rng.choice(TEXTS)}"
            case 2:
                return str(rng.choice((*NUMBERS, *self._others)))
            case _:
                return rng.choice(_WORDS)

    def _said(self) -> str:
        rng = self._rng
        name = rng.choice((*COMMANDS, "start", "unheard_of", "admin", "why_magnesium", "help@other_bot"))
        return f"/{name} {self._text()}" if rng.random() < 0.5 else self._text()

    def _content(self) -> Json:
        rng, name = self._rng, self._rng.choice(CONTENTS)
        if rng.random() < 0.6:
            return {"text": self._said()}
        maker = _CONTENTS.get(name)
        return {name: maker(self) if maker else anything(rng)}

    def _message(self) -> Json:
        rng, user = self._rng, self._user()
        message = {"message_id": self._number, "date": _DATE, "chat": self._chat(user), "from": user, **self._content()}
        if rng.random() < 0.1:
            other = self._other()
            message["reply_to_message"] = {
                "message_id": 1, "date": _DATE, "from": other, "text": self._text(),
                "chat": {"id": other["id"], "type": "private"},
            }  # fmt: skip
        if rng.random() < 0.1:
            message["entities"] = [{"type": "bot_command", "offset": rng.choice(NUMBERS), "length": 4}]
        return message

    def _data(self) -> str:
        rng = self._rng
        args = [
            rng.choice((*TEXTS[:30], *_WORDS, *map(str, self._others), "done", "list", "1", "set", "yes", "again"))
            for _ in range(rng.randrange(4))
        ]
        return ":".join((rng.choice(("1", "1", "1", "1", "0", "")), rng.choice((*BUTTONS, "unheard_of")), *args))

    def _tap(self) -> Json:
        rng, user = self._rng, self._user()
        tap: Json = {"id": str(self._number), "from": user, "chat_instance": "1", "data": self._data()}
        match rng.randrange(8):
            case 0:
                tap["inline_message_id"] = "inline-1"
            case 1:
                tap["game_short_name"] = tap.pop("data")
            case 2:  # not accessible any more
                tap["message"] = {"message_id": 5, "date": 0, "chat": self._chat(user)}
            case 3:
                other = self._other()
                tap["message"] = {"message_id": 1, "date": _DATE, "chat": {"id": other["id"], "type": "private"}}
            case _:
                chat = self._chat(user)
                tap["message"] = {"message_id": rng.choice((1, 5, 10**9)), "date": _DATE, "chat": chat, "text": "x"}
        return tap

    def _inline(self) -> Json:
        return {"id": str(self._number), "from": self._user(), "query": self._text(), "offset": self._text()}

    def _chosen(self) -> Json:
        return {"result_id": self._text(), "from": self._user(), "query": self._text()}

    def _member(self) -> Json:
        user = self._user()
        status = self._rng.choice(("member", "kicked", "left", "administrator", "restricted", "unheard_of"))
        one = {"user": self._other(), "status": status}
        return {
            "chat": self._chat(user), "from": user, "date": _DATE, "old_chat_member": one,
            "new_chat_member": one | {"until_date": 0},
        }  # fmt: skip

    def _reaction(self) -> Json:
        user = self._user()
        emoji = [{"type": "emoji", "emoji": "👍"}, {"type": "custom_emoji", "custom_emoji_id": "1"}, {"type": "paid"}]
        return {
            "chat": self._chat(user), "message_id": 1, "user": user, "date": _DATE, "old_reaction": [],
            "new_reaction": emoji,
        }  # fmt: skip

    def _reactions(self) -> Json:
        counted = [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": self._rng.choice(NUMBERS)}]
        return {"chat": self._group(), "message_id": 1, "date": _DATE, "reactions": counted}

    def _poll(self) -> Json:
        return {
            "id": "1", "question": self._text(), "options": [{"text": self._text(), "voter_count": 1}],
            "type": "regular", "total_voter_count": 1, "is_closed": False, "is_anonymous": True,
            "allows_multiple_answers": False,
        }  # fmt: skip

    def _poll_answer(self) -> Json:
        return {"poll_id": "1", "user": self._user(), "option_ids": [0, 10**12]}

    def _checkout(self) -> Json:
        return {
            "id": str(self._number), "from": self._user(), "currency": "XTR", "total_amount": 10**9,
            "invoice_payload": self._text(),
        }  # fmt: skip

    def _shipping(self) -> Json:
        address = dict.fromkeys(
            ("country_code", "state", "city", "street_line1", "street_line2", "post_code"), self._text()
        )
        return {"id": "1", "from": self._user(), "invoice_payload": self._text(), "shipping_address": address}

    def _paid_media(self) -> Json:
        return {"from": self._user(), "paid_media_payload": self._text()}

    def _business(self) -> Json:
        user = self._user()
        return {"id": "b1", "user": user, "user_chat_id": user["id"], "date": _DATE, "is_enabled": True, "rights": {}}

    def _business_deleted(self) -> Json:
        return {"business_connection_id": "b1", "chat": self._chat(self._user()), "message_ids": [1, 2**40]}

    def _join(self) -> Json:
        user = self._user()
        return {"chat": self._group(), "from": user, "user_chat_id": user["id"], "date": _DATE, "bio": self._text()}

    def _boost(self) -> Json:
        source = {"source": "premium", "user": self._user()}
        boost = {"boost_id": "1", "add_date": _DATE, "expiration_date": _DATE, "source": source}
        return {"chat": self._group(), "boost": boost}

    def _boost_removed(self) -> Json:
        return {
            "chat": self._group(), "boost_id": "1", "remove_date": _DATE,
            "source": {"source": "gift_code", "user": self._user()},
        }  # fmt: skip

    def _managed(self) -> Json:
        return {"user": self._user(), "bot": {"id": 5, "is_bot": True, "first_name": "Bot", "username": "any_bot"}}

    def _unknown(self) -> Any:
        return anything(self._rng)

    def _file(self) -> Json:
        return {
            "file_id": "f", "file_unique_id": "f", "width": 1, "height": 1, "duration": 1, "length": 1,
            "is_video": False, "is_animated": False, "type": "regular", "file_name": self._text(),
            "title": self._text(),
        }  # fmt: skip

    def _photos(self) -> list[Json]:
        return [self._file()]

    def _location(self) -> Json:
        degrees = (0, 52.5, -33.9, 91, 1e308, float("nan"), "52.5", None, *NUMBERS)
        return {"latitude": self._rng.choice(degrees), "longitude": self._rng.choice(degrees)}

    def _contact(self) -> Json:
        return {"phone_number": self._text(), "first_name": self._text(), "user_id": self._rng.choice(self._others)}


_CONTENTS: Mapping[str, Callable[[Updates], Any]] = {
    "text": Updates._said,
    "caption": Updates._said,
    "photo": Updates._photos,
    "location": Updates._location,
    "contact": Updates._contact,
    "poll": Updates._poll,
    "new_chat_members": lambda updates: [updates._other(), updates._user()],
    "left_chat_member": Updates._other,
    "pinned_message": Updates._message,
    **dict.fromkeys(("document", "voice", "audio", "sticker", "animation", "video", "video_note"), Updates._file),
    **dict.fromkeys(("new_chat_title", "author_signature", "connected_website"), Updates._text),
}
_BODIES: Mapping[str, Callable[[Updates], Any]] = {
    **dict.fromkeys(
        ("message", "edited_message", "channel_post", "edited_channel_post", "business_message",
         "edited_business_message", "guest_message"), Updates._message
    ),
    "callback_query": Updates._tap,
    "inline_query": Updates._inline,
    "chosen_inline_result": Updates._chosen,
    "my_chat_member": Updates._member,
    "chat_member": Updates._member,
    "message_reaction": Updates._reaction,
    "message_reaction_count": Updates._reactions,
    "poll": Updates._poll,
    "poll_answer": Updates._poll_answer,
    "pre_checkout_query": Updates._checkout,
    "shipping_query": Updates._shipping,
    "purchased_paid_media": Updates._paid_media,
    "business_connection": Updates._business,
    "deleted_business_messages": Updates._business_deleted,
    "chat_join_request": Updates._join,
    "chat_boost": Updates._boost,
    "removed_chat_boost": Updates._boost_removed,
    "managed_bot": Updates._managed,
}  # fmt: skip
