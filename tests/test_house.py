"""The rules of the house that no other tool checks."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from bot.dialogue.nudges.faces import FACES
from bot.dialogue.routes import AWAITED, BUTTONS, COMMANDS
from bot.dialogue.times import Question, Reason
from bot.dialogue.when import QUESTIONS, REFUSALS
from bot.version import VERSION
from db.knowledge.loader import load
from jobs.suggest.kinds import KINDS

ROOT = Path(__file__).parents[1]
SOURCES = [path for floor in ("bot", "jobs", "db") for path in sorted((ROOT / floor).rglob("*.py"))]
TESTS = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))


def _trees(*exceptions: str) -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        if name not in exceptions:
            yield name, ast.parse(path.read_text())


@pytest.mark.parametrize("route", COMMANDS.values(), ids=COMMANDS)
def test_every_command_has_menu_help_and_a_test(route: "object") -> None:
    """Telegram takes 1 to 256 characters of description and 32 of name."""
    name, menu, help_line = (getattr(route, part) for part in ("name", "menu", "help"))

    assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
    assert 1 <= len(menu) <= 256
    assert help_line.startswith(f"/{name} — ")
    assert f"/{name}" in TESTS


def test_buttons_and_awaited_answers_have_handlers_and_tests() -> None:
    """A button that nobody tests is a button that nobody mends."""
    assert [action for action in BUTTONS if f"1:{action}:" not in TESTS] == []
    assert {
        "bedtime",
        "consent",
        "done_at",
        "kind",
        "pause",
        "retime",
        "setting",
        "setup",
        "time",
        "workout",
        "zone",
    } == set(AWAITED)


def test_every_nudge_kind_has_words_caution_card_and_times() -> None:
    """A kind is a row of a table; these are the tables that know it."""
    cards = {*load().nutrients, "stretching"}

    assert list(KINDS) == list(FACES)
    assert all(face.suggested and face.examples for face in FACES.values())
    assert {kind.card for kind in KINDS.values() if kind.card is not None} <= cards


def test_every_refusal_and_question_of_the_grammar_has_words() -> None:
    """A new reason cannot be forgotten."""
    assert set(Reason) == set(REFUSALS)
    assert set(Question) == set(QUESTIONS)


def test_only_the_settings_read_the_environment() -> None:
    """And the clock is read where the composition root gets it."""
    reads = {
        (name, node.attr)
        for name, tree in _trees()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"})
        or (isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"})
    }  # fmt: skip

    assert {("bot/clock.py", "now"), ("bot/settings.py", "environ")} == reads


def test_packages_do_nothing_when_imported() -> None:
    """Empty __init__ files, and no engine, bot or clock made on the way."""
    assert [path for path in SOURCES if path.name == "__init__.py" and path.read_text().strip()] == []
    assert [
        (name, statement.lineno)
        for name, tree in _trees("bot/__main__.py", "db/migrations/env.py")
        for statement in tree.body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    ] == []


def test_public_functions_say_what_they_mean() -> None:
    """A docstring for whatever another module may call, unless its name and types say it all in a few lines."""
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in _trees()
        if "/versions/" not in name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and (node.end_lineno or 0) - node.lineno > 12
    ]

    assert silent == []


def test_the_release_is_the_same_everywhere() -> None:
    """The image holds no pyproject.toml, and the metrics name the release."""
    assert VERSION == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_links_in_the_documents_lead_somewhere() -> None:
    """Relative links, images included."""
    broken = [
        f"{page.name}: {target}"
        for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "db").rglob("*.md"))
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []


@pytest.mark.parametrize(("library", "home"), [("apscheduler", "jobs.scheduler"), ("ephem", "jobs.solar")])
def test_the_layer_contracts_know_every_room_of_jobs(library: str, home: str) -> None:
    """A new module is watched from its first day."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (watched,) = (c["source_modules"] for c in contracts if c.get("forbidden_modules") == [library])
    rooms = {f"jobs.{path.stem}" for path in (ROOT / "jobs").glob("*.py") if path.stem != "__init__"}

    assert {*rooms, "jobs.suggest", "bot", "db"} - {home} == set(watched)


def test_no_text_is_marked_inside_an_f_string() -> None:
    """Python 3.12 and later find such a text for the template, Python 3.11 does not."""
    found = [
        f"{name}:{call.lineno}"
        for name, tree in _trees()
        for string in ast.walk(tree)
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_" and isinstance(call.args[0], ast.Constant)
    ]

    assert [] == found


def test_every_package_that_the_bot_brings_along_is_listed_with_its_terms() -> None:
    """And none of them would make the bot's own code another licence's."""
    locked = re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    listed = (ROOT / "docs" / "licences.md").read_text()
    rows = dict(re.findall(r"^\| (\S+) +\| \S+ +\| (.+?) +\|$", listed, re.MULTILINE))
    terms = {name.lower().replace("_", "-"): term for name, term in rows.items()} | {"httpx-aiohttp": "BSD-3-Clause"}
    here = {name for name in locked if _is_installed(name)}
    free = ("MIT", "BSD", "Apache", "PSF", "Python Software Foundation", "Mozilla", "MPL", "LGPL")

    assert len(here) > 30
    assert here - terms.keys() == set()
    assert [name for name in here if not terms[name].startswith(free)] == []


def _is_installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:  # for another system, or another Python
        return False


def test_the_threat_model_names_tests_that_exist() -> None:
    named = re.findall(r"`(?:tests/)?((?:\w+/)*test_\w+\.py)`", (ROOT / "SECURITY.md").read_text())
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}

    assert len(named) > 10
    assert [name for name in named if name.rpartition("/")[2] not in there] == []
