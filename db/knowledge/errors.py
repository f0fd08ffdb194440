"""Where in the data files something stands, and the one sentence that says what is wrong there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pydantic import ValidationError


class KnowledgeError(Exception):
    """A data file is not as it must be. The message is one sentence that names file and field."""


@dataclass(frozen=True)
class Where:
    """A file under the knowledge folder, and a field in it such as `statements.signs[2].cites[0].source`."""

    file: str
    field: str = ""

    def at(self, *steps: str | int) -> "Where":
        field = self.field
        for step in steps:
            field += f"[{step}]" if isinstance(step, int) else f".{step}" if field else step
        return replace(self, field=field)

    def error(self, sentence: str) -> KnowledgeError:
        place = f"{self.file}: {self.field}" if self.field else self.file
        return KnowledgeError(f"{place}: {sentence}")

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Turn what pydantic finds wrong inside the block into one sentence about this place."""
        try:
            yield
        except ValidationError as invalid:
            first = invalid.errors()[0]
            message = first["msg"].removeprefix("Value error, ")
            raise self.at(*first["loc"]).error(message[0].lower() + message[1:]) from invalid
