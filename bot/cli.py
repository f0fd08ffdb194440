"""The command line. What cannot work ends with one sentence and status 2.

What a command needs is imported when it is called: for the whole bot that takes most of a second.
"""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name

import uvloop

from bot import logs
from bot.errors import StartError
from bot.settings import Settings, SettingsError
from bot.stopping import StoppedError

log = logging.getLogger(__name__)

COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("bot.serve:run", "the whole bot in one process, against Telegram (needs BOT_TOKEN)"),
    "worker": ("bot.serve:worker", "its nudges only: one of several processes on one PostgreSQL"),
    "web": ("bot.serve:web", "its answers only, by webhook: one of several processes on one PostgreSQL"),
    "sandbox": ("bot.serve:sandbox", "try the bot in the browser, without a token"),
    "migrate": ("bot.upgrade:migrate", "bring the database to this version's schema"),
    "new-key": ("bot.key_commands:make", "print a key for DATA_KEY"),
    "rotate-key": ("bot.key_commands:rotate", "encrypt everything with the first key of DATA_KEY, while the bot runs"),
    "backup": ("bot.backup:back_up", "copy the SQLite database to FILE, while the bot runs"),
    "doctor": ("bot.doctor:examine", "check settings, database, Telegram and time zones"),
}
"""By its name, the function that does its work and gives the exit status, and what it is for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status. Without one: run if there is a token, else sandbox."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Cramp Coach, a Telegram bot.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, (_place, text) in COMMANDS.items():
        commands.add_parser(name, help=text, description=text)
    commands.choices["backup"].add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")
    given = vars(parser.parse_args(arguments))
    command = given.pop("command")
    try:
        settings = Settings.load()
        logs.configure(settings.log_level, settings.log_format, secrets=settings.secrets)
        for name, meant in Settings.misspelt():
            log.warning("%s is set, but there is no such setting. Did you mean %s?", name, meant)
        work = resolve_name(COMMANDS[command or ("run" if settings.bot_token else "sandbox")][0])
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_awaited(work(settings, **given)))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except StartError as error:
        print(error, file=sys.stderr)
        return error.status
    except StoppedError:
        return 0
    except BrokenPipeError:  # whoever read what is printed has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python would say so when it ends
        return 1
    except Exception:  # Python's own traceback would repeat what the error says, which may be anybody's words
        log.critical("ended by a fault of its own", exc_info=True)
        return 1


async def _awaited(work: Awaitable[int]) -> int:
    status = await work
    sys.stdout.flush()  # while it can still be caught that nobody reads it
    return status
