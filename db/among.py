"""Rows by many numbers at once, in a statement whose text is the same however many there are.

With a parameter for each number, as SQLAlchemy writes it, both the drivers and the databases take the text apart anew
for every count of them.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, JSON, BigInteger, ColumnElement, Dialect, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


def among(column: InstrumentedAttribute[int], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the numbers in the list that the parameter `name` brings."""
    return _Among(column, bindparam(name, type_=_Numbers()))


def one_of(column: ColumnElement[int] | InstrumentedAttribute[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """The same for these numbers."""
    return _Among(column, bindparam(None, list(numbers), type_=_Numbers()))


class _Numbers(TypeDecorator[list[int]]):
    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else JSON())


class _Among(FunctionElement[bool]):
    inherit_cache = True


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY ({numbers})"


@compiles(_Among, "sqlite")
def _on_sqlite(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - both come from the compiler
