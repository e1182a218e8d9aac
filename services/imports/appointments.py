"""Appointments to lots, whose ranks may not clash, and the package prices that rest on them."""

from collections.abc import Iterator

from sqlalchemy import select, tuple_

from models.tables.contractors import LotContractor
from rules.errors import Problem
from rules.sentences import named
from services.imports import registers
from services.imports.job import Changes, Job
from services.imports.reconcile import known, table_of

_APPOINTMENT = table_of(LotContractor)


def problems(job: Job) -> Iterator[Problem]:
    """Yield unresolved references, and ranks that another contractor of the lot holds already.

    Args:
        job: The import.
    """
    yield from registers.problems(job)
    in_file = {(row.values.get("lot"), row.values.get("contractor")) for row in job.rows}
    lots = known(job.conn, column=_APPOINTMENT.c.lot, among={str(lot) for lot, _ in in_file if lot})
    query = select(_APPOINTMENT).where(_APPOINTMENT.c.lot.in_(sorted(lots)))
    holders = {
        (row.lot, row.rank): row.contractor
        for row in job.conn.execute(query.order_by(_APPOINTMENT.c.contractor))
        if row.rank is not None and (row.lot, row.contractor) not in in_file
    }
    for row in job.rows:
        holder = holders.get((row.values.get("lot"), row.values.get("rank")))
        if holder is not None:
            yield job.problem(
                row,
                "rank",
                wrong=f"{holder} has this rank in the lot already",
                right="Another rank, or the other contractor's new rank in the same file.",
            )


def bring_in_prices(job: Job) -> Changes:
    """Write package prices, and name those of contractors that are not in the lot.

    Args:
        job: The import; it has no problems.
    """
    changes = registers.bring_in(job)
    pairs = sorted({(str(row.values["lot"]), str(row.values["contractor"])) for row in job.rows})
    pair = tuple_(_APPOINTMENT.c.lot, _APPOINTMENT.c.contractor)
    appointed = {
        (row.lot, row.contractor)
        for row in job.conn.execute(select(_APPOINTMENT).where(pair.in_(pairs)))
    }
    idle = [
        f"{contractor} in {lot}" for lot, contractor in pairs if (lot, contractor) not in appointed
    ]
    if idle:
        changes.notes.append(
            f"Prices of contractors who are not appointed to the lot stand idle: {named(idle)}."
        )
    return changes
