"""What the bot told the server about itself: names, descriptions, command lists, menu button."""

from dataclasses import dataclass, field

from bot.sandbox.errors import Json


@dataclass(slots=True)
class BotProfile:
    """The bot's public face. Texts are by language code, "" being the fallback."""

    id: int
    username: str = "sandbox_bot"
    names: dict[str, str] = field(default_factory=lambda: {"": "Sandbox bot"})
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})

    def wire(self) -> Json:
        """The User that getMe answers and that signs the bot's messages."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.names.get("", ""),
            "username": self.username,
            "can_join_groups": True,
            "can_read_all_group_messages": True,
            "supports_inline_queries": True,
        }

    def commands_for(self, chat_id: int, language: str) -> list[Json]:
        """The menu a person with this language sees in their private chat, most special list first."""
        for scope in (f"chat:{chat_id}", "all_private_chats", "default"):
            for code in (language, ""):
                if found := self.commands.get((scope, code)):
                    return found
        return []
