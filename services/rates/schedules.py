"""Schedules of rates as they are shown: found by words, version by version, and compared."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from models.base import AnyRow, can_be_stored, rows_by
from models.spelling import as_recorded
from models.tables.schedules import PackageLine, ScheduleItem, ScheduleVersion
from models.tables.terms import ContractRate
from rules.clocks.workdays import in_words
from rules.errors import UnknownReferenceError
from rules.money import EXACT
from rules.numbers import written
from rules.plain import shown
from services.rates.items import IN_FORCE, WITH_VERSION, histories, index_on, nearest_words

_BY_ID: Final = WITH_VERSION.where(ScheduleItem.id.in_(bindparam("ids", expanding=True)))
_TRADES: Final = (
    select(ScheduleItem.trade)
    .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
    .where(IN_FORCE)
    .distinct()
    .order_by(ScheduleItem.trade)
)
_VERSIONS: Final = (
    select(*ScheduleVersion.__table__.c, func.count(ScheduleItem.id).label("items"))
    .outerjoin(ScheduleItem, ScheduleItem.version_id == ScheduleVersion.id)
    .group_by(*ScheduleVersion.__table__.c)
    .order_by(ScheduleVersion.schedule, ScheduleVersion.valid_from)
)
_VERSION_ON: Final = (
    rows_by(ScheduleVersion, "schedule")
    .where(IN_FORCE)
    .order_by(ScheduleVersion.valid_from.desc())
    .limit(1)
)
_ITEMS_OF: Final = rows_by(ScheduleItem, "version_id").order_by(ScheduleItem.code)
_CONTRACT_RATES: Final = rows_by(ContractRate, "code").order_by(
    ContractRate.lot, ContractRate.contractor, ContractRate.valid_from
)
_PACKAGES: Final = (
    select(PackageLine.package)
    .where(PackageLine.code == bindparam("code"))
    .order_by(PackageLine.package)
)
_COMPARED: Final = (
    *("short_description", "long_description", "unit", "trade", "smv"),
    *("vat_reliefs", "certificates"),
)


def find_items(
    conn: Connection, *, text: str, on: date, trade: str = "", schedule: str = "", limit: int = 20
) -> list[dict[str, Any]]:
    """Return the schedule items in force on a day that a text means, the likeliest first.

    Args:
        text: A code, its beginning, or words in any order; empty for every item.
        trade: Only items of this trade, if given.
        schedule: Only items of this schedule, if given.
        limit: How many at most, 1 or more.

    Raises:
        UnknownReferenceError: No schedule of that name, or nothing of that trade, is in force.
    """
    if schedule:
        schedule = _version_on(conn, schedule=schedule, on=on).schedule
    if trade:
        _check_trade(conn, trade=trade, on=on)
    index = index_on(conn, on=on, schedule=schedule)
    ids = [item.key for item in index.find(text, trade=trade, limit=limit)]
    rows = {row.id: row for row in conn.execute(_BY_ID, {"ids": ids})}
    return [_item(rows[row_id]) for row_id in ids]


def schedule_versions(conn: Connection, *, on: date) -> list[dict[str, Any]]:
    """Return every version of every schedule, with how many items it has.

    Args:
        on: The day on which a version is said to be in force or not.
    """
    return [
        {
            "schedule": row.schedule,
            **_version(row),
            "items": row.items,
            "in_force": _in_force(row, on),
            **shown(row, "imported_at", "sha256"),
        }
        for row in conn.execute(_VERSIONS)
    ]


def item_shown(conn: Connection, *, code: str, on: date) -> dict[str, Any]:
    """Return what every version says of a code, the contract rates for it, and its packages.

    Args:
        code: The code, however it is typed.
        on: The day on which a version is said to be in force or not.

    Raises:
        UnknownReferenceError: No schedule has ever had the code.
    """
    code = as_recorded(conn, ScheduleItem.code, code)
    held = histories(conn, codes=[code]).get(code, []) if can_be_stored(code) else []
    if not held:
        near = nearest_words(code, held, index_on(conn, on=on))
        raise UnknownReferenceError(
            f"No schedule has the code {code}.",
            why=near,
            next_step="`handrail schedule find WORDS` looks items up.",
        )
    return {
        "code": code,
        "versions": [{**_item(row), "in_force": _in_force(row, on)} for row in held],
        "contract_rates": [
            {
                "lot": row.lot,
                "contractor": row.contractor or None,
                "rate": written(row.rate),
                **shown(row, "valid_from", "valid_to"),
            }
            for row in conn.execute(_CONTRACT_RATES, {"code": code})
        ],
        "packages": list(conn.execute(_PACKAGES, {"code": code}).scalars()),
    }


def compare_versions(
    conn: Connection, *, schedule: str, before: date, after: date
) -> dict[str, Any]:
    """Return how a schedule on one day differs from the same schedule on another.

    Rates are compared with their indexation.

    Returns:
        The two versions; the items added and withdrawn; the items changed, with the change of the
        rate in percent; and how many are the same.

    Raises:
        UnknownReferenceError: The schedule has no version in force on one of the days.
    """
    old = _version_on(conn, schedule=schedule, on=before)
    new = _version_on(conn, schedule=schedule, on=after)
    olds = {row.code: row for row in conn.execute(_ITEMS_OF, {"version_id": old.id})}
    news = {row.code: row for row in conn.execute(_ITEMS_OF, {"version_id": new.id})}
    both = [(olds[code], row) for code, row in news.items() if code in olds]
    changes = [_change(one, other, old, new) for one, other in both]
    changed = [change for change in changes if change["differs"]]
    return {
        "schedule": new.schedule,
        "before": _version(old),
        "after": _version(new),
        "added": [_listed(row, new) for code, row in news.items() if code not in olds],
        "withdrawn": [_listed(row, old) for code, row in olds.items() if code not in news],
        "changed": changed,
        "unchanged": len(both) - len(changed),
    }


def _version_on(conn: Connection, *, schedule: str, on: date) -> AnyRow:
    row = None
    if can_be_stored(schedule):
        schedule = as_recorded(conn, ScheduleVersion.schedule, schedule)
        row = conn.execute(_VERSION_ON, {"schedule": schedule, "on": on}).one_or_none()
    if row is None:
        versions = ", ".join(
            f"{version['schedule']} from {version['valid_from']}"
            for version in schedule_versions(conn, on=on)
        )
        raise UnknownReferenceError(
            f"No version of a schedule {schedule} is in force on {in_words(on)}.",
            why=f"The versions are: {versions}." if versions else "No schedule is imported yet.",
            next_step="`handrail schedule versions` lists them with their days.",
        )
    return row


def _check_trade(conn: Connection, *, trade: str, on: date) -> None:
    trades = list(conn.execute(_TRADES, {"on": on}).scalars())
    if trade not in trades:
        raise UnknownReferenceError(
            f"No item in force on {in_words(on)} is of the trade {trade}.",
            next_step=f"The trades are: {', '.join(trades)}."
            if trades
            else "Import a schedule: `handrail import schedule FILE --schedule NAME --from DATE`.",
        )


def _version(row: AnyRow) -> dict[str, Any]:
    days = shown(row, "valid_from", "valid_to")
    return days | {"index_percent": written(row.index_percent)}


def _in_force(row: AnyRow, on: date) -> bool:
    return bool(row.valid_from <= on <= (row.valid_to or date.max))


def _item(row: AnyRow) -> dict[str, Any]:
    """Return a row of ``_BY_ID`` or of an item's history as plain values."""
    return {
        **shown(row, "code", "short_description", "long_description", "unit"),
        "rate": written(row.rate),
        "index_percent": written(row.index_percent),
        "indexed_rate": written(_indexed(row.rate, row.index_percent)),
        "trade": row.trade,
        "smv": None if row.smv is None else written(row.smv),
        **shown(row, "vat_reliefs", "certificates", "schedule", "valid_from", "valid_to"),
    }


