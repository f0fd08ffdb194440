"""docs/privacy.md: the policy as one page, of the texts and the table that the chat uses. `make privacy` writes it."""

import re
from html import unescape
from pathlib import Path

from markupsafe import Markup

from bot.dialogue.privacy import policy
from bot.dialogue.words import SOURCE_LANGUAGE, words_for
from jobs.farewell import Terms

PAGE = Path(__file__).parents[3] / "docs" / "privacy.md"
_INTRO = """# Privacy

What `/privacy` says in the chat. `make privacy` writes it, of the table that the export, deletion and housekeeping go
by (`db/inventory.py`). Whoever runs the bot can make the times for people who have gone shorter, `KEEP_INACTIVE_DAYS`
and `KEEP_BLOCKED_DAYS`, and say in the chat how to be reached, `OPERATOR_CONTACT`."""
_SIGNS = {"b": "**", "i": "*", "code": "`"}


def written() -> str:
    """The page as it should be, with the longest times that data are kept."""
    words, terms = words_for(SOURCE_LANGUAGE), Terms()
    parts = [_INTRO, _markdown(policy.summary(words, terms))]
    for label, part in policy.PARTS.values():
        parts += ["## " + words.gettext(label), _markdown(part(words, terms))]
    return "\n\n".join(parts) + "\n"


def _markdown(text: Markup) -> str:
    plain = re.sub(r"</?(b|i|code)>", lambda tag: _SIGNS[tag[1]], str(text))
    return re.sub("^• ", "- ", unescape(plain), flags=re.MULTILINE)


def main(page: Path = PAGE) -> None:
    """Writes the page."""
    page.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
