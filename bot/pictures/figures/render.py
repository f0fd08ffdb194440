"""`python -m bot.pictures.figures.render` draws every picture anew from poses.toml and avatar.svg (needs resvg-py)."""

from pathlib import Path

import resvg_py

from bot.pictures.figures.figures import AVATAR, AVATAR_SIDE, PNG, WIDTH, name
from bot.pictures.figures.poses import read
from bot.pictures.figures.scene import draw


def rendered() -> dict[str, bytes]:
    """Every PNG by file name. The same sources give the same bytes with the same release of the renderer."""
    drawings = {
        name(stretch, step): (draw(pose), WIDTH) for stretch, steps in read().items() for step, pose in steps.items()
    }
    drawings["avatar.png"] = AVATAR.read_text(encoding="utf-8"), AVATAR_SIDE
    return {
        file: resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True)
        for file, (svg, width) in drawings.items()
    }


def main(folder: Path = PNG) -> None:
    """Writes every picture to `folder` and removes those that nothing draws any more."""
    folder.mkdir(exist_ok=True)
    pictures = rendered()
    for file, png in pictures.items():
        (folder / file).write_bytes(png)
    for stray in set(folder.glob("*.png")) - {folder / file for file in pictures}:
        stray.unlink()


if __name__ == "__main__":
    main()
