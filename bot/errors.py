"""Why the program cannot begin."""


class StartError(Exception):
    """The program cannot run; the message is one sentence that says what to do."""

    status = 2
    """That of the program's end: a restart alone will not help."""


class DatabaseAwayError(StartError):
    """It may come back by itself, as after a reboot in the wrong order."""

    status = 1
