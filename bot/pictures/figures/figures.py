"""The pictures that go out with a step: rendered beforehand (`make figures`), so that the bot only reads files."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PNG = HERE / "png"
AVATAR = HERE / "avatar.svg"
WIDTH, HEIGHT, AVATAR_SIDE = 960, 720, 512


def name(stretch_id: str, step_id: str) -> str:
    return f"{stretch_id}.{step_id}.png"


@cache
def figure(stretch_id: str, step_id: str) -> bytes:
    """The PNG of a step of a stretch, or of first aid for one place under the stretch "first_aid". It holds no words.

    Raises KeyError where there is no picture: "swap" steps and whatever is unknown.
    """
    try:
        return (PNG / name(stretch_id, step_id)).read_bytes()
    except FileNotFoundError as missing:
        raise KeyError(f"{stretch_id}.{step_id}") from missing


def avatar() -> bytes:
    """The bot's face as a square PNG; nothing that matters lies outside the circle that Telegram cuts out."""
    return (PNG / "avatar.png").read_bytes()
