"""What every table shares: constraint names, and column types that keep money and time exact."""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeAlias

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Text,
    TypeDecorator,
    bindparam,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Row
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import sum as sum_of

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""One row of a result, its columns by name."""

# SQLite numbers rows by itself only for a column declared INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")


def can_be_stored(words: str) -> bool:
    """Say whether a database can hold a text, and so can have a row that is known by it.

    Args:
        words: What somebody typed: a reference, or an address.
    """
    return "\x00" not in words and not any("\ud800" <= character <= "\udfff" for character in words)


class Pence(TypeDecorator[int]):
    """Money as a whole number of pence. Floats and Decimals are refused, never rounded."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what is stored."""
        if value is not None and type(value) is not int:
            raise TypeError(f"Pence are whole numbers, not {type(value).__name__}.")
        return value


@compiles(sum_of, "postgresql")
def _whole_sum(element: sum_of[Any], compiler: SQLCompiler, **given: Any) -> str:
    """Sum whole numbers to a whole number: PostgreSQL adds bigint to numeric, read as Decimal."""
    added = compiler.visit_function(element, **given)
    return f"CAST({added} AS BIGINT)" if isinstance(element.type, (Integer, Pence)) else added


class Exact(TypeDecorator[Decimal]):
    """A decimal kept as its digits: SQLite has no exact numeric type."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what is stored."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what was stored."""
        return None if value is None else Decimal(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """A set of short words kept sorted as ``;one;two;``, so that LIKE '%;one;%' finds a member."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what is stored."""
        words = sorted(set(value or ()))
        return f";{';'.join(words)};" if words else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what was stored."""
        return tuple(value.strip(";").split(";")) if value else ()


class LineNumbers(TypeDecorator[tuple[int, ...]]):
    """Numbers of works lines, as ``1;2;6``; none of them is not the same as nothing said."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what is stored."""
        return None if value is None else ";".join(map(str, value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what was stored."""
        return None if value is None else tuple(int(one) for one in value.split(";") if one)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. A datetime without an offset is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("An instant needs its offset from UTC.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what makes of what was stored an instant in UTC; they are most of what is read."""
        return utc_of_text if dialect.name == "sqlite" else _utc


def utc_of_text(stored: str | None) -> datetime | None:
    """Return an instant in UTC of its text, which is in UTC where it says nothing else."""
    if stored is None:
        return None
    found = datetime.fromisoformat(stored)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _utc(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table has: its class's name, constraints with names, types by annotation.

    The table of ``WorkOrder`` is ``work_order``.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        str: Text,
        datetime: Instant,
        Decimal: Exact,
        tuple[str, ...]: Words,
        tuple[int, ...]: LineNumbers,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        dict[str, Any]: JSON,
        dict[str, int]: JSON,
        dict[str, str]: JSON,
    }

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy calls it with the class
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Numbered:
    """A table whose rows are numbered by the database."""

    id: Mapped[int] = mapped_column(RowId, primary_key=True, sort_order=-2)


class OfCase:
    """A table whose rows belong to a case."""

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), sort_order=-1)


def known(column: str, words: str, *, or_empty: bool = False) -> CheckConstraint:
    """Return the constraint, named ``…_known``, that a column holds one of some words."""
    listed = ", ".join(f"'{word}'" for word in ([""] if or_empty else []) + words.split())
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_known")


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over the rows of which a condition holds."""
    held = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=held, postgresql_where=held)


def word(written: str) -> ColumnElement[str]:
    """Return a word that stands in a statement itself.

    SQLite prepares a statement anew each time it is asked while a bound value may decide whether
    a partial index serves it, which takes longer than the answer.
    """
    if not written.isidentifier():
        raise ValueError(f"{written!r} is no word of ours.")
    return literal_column(f"'{written}'", Text)


def columns_of(model: type[Base], kind: type[Any]) -> tuple[ColumnElement[Any], ...]:
    """Return the columns that a dataclass has fields for, in its order; ``row_id`` is the id."""
    names = ["id" if field.name == "row_id" else field.name for field in fields(kind)]
    return tuple(model.__table__.c[name] for name in names if name in model.__table__.c)


def rows_by(model: type[Base], *columns: str) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads a table's rows by values of the columns named."""
    table = model.__table__.c
    return select(*table).where(*(table[name] == bindparam(name) for name in columns))


def on_conflict(model: type[Base], then: Callable[[Any], Any]) -> dict[str, Any]:
    """Return, by dialect, the insert of a table that does as said where a row stands already.

    How many rows it put in is kept, also of many at once: the ledger asks.
    """
    inserts = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return {
        name: then(insert(model)).execution_options(preserve_rowcount=True)
        for name, insert in inserts.items()
    }