def _listed(row: AnyRow, version: AnyRow) -> dict[str, Any]:
    rate = written(_indexed(row.rate, version.index_percent))
    return shown(row, "code", "short_description", "unit") | {"rate": rate}


def _change(one: AnyRow, other: AnyRow, old: AnyRow, new: AnyRow) -> dict[str, Any]:
    """Return an item of two versions, with what differs between them."""
    before, after = _indexed(one.rate, old.index_percent), _indexed(other.rate, new.index_percent)
    differs = ["rate"] if before != after else []
    differs += [name for name in _COMPARED if getattr(one, name) != getattr(other, name)]
    return {
        **shown(other, "code", "short_description"),
        "unit_before": one.unit,
        "unit_after": other.unit,
        "rate_before": written(before),
        "rate_after": written(after),
        "change_percent": _change_percent(before, after),
        "differs": differs,
    }


def _indexed(rate: Decimal, index_percent: Decimal) -> Decimal:
    return EXACT.multiply(rate, EXACT.add(Decimal(1), index_percent.scaleb(-2, EXACT)))


def _change_percent(before: Decimal, after: Decimal) -> str | None:
    """Return the change of a rate in percent to two places; None where it was nothing."""
    if not before:
        return None
    change = (after - before) * 100 / before
    return f"{change.quantize(Decimal('0.01'), ROUND_HALF_UP) + 0:f}"  # never -0.00
