"""On which terms lots price, and with which money: zones, contract rates and budgets.

The zones of a lot that a file names become exactly those it gives. Contract rates and budgets are
records of their own, which must not contradict what the database holds already.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select, tuple_

from models.base import AnyRow
from models.tables.contractors import Contractor, Lot, LotContractor
from models.tables.funding import Budget
from models.tables.schedules import ScheduleItem
from models.tables.terms import ContractRate, Zone
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.money import pounds
from services.imports import registers
from services.imports.job import Changes, Job
from services.imports.reconcile import BATCH, apply, difference, known, table_of

_APPOINTMENT = table_of(LotContractor)
_BUDGET = table_of(Budget)
_RATE = table_of(ContractRate)
_ZONE_COLUMNS = ("lot", "zone", "postcodes", "factor")


def zone_problems(job: Job) -> Iterator[Problem]:
    """Yield lots that are not there.

    Args:
        job: The import.
    """
    yield from registers.unresolved(job, column="lot", model=Lot)


def bring_in_zones(job: Job) -> Changes:
    """Write the zones; a zone that the file leaves out of a lot it names is removed.

    Args:
        job: The import; it has no problems.
    """
    found = difference(
        job.conn,
        table=table_of(Zone),
        key=("lot", "zone"),
        wanted=[{name: row.values[name] for name in _ZONE_COLUMNS} for row in job.rows],
        compared=("postcodes", "factor"),
        whole=True,
    )
    apply(job.conn, found, done=job.progress)
    return Changes(
        added=len(found.added),
        changed=len(found.changed),
        unchanged=found.unchanged,
        removed=len(found.removed),
    )


def rate_problems(job: Job) -> Iterator[Problem]:
    """Yield contract rates for nobody in the lot, for no item, or for days that have one already.

    Args:
        job: The import.
    """
    yield from registers.problems(job)
    named = [row for row in job.rows if row.values.get("contractor")]
    yield from registers.unresolved(job, column="contractor", model=Contractor, among=named)
    yield from _not_in_lot(job, named)
    yield from _of_no_item(job)
    yield from _days_taken(job)


def _not_in_lot(job: Job, named: list[ParsedRow]) -> Iterator[Problem]:
    held = {
        (row.lot, row.contractor)
        for row in job.conn.execute(select(_APPOINTMENT.c.lot, _APPOINTMENT.c.contractor))
    }
    lots = known(job.conn, column=table_of(Lot).c.code, among=_values(job, "lot"))
    firms = known(job.conn, column=table_of(Contractor).c.code, among=_values(job, "contractor"))
    for row in named:
        lot, contractor = row.values.get("lot"), row.values["contractor"]
        if lot in lots and contractor in firms and (lot, contractor) not in held:
            yield job.problem(
                row,
                "contractor",
                wrong=f"{contractor} is not in lot {lot}",
                right="A contractor of the lot, or an empty cell for everyone in it.",
            )


def _of_no_item(job: Job) -> Iterator[Problem]:
    column = table_of(ScheduleItem).c.code
    codes = known(job.conn, column=column, among=_values(job, "code"))
    for row in job.rows:
        if row.values.get("code") not in (None, *codes):
            yield job.problem(
                row,
                "code",
                wrong="no version of any schedule has this code",
                right="The code of a schedule item, spelt as the schedule spells it.",
            )


def _days_taken(job: Job) -> Iterator[Problem]:
    """Yield rates whose days overlap those of a rate that the file does not restate."""
    restated = {_key(row.values) for row in job.rows}
    held: dict[tuple[object, ...], list[AnyRow]] = {}
    for rate in _held_rates(job):
        if _key(rate._mapping) not in restated:
            held.setdefault((rate.lot, rate.contractor, rate.code), []).append(rate)
    for row in job.sound_rows:
        values: Mapping[str, Any] = row.values
        for other in held.get((values["lot"], values["contractor"], values["code"]), ()):
            if other.valid_from <= values["valid_to"] and other.valid_to >= values["valid_from"]:
                yield job.problem(
                    row,
                    "valid_from",
                    wrong=f"a rate for it is held already from {other.valid_from.isoformat()} "
                    f"to {other.valid_to.isoformat()}",
                    right="Other days, or that rate with its earlier end in the same file.",
                )


def _held_rates(job: Job) -> Iterator[AnyRow]:
    pair = tuple_(_RATE.c.lot, _RATE.c.code)
    pairs = sorted(
        {
            (str(row.values["lot"]), str(row.values["code"]))
            for row in job.rows
            if row.values.get("lot") is not None and row.values.get("code") is not None
        }
    )
    for start in range(0, len(pairs), BATCH):
        query = select(_RATE).where(pair.in_(pairs[start : start + BATCH]))
        yield from job.conn.execute(query.order_by(_RATE.c.id))


def _key(values: Mapping[Any, Any]) -> tuple[object, ...]:
    return tuple(values.get(name) for name in ("lot", "contractor", "code", "valid_from"))


def budget_problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities, and budgets below what is committed in them already.

    Args:
        job: The import.
    """
    yield from registers.problems(job)
    query = select(_BUDGET).where(_BUDGET.c.authority.in_(sorted(_values(job, "authority"))))
    committed = {
        (row.authority, row.year): row.committed_pence
        for row in job.conn.execute(query.order_by(_BUDGET.c.id).with_for_update())
    }
    for row in job.sound_rows:
        values: Mapping[str, Any] = row.values
        taken = committed.get((values["authority"], values["year"]), 0)
        if values["amount"] < taken:
            yield job.problem(
                row,
                "amount",
                wrong=f"{pounds(taken)} is committed in this budget already",
                right=f"{pounds(taken)} or more.",
            )


def _values(job: Job, column: str) -> set[str]:
    return {str(value) for row in job.rows if (value := row.values.get(column))}
