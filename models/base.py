"""What every table shares: constraint names, and column types that keep money and time exact."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    MetaData,
    Select,
    String,
    Text,
    TypeDecorator,
    bindparam,
    select,
)
from sqlalchemy.engine import Dialect, Row
from sqlalchemy.orm import DeclarativeBase

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


def can_be_stored(text: str) -> bool:
    """Say whether a database can hold a text, and so can have a row that is known by it.

    Args:
        text: What somebody typed: a reference, or an address.
    """
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


class Base(DeclarativeBase):
    """The metadata of every table; all constraints are named."""

    metadata = MetaData(naming_convention=NAMING)


class Pence(TypeDecorator[int]):
    """Money as a whole number of pence. Floats and Decimals are refused, never rounded."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what is stored."""
        if value is not None and type(value) is not int:
            raise TypeError(f"Pence are whole numbers, not {type(value).__name__}.")
        return value


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

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what was stored."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def rows_by(model: type[Base], *columns: str) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads a table's rows by values of the columns named."""
    table = model.__table__.c
    return select(*table).where(*(table[name] == bindparam(name) for name in columns))
