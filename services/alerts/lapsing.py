"""What lapses and has no successor: contractors' documents, pre-permissions and lots.

Managers are told twenty working days before, and again the day after. A document is followed by
one of the same kind that runs on; a pre-permission or a lot by one for the same works.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from models.tables.contractors import Contractor, ContractorDocument, Lot
from models.tables.reference import Permission, Provider
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.tenders.eligibility import is_suspended
from services.alerts.raising import Raised
from services.alerts.without_clock import ToStand, live_subjects, reconcile
from services.cases.clocks.calendar import EVERYBODY, calendar_for

WARN_DAYS: Final = 20
"""Working days before something lapses at which managers are told; not verified."""

SORTS: Final = ("document", "permission", "lot")

_LONG_GONE: Final = timedelta(days=28)  # what lapsed earlier and was never told of is history
_DAY: Final = timedelta(days=1)

_DOCUMENTS: Final = (
    select(*ContractorDocument.__table__.c, Contractor.name, Contractor.authorities)
    .add_columns(Contractor.email, Contractor.suspended)
    .add_columns(Contractor.suspended_from, Contractor.suspended_until)
    .join(Contractor, Contractor.code == ContractorDocument.contractor)
    .order_by(ContractorDocument.id)
)
_PERMISSIONS: Final = (
    select(*Permission.__table__.c, Provider.name)
    .join(Provider, Provider.code == Permission.provider)
    .order_by(Permission.id)
)
_LOTS: Final = select(*Lot.__table__.c).order_by(Lot.code)


def sweep_lapses(conn: Connection, *, now: datetime) -> Raised:
    """Raise and clear the alerts of what lapses; the London date decides.

    Raises:
        NoBankHolidayDataError: The working days ahead are outside the years known.
    """
    today = london_date(now)
    until = calendar_for(conn, authority=EVERYBODY).add(today, WARN_DAYS)
    live = live_subjects(conn, kind="lapse", sorts=SORTS)
    wanted = [
        ToStand(subject, rung, f"{what}: its last day is {in_words(last)}.", area, due_on=last)
        for subject, what, area, last in _lapsing(conn, today)
        if last <= until and (last >= today - _LONG_GONE or subject in live)
        for rung in ((1, 2) if last < today else (1,))
    ]
    raised, cleared = reconcile(
        conn, kind="lapse", sorts=SORTS, wanted=wanted, now=now, why="renewed, or needed no longer"
    )
    return Raised(len(raised), cleared)


def _lapsing(conn: Connection, today: date) -> Iterator[tuple[str, str, str, date]]:
    """Yield what is not followed: its subject, what it is, its authority and its last day."""
    for row in last_documents(conn, today):
        document = row.document.replace("_", " ")
        what = f"{document[0].upper()}{document[1:]} of {row.name} ({row.contractor})"
        yield f"document:{row.id}", what, _one(row.authorities), row.valid_to
    for row in _last_of(conn, _PERMISSIONS, today, alike=("provider",), covers=("work_types",)):
        what = f"The pre-permission of {row.name} for {_works(row)}"
        yield f"permission:{row.id}", what, EVERYBODY, row.valid_to
    for row in _last_of(conn, _LOTS, today, covers=("work_types", "authorities")):
        what = f"Lot {row.code} ({row.title}) for {_works(row)}"
        yield f"lot:{row.code}", what, _one(row.authorities), row.valid_to


def last_documents(conn: Connection, today: date) -> Iterator[Any]:
    """Yield the contractors' documents that no other of their kind follows.

    Those of contractors that are suspended today are left out.
    """
    for row in _last_of(conn, _DOCUMENTS, today, alike=("contractor", "document")):
        first, last = row.suspended_from, row.suspended_until
        if not is_suspended(suspended=row.suspended, first=first, last=last, on=today):
            yield row


def _last_of(
    conn: Connection,
    query: Select[*tuple[Any, ...]],
    today: date,
    *,
    alike: Sequence[str] = (),
    covers: Sequence[str] = (),
) -> Iterator[Any]:
    """Yield the rows that no other one follows without a gap, or has followed by today.

    Args:
        alike: The columns in which both are the same.
        covers: The columns of which the other holds all that the row holds.
    """
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in conn.execute(query):
        groups.setdefault(tuple(getattr(row, name) for name in alike), []).append(row)
    for rows in groups.values():
        for row in rows:
            soonest = max(row.valid_to + _DAY, today)
            if not any(
                one.valid_to > row.valid_to
                and one.valid_from <= soonest
                and all(set(getattr(row, name)) <= set(getattr(one, name)) for name in covers)
                for one in rows
            ):
                yield row


def _works(row: Any) -> str:
    return ", ".join(name.replace("_", " ") for name in row.work_types)


def _one(authorities: Sequence[str]) -> str:
    """Return the one authority that something concerns, or an empty string for several."""
    return authorities[0] if len(authorities) == 1 else EVERYBODY
