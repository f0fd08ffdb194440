"""The pictures of stretches and first aid: all there, none too many, up to date, small, and people with joints."""

import struct
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.pictures.figures import body, figures, poses, render, scene
from bot.pictures.figures.shapes import direction
from db.knowledge import loader
from db.knowledge.cards import FALLBACK
from db.knowledge.care import Phase

KILOBYTE = 1000
POSES = [
    pytest.param(pose, id=f"{stretch}.{step}")
    for stretch, steps in poses.read().items()
    for step, pose in steps.items()
]


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return render.rendered()


def _size(png: bytes) -> tuple[int, int]:
    """Width and height stand in the first chunk of every PNG."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_every_step_has_a_picture_and_no_picture_is_left_over() -> None:
    """Changing sides needs none; first aid has one for each place that it names."""
    edition = loader.load().editions[FALLBACK]
    steps = {
        (stretch.id, step.id) for stretch in edition.stretching.stretches for step in stretch.steps if step.id != "swap"
    }
    places = {("first_aid", step.statement.id) for step in edition.first_aid if step.phase is Phase.HOLD and step.site}

    assert {figures.name(*key) for key in steps | places} | {"avatar.png"} == {
        png.name for png in figures.PNG.iterdir()
    }


def test_the_pictures_are_what_their_sources_draw(drawn: dict[str, bytes]) -> None:
    """`make figures` mends this."""
    assert [] == [file for file, png in drawn.items() if png != (figures.PNG / file).read_bytes()]


@pytest.mark.parametrize(("stretch", "step"), [("calf_wall", "swap"), ("calf_wall", "jump"), ("yoga", "lean_in")])
def test_what_has_no_picture_is_a_key_error(stretch: str, step: str) -> None:
    """Changing legs, an unknown step, an unknown stretch."""
    with pytest.raises(KeyError, match=f"{stretch}.{step}"):
        figures.figure(stretch, step)


def test_figures_fit_a_chat() -> None:
    """Four by three, and quick to load on a phone at night."""
    pictures = [figures.figure(*file.stem.split(".")) for file in figures.PNG.glob("*.*.png")]

    assert {(figures.WIDTH, figures.HEIGHT)} == {_size(png) for png in pictures}
    assert 60 * KILOBYTE > max(len(png) for png in pictures)


def test_the_avatar_is_a_square() -> None:
    """Telegram cuts a circle out of it."""
    assert (figures.AVATAR_SIDE, figures.AVATAR_SIDE) == _size(figures.avatar())


@pytest.mark.parametrize("pose", POSES)
def test_a_picture_has_no_words_and_covers_its_page(pose: poses.Pose) -> None:
    """Words are translated elsewhere; the ground of its own makes it read on dark and light."""
    svg = scene.draw(pose)
    left, top, width = pose.view

    assert "<text" not in svg
    assert f'<rect x="{left}" y="{top}" width="{width}" height="{width * 3 // 4}"' in svg
    assert scene.FLOOR < top + width * 3 // 4 <= figures.HEIGHT


@pytest.mark.parametrize("pose", POSES)
def test_nobody_goes_through_the_floor(pose: poses.Pose) -> None:
    """A foot on the floor has its ankle 27 pixels above it."""
    assert scene.FLOOR - 27 >= max(leg.ankle.imag for leg in (pose.near_leg, pose.far_leg))


@pytest.mark.parametrize("lean", [-80, 0, 40])
def test_knees_bend_forwards_and_elbows_backwards(lean: float) -> None:
    """However the person is turned; forwards is to the right of somebody upright."""
    turn = direction(lean)
    knee = body.hinge(0j, 200j * turn, body.THIGH, body.SHIN, body.KNEE)
    elbow = body.hinge(0j, 150j * turn, body.UPPER_ARM, body.FOREARM, body.ELBOW)

    assert (knee / turn).real > 0 > (elbow / turn).real
    assert pytest.approx((body.THIGH, body.SHIN)) == (abs(knee), abs(200j * turn - knee))


def test_nobody_is_stretched_longer_than_they_are() -> None:
    """A pose that asks for a longer arm is a mistake in the pose."""
    with pytest.raises(ValueError, match="12 px out of reach"):
        body.hinge(0j, 200 + 0j, body.UPPER_ARM, body.FOREARM, body.ELBOW)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [('hip = [1, "up"]', "hip"), ("hip = [1, 2]\nhop = 3", "hop"), ('hip = [1, 2]\nmuscle = "ear"', "muscle")],
)
def test_a_pose_that_makes_no_sense_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    """With the name of the field."""
    file = tmp_path / "poses.toml"
    view = "view = [0, 0, 960]\n"
    limbs = "near_leg = { ankle = [1, 2] }\nfar_leg = { ankle = [1, 2] }\nnear_arm = { hand = [1, 2] }\n"
    file.write_text(f"[a.b]\n{view}{limbs}far_arm = {{ hand = [1, 2] }}\n{line}\n")

    with pytest.raises(ValidationError, match=complaint):
        poses.read(file)


def test_rendering_leaves_only_what_is_drawn(tmp_path: Path, drawn: dict[str, bytes]) -> None:
    """A picture whose pose is gone goes too."""
    (tmp_path / "old.png").write_bytes(b"")

    render.main(tmp_path)

    assert drawn == {png.name: png.read_bytes() for png in tmp_path.iterdir()}
