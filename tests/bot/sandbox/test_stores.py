"""Files, the feed and the queries on their own."""

import struct

import pytest

from bot.sandbox import files
from bot.sandbox.errors import ApiError
from bot.sandbox.feed import MAX_UNREAD_EVENTS, Feed
from bot.sandbox.files import FileStore, Upload, picture_size, picture_type
from bot.sandbox.queries import KEPT_QUERIES, Queries
from tests.bot.sandbox.conftest import png

JPEG = b"\xff\xd8" + b"\xff\xe0\x00\x04ab" + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 30, 40) + b"\x01"
GIF = b"GIF89a" + struct.pack("<HH", 40, 30)


@pytest.mark.parametrize(("data", "kind"), [(png(40, 30), "png"), (JPEG, "jpeg"), (GIF, "gif")])
def test_pictures_are_measured(data: bytes, kind: str) -> None:
    """Width and height come out of each format's header."""
    assert ((40, 30), f"image/{kind}") == (picture_size(data), picture_type(data))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", JPEG[:12], b"\xff\xd8\xff\xda\x00\x02", b"\xff\xd8zzzz"])
def test_broken_pictures_are_refused(data: bytes) -> None:
    """A header without a size is no picture."""
    with pytest.raises(ApiError, match="IMAGE_PROCESS_FAILED"):
        picture_size(data)


def test_the_oldest_files_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its room the store drops the oldest file, never the newest."""
    monkeypatch.setattr(files, "MAX_KEPT_BYTES", 3)
    store = FileStore()
    first = store.keep("documents", Upload("a.txt", b"ab"))
    second = store.keep("documents", Upload("b.txt", b"cdef"))

    assert (None, second) == (store.at(first.path), store.at(second.path))


def test_a_page_that_lags_has_to_start_over() -> None:
    """A watcher that reads nothing gets an end instead of ever more events."""
    feed = Feed()
    watcher = feed.watch()
    for _ in range(MAX_UNREAD_EVENTS + 5):
        feed.publish({"type": "x"})

    told = [watcher.get_nowait() for _ in range(watcher.qsize())]
    assert (len(told), told[-1]) == (MAX_UNREAD_EVENTS + 1, None)


def test_a_closed_feed_ends_new_watchers() -> None:
    """Whoever watches after the end is told so at once."""
    feed = Feed()
    feed.close()

    assert feed.watch().get_nowait() is None


def test_old_queries_are_forgotten() -> None:
    """The oldest of too many open taps can no longer be answered."""
    queries = Queries()
    first = queries.tap(1, 1, 1, "x")
    later = [queries.tap(1, 1, 1, "x") for _ in range(KEPT_QUERIES)]

    assert queries.take_tap(later[0].id) is later[0]
    with pytest.raises(ApiError, match="query is too old"):
        queries.take_tap(first.id)
