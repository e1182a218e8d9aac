"""What analysts read: views of what is on record, without a name or an address but in one of them.

They are made anew whenever the database is migrated, so that they always fit its tables. Their
columns are a promise: one may be added, none is renamed or taken away without a word in the log of
changes.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, inspect, select, text

from models.tables.cases import Case, CaseStep
from models.tables.funding import Budget
from models.tables.prices import Price
from models.tables.reports import CaseFacts, CaseFactsBefore
from models.tables.works import Invoice, Payment, WorkOrder


class View(NamedTuple):
    """One view.

    Args:
        about: What a row is, as the reference says it.
        people: Whether it names people: only for a role that is asked for by name.
    """

    about: str
    query: Select[Any]
    people: bool = False


def _without(table: Any, *left_out: str) -> list[Any]:
    return [column for column in table.__table__.c if column.name not in left_out]


_OF_ORDER: Final = (
    select(Case.reference.label("case_reference"), Case.authority)
    .add_columns(WorkOrder.number, WorkOrder.version, WorkOrder.contractor, WorkOrder.lot)
    .add_columns(WorkOrder.status, WorkOrder.raised_at, WorkOrder.start_by, WorkOrder.complete_by)
    .add_columns(WorkOrder.started_on, WorkOrder.completed_on, WorkOrder.certified_on)
    .add_columns(Price.net_pence, Price.vat_pence, Price.total_pence)
    .join(Case, Case.id == WorkOrder.case_id)
    .join(Price, Price.id == WorkOrder.price_id)
)

VIEWS: Final[Mapping[str, View]] = MappingProxyType(
    {
        "data_cases": View(
            "A case as reports count it: when it reached each stage, how it ended, what it came "
            "to. Empty where it is not on record.",
            select(Case.reference.label("case_reference"), *CaseFacts.__table__.c).join(
                CaseFacts, CaseFacts.case_id == Case.id
            ),
        ),
        "data_cases_before": View(
            "The same as it stood on earlier days: from known_from until known_to.",
            select(Case.reference.label("case_reference"), *_without(CaseFactsBefore, "id")).join(
                CaseFactsBefore, CaseFactsBefore.case_id == Case.id
            ),
        ),
        "data_steps": View(
            "An opening of a step of a case: who held it last, since when, when it was due.",
            select(Case.reference.label("case_reference"), Case.authority)
            .add_columns(CaseStep.step, CaseStep.revision, CaseStep.status, CaseStep.owner)
            .add_columns(CaseStep.opened_at, CaseStep.held_since, CaseStep.due_on)
            .add_columns(CaseStep.closed_at, CaseStep.outcome)
            .join(Case, Case.id == CaseStep.case_id),
        ),
        "data_orders": View("A work order, with its price; money in pence.", _OF_ORDER),
        "data_payments": View(
            "A payment released, and out of which streams; money in pence.",
            select(Case.reference.label("case_reference"), Case.authority, WorkOrder.number)
            .add_columns(Payment.released_on, Payment.amount_pence, Payment.grant_pence)
            .add_columns(Payment.top_up_pence, Payment.received_pence, Payment.deducted_pence)
            .select_from(Payment)
            .join(Invoice, Invoice.id == Payment.invoice_id)
            .join(WorkOrder, WorkOrder.id == Invoice.order_id)
            .join(Case, Case.id == WorkOrder.case_id),
        ),
        "data_budgets": View(
            "An authority's budget of a financial year (2026: April 2026 to March 2027), in pence.",
            select(*_without(Budget, "id")),
        ),
        "data_people": View(
            "The client of a case, by name and address.",
            select(Case.reference.label("case_reference"), Case.authority, Case.client_name)
            .add_columns(Case.address, Case.postcode, Case.uprn, Case.date_of_birth)
            .add_columns(Case.email, Case.phone),
            people=True,
        ),
    }
)


def make_views(conn: Connection, *, readers: Collection[tuple[str, str]] = ()) -> None:
    """Make the views as they are declared, where the tables are those of this version.

    Args:
        readers: Who may read which, as ``drop_views`` found it.
    """
    for name, view in VIEWS.items():
        query = str(view.query.compile(conn, compile_kwargs={"literal_binds": True}))
        conn.execute(text(f"CREATE VIEW {name} AS {query}"))
    for name, role in readers:
        let_read(conn, view=name, role=role)


def drop_views(conn: Connection) -> list[tuple[str, str]]:
    """Take the views away, as SQLite remakes no table that one reads; return who may read which."""
    there = [name for name in inspect(conn).get_view_names() if name in VIEWS]
    readers = _readers(conn) if there else []
    for name in there:
        conn.execute(text(f"DROP VIEW {name}"))
    return readers


def let_read(conn: Connection, *, view: str, role: str) -> None:
    """Let a role of PostgreSQL's read a view, and nothing behind it."""
    quoted = conn.dialect.identifier_preparer.quote(role)
    conn.execute(text(f"GRANT SELECT ON {view} TO {quoted}"))


_READERS: Final = text(
    "SELECT table_name, grantee FROM information_schema.role_table_grants "
    "WHERE privilege_type = 'SELECT' AND grantee <> current_user "
    "AND table_schema = current_schema()"
)


def _readers(conn: Connection) -> list[tuple[str, str]]:
    if conn.dialect.name != "postgresql":
        return []
    return [(row[0], row[1]) for row in conn.execute(_READERS) if row[0] in VIEWS]
