"""What all data files share in shape, and how they are read."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field

from db.knowledge.errors import Where
from db.knowledge.models import Grade, Id, Mark, Source, Strict

Sentence = Annotated[str, Field(min_length=1, pattern=r"^\S.*\S$")]


class Cite(Strict):
    source: Id
    mark: Mark


Cites = Annotated[tuple[Cite, ...], Field(min_length=1)]


class Claim(Strict):
    """A statement without its words."""

    id: Id
    cites: Cites
    grade: Grade | None = None
    own: bool = False


class SourcesFile(Strict):
    sources: tuple[Source, ...]


Shape = TypeVar("Shape", bound=Strict)


def load_toml(root: Path, name: str) -> dict[str, Any]:
    """The content of the file `name` under `root`, with exact decimals."""
    where = Where(name)
    try:
        return tomllib.loads((root / name).read_text("utf-8"), parse_float=Decimal)
    except OSError as missing:
        raise where.error("the file is missing or cannot be read") from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise where.error(f"this is not TOML: {broken}") from broken


def read(root: Path, name: str, shape: type[Shape]) -> Shape:
    """The file `name` under `root`, checked against its shape. KnowledgeError says what is wrong with it."""
    content = load_toml(root, name)
    with Where(name).blamed():
        return shape.model_validate(content)
