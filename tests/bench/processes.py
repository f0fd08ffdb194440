"""Processes of their own: what is measured has one core for itself, and everything around it the other one."""

import asyncio
import inspect
import multiprocessing
import os
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import uvloop

# A fresh interpreter, as a user would start it: nothing of the runner's memory is counted.
_SPAWN = multiprocessing.get_context("spawn")
_CAN_CHOOSE = hasattr(os, "sched_setaffinity")


class ChildError(Exception):
    """A process of the benchmark failed or took too long; the message says what it said."""


def cores() -> tuple[set[int], set[int]]:
    """The cores for what is measured, and those for the server, the database and the runner."""
    first, *others = sorted(allowed())
    return {first}, set(others) or {first}


def allowed() -> set[int]:
    """The cores that this process may use; no more than a name for them where the system does not tell."""
    return os.sched_getaffinity(0) if _CAN_CHOOSE else {0}


def stay_on(cores: set[int], process: int = 0) -> None:
    """Keep a process on these cores, by default this one, where the system allows it."""
    if _CAN_CHOOSE:
        os.sched_setaffinity(process, cores)


def pipe() -> tuple[Connection, Connection]:
    """Two ends; one can be handed to a `Child`."""
    return _SPAWN.Pipe()


class Child:
    """`work(*arguments)` in a process of its own, on the given cores; a coroutine function gets an event loop."""

    def __init__(self, work: Callable[..., Any], *arguments: Any, on: set[int]) -> None:
        self._answers, theirs = _SPAWN.Pipe(duplex=False)
        self._process = _SPAWN.Process(target=_work, args=(theirs, on, work, arguments), daemon=True)
        self._process.start()
        theirs.close()

    def result(self, *, within: float) -> Any:
        """What it returned. Raises ChildError; in any case its process is over."""
        try:
            if not self._answers.poll(within):
                raise ChildError(f"no result within {within:g} seconds")
            is_good, answer = self._answers.recv()
        except EOFError:
            raise ChildError("the process ended without a result") from None
        finally:
            self.end()
        if not is_good:
            raise ChildError(str(answer))
        return answer

    def end(self) -> None:
        """End its process, whatever it is doing."""
        self._process.join(0.5)
        if self._process.is_alive():
            self._process.kill()
        self._process.join(10)
        self._answers.close()


def _work(answers: Connection, on: set[int], work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    stay_on(on)
    try:
        if inspect.iscoroutinefunction(work):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                answer = (True, runner.run(work(*arguments)))
        else:
            answer = (True, work(*arguments))
    except BaseException:  # noqa: BLE001 - whatever it was, the runner has to know
        answer = (False, traceback.format_exc())
    with suppress(BrokenPipeError):
        answers.send(answer)
