"""What must hold of appointments, contract rates and budgets, against what is held already.

Ranks in a lot may not clash, contract rates are for somebody in the lot and for days of their own,
package prices rest on appointments, and a budget covers what is committed in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select, tuple_

from models.base import AnyRow
from models.tables.contractors import Contractor, Lot, LotContractor
from models.tables.funding import Budget
from models.tables.schedules import ScheduleItem
from models.tables.terms import ContractRate
from rules.errors import Problem
from rules.money import pounds
from rules.sentences import named
from services.imports import registers
from services.imports.job import Job
from services.imports.reconcile import Changes, in_batches, known
from services.imports.successions import succeeded

_APPOINTED: Final = select(LotContractor.lot, LotContractor.contractor)
_APPOINTED_IN: Final = (
    select(LotContractor.lot, LotContractor.rank, LotContractor.contractor)
    .where(LotContractor.lot.in_(bindparam("lots", expanding=True)))
    .order_by(LotContractor.contractor)
)
_RATES: Final = (
    select(*ContractRate.__table__.c)
    .where(tuple_(ContractRate.lot, ContractRate.code).in_(bindparam("pairs", expanding=True)))
    .order_by(ContractRate.id)
)
_COMMITTED: Final = (
    select(Budget.authority, Budget.year, Budget.committed_pence)
    .where(Budget.authority.in_(bindparam("authorities", expanding=True)))
    .order_by(Budget.id)
    .with_for_update()
)
_RATE_KEY: Final = ("lot", "contractor", "code", "valid_from")


def rank_problems(job: Job) -> Iterator[Problem]:
    """Yield unresolved references, and ranks that another contractor of the lot holds already."""
    yield from registers.problems(job)
    in_file = {row.cells(("lot", "contractor")) for row in job.rows}
    holders: dict[tuple[object, ...], str] = {
        (row.lot, row.rank): row.contractor
        for lots in in_batches(sorted(job.cited("lot")))
        for row in job.conn.execute(_APPOINTED_IN, {"lots": lots})
        if row.rank is not None and (row.lot, row.contractor) not in in_file
    }
    for row in job.rows:
        holder = holders.get(row.cells(("lot", "rank")))
        if holder is not None:
            yield job.problem(
                row,
                "rank",
                wrong=f"{holder} has this rank in the lot already",
                right="Another rank, or the other contractor's new rank in the same file.",
            )


def bring_in_prices(job: Job) -> Changes:
    """Write package prices, and name those of contractors that are not in the lot."""
    changes = registers.bring_in(job)
    pairs = sorted({(str(row.values["lot"]), str(row.values["contractor"])) for row in job.rows})
    appointed = _appointed(job)
    idle = [f"{firm} in {lot}" for lot, firm in pairs if (lot, firm) not in appointed]
    if idle:
        changes.notes.append(
            f"Prices of contractors who are not appointed to the lot stand idle: {named(idle)}."
        )
    return changes


def rate_problems(job: Job) -> Iterator[Problem]:
    """Yield contract rates for nobody in the lot, no item, or days that have one already."""
    yield from registers.problems(job)
    yield from _not_in_lot(job)
    yield from _of_no_item(job)
    yield from _days_taken(job)


def _not_in_lot(job: Job) -> Iterator[Problem]:
    appointed = _appointed(job)
    lots = known(job.conn, Lot.code, job.cited("lot"))
    firms = known(job.conn, Contractor.code, job.cited("contractor"))
    for row in job.rows:
        lot, contractor = row.cells(("lot", "contractor"))
        if lot in lots and contractor in firms and (lot, contractor) not in appointed:
            yield job.problem(
                row,
                "contractor",
                wrong=f"{contractor} is not in lot {lot}",
                right="A contractor of the lot, or an empty cell for everyone in it.",
            )


def _appointed(job: Job) -> set[tuple[object, ...]]:
    return {(row.lot, row.contractor) for row in job.conn.execute(_APPOINTED)}


def _of_no_item(job: Job) -> Iterator[Problem]:
    codes = known(job.conn, ScheduleItem.code, job.cited("code"))
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
    restated = {row.cells(_RATE_KEY) for row in job.rows}
    held: dict[tuple[object, ...], list[AnyRow]] = {}
    for rate in _held_rates(job):
        key = tuple(rate._mapping[name] for name in _RATE_KEY)
        if key not in restated:
            held.setdefault(key[:-1], []).append(rate)
    for row in job.sound_rows:
        values: Mapping[str, Any] = row.values
        for other in held.get(row.cells(_RATE_KEY[:-1]), ()):
            if other.valid_from <= values["valid_to"] and other.valid_to >= values["valid_from"]:
                yield job.problem(
                    row,
                    "valid_from",
                    wrong=f"a rate for it is held already from {other.valid_from.isoformat()} "
                    f"to {other.valid_to.isoformat()}",
                    right="Other days, or that rate with its earlier end in the same file.",
                )


def _held_rates(job: Job) -> Iterator[AnyRow]:
    cited = {row.cells(("lot", "code")) for row in job.rows}
    for pairs in in_batches(sorted((str(lot), str(code)) for lot, code in cited if lot and code)):
        yield from job.conn.execute(_RATES, {"pairs": pairs})


def budget_problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities, those followed, and budgets below what is committed in them."""
    yield from registers.problems(job)
    yield from succeeded(job, among=job.sound_rows)
    committed: dict[tuple[object, ...], int] = {
        (row.authority, row.year): row.committed_pence
        for codes in in_batches(sorted(job.cited("authority")))
        for row in job.conn.execute(_COMMITTED, {"authorities": codes})
    }
    for row in job.sound_rows:
        values: Mapping[str, Any] = row.values
        taken = committed.get(row.cells(("authority", "year")), 0)
        if values["amount"] < taken:
            yield job.problem(
                row,
                "amount",
                wrong=f"{pounds(taken)} is committed in this budget already",
                right=f"{pounds(taken)} or more.",
            )
