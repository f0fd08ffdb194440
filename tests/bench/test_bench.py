"""The benchmarks work: tiny ones, on SQLite, without a word on how fast they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import __main__ as runner
from tests.bench import page
from tests.bench.bench import SMOKE, Bench, Row
from tests.bench.bursts import burst
from tests.bench.figures.nudges import drained
from tests.bench.figures.server import server


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench(size=SMOKE, say=lambda _doing: None) as made:
        yield made


def test_every_nudge_goes_the_whole_path_and_arrives_once(bench: Bench) -> None:
    """The deliverer alone, without a limit, then the program itself with one."""
    people, rate = SMOKE.slow_burst
    drained(bench, "sqlite")
    chats = [arrival.chat_id for arrival in bench.telegram.arrivals()]
    came = burst(bench, "sqlite", people=people, rate=rate)

    assert SMOKE.nudges == len(chats) == len(set(chats))
    assert (0, 0) == (came.lost, came.twice)


def test_the_server_counts_what_arrives(bench: Bench) -> None:
    """As many as were sent to it."""
    [_row] = server(bench)

    assert SMOKE.nudges == bench.telegram("count")


def test_an_unknown_figure_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    """And the sentence names those there are."""
    with pytest.raises(SystemExit) as stopped:
        runner.main(["speed"])

    assert 2 == stopped.value.code
    assert f"there is no figure speed: choose of {', '.join(runner.FIGURES)}" in capsys.readouterr().err


def test_the_page_gets_the_table_between_its_marks(tmp_path: Path) -> None:
    """What is around it stays; a page without marks is refused."""
    path = tmp_path / "page.md"
    path.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    page.write(path, [Row("claims", "1.1 ×", "", "≤ 1.3 ×", met=True)])
    text = path.read_text()
    path.write_text("no marks")

    assert "| claims | 1.1 × |  | ≤ 1.3 × | yes |\n<!-- end of figures -->\nafter" in text
    assert text.startswith("before\n<!-- figures -->\nMeasured on ")
    with pytest.raises(LookupError, match="has no place for the figures"):
        page.write(path, [])
