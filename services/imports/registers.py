"""The registers: kinds whose every row is one record of one table.

A record that the file leaves out stays as it is, and so does a column that the file does not have;
but the zones of a lot that a file names, the ladder of an authority, the rows of a plan, a
partnership's year and a printed table become exactly what it gives.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from models.base import Base
from models.tables.aftercare import Servicing
from models.tables.clocks import Escalation
from models.tables.completion import CompletionTerms
from models.tables.consents import ConsentTerms
from models.tables.contractors import (
    Contractor,
    ContractorAbsence,
    ContractorConflict,
    ContractorDocument,
    Lot,
    LotContractor,
    PackagePrice,
    RequiredDocument,
)
from models.tables.delivery import Arrangement, Succession
from models.tables.funding import Budget, GrantTerms, MeansTestTerms, WaiverRule
from models.tables.partnership import (
    PartnershipBudget,
    PartnershipCapital,
    PartnershipTerms,
    PrintedCell,
)
from models.tables.reference import Authority, ClosedDay, Officer, Permission, Provider
from models.tables.schedules import Package
from models.tables.statements import SimpleWorks
from models.tables.terms import ContractRate, LotTerms, Zone
from rules.errors import Problem
from rules.imports import ParsedRow, spec
from services.imports.job import Job
from services.imports.reconcile import Changes, Difference, apply, difference, known, table_of

REGISTERS: Final[Mapping[str, type[Base]]] = MappingProxyType(
    {
        "authorities": Authority,
        "officers": Officer,
        "contractors": Contractor,
        "contractor_documents": ContractorDocument,
        "required_documents": RequiredDocument,
        "contractor_absences": ContractorAbsence,
        "contractor_conflicts": ContractorConflict,
        "lots": Lot,
        "lot_contractors": LotContractor,
        "package_prices": PackagePrice,
        "lot_terms": LotTerms,
        "zones": Zone,
        "contract_rates": ContractRate,
        "providers": Provider,
        "permissions": Permission,
        "consent_terms": ConsentTerms,
        "budgets": Budget,
        "waiver_rules": WaiverRule,
        "means_test_terms": MeansTestTerms,
        "grant_terms": GrantTerms,
        "completion_terms": CompletionTerms,
        "servicing": Servicing,
        "simple_works": SimpleWorks,
        "partnership_budget": PartnershipBudget,
        "partnership_capital": PartnershipCapital,
        "partnership_terms": PartnershipTerms,
        "printed_tables": PrintedCell,
        "closures": ClosedDay,
        "escalations": Escalation,
        "successions": Succession,
        "arrangements": Arrangement,
    }
)
_WHOLE: Final[Mapping[str, int]] = MappingProxyType(
    {
        "zones": 1,
        "escalations": 1,
        "successions": 1,
        "arrangements": 1,
        "partnership_budget": 2,
        "partnership_capital": 2,
        "partnership_terms": 2,
        "printed_tables": 1,
    }
)
"""Kinds that remove what they leave out of a lot, an authority, a plan, a table or a partnership's
year that they name: by how many columns of the key name that."""

_TOGETHER: Final = frozenset({"price_weight", "quality_criteria"})
"""Columns that only make sense as one: a file that has one of them says them all."""

_CITED: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "authority": Authority,
        "authorities": Authority,
        "entitled": Authority,
        "predecessor": Authority,
        "successor": Authority,
        "host": Authority,
        "lot": Lot,
        "contractor": Contractor,
        "package": Package,
        "partner": Authority,
        "provider": Provider,
    }
)
"""The model whose code a column of a file holds, unless it is the record's own."""

_KINDS: Final = {model: kind for kind, model in (*REGISTERS.items(), ("packages", Package))}


def table_names(kind: str, model: type[Base]) -> dict[str, str]:
    """Return what the table calls each column of a kind.

    Money is in pence there, and says so; a record's own code is its ``code``.
    """
    held = table_of(model).c
    return {
        column.name: next(n for n in (column.name, f"{column.name}_pence", "code") if n in held)
        for column in spec(kind).columns
    }


def problems(job: Job) -> Iterator[Problem]:
    """Yield every reference of the file that nothing in the database answers."""
    for column in spec(job.kind).columns:
        model = _CITED.get(column.name)
        if model is not None and model is not REGISTERS.get(job.kind):
            yield from unresolved(job, column=column.name, model=model)


def unresolved(
    job: Job, *, column: str, model: Any, among: Iterable[ParsedRow] | None = None
) -> Iterator[Problem]:
    """Yield the references of one column that no record answers.

    Args:
        column: The file's column: a code, a list of codes, or nothing.
        model: The model whose code it must be.
        among: The rows whose value is a reference; every row if not said.
    """
    cited = [
        (row, codes)
        for row in (job.rows if among is None else among)
        if (codes := _codes(row.values.get(column)))
    ]
    held = known(job.conn, model.code, (code for _, codes in cited for code in codes))
    noun, kind = model.__name__.lower(), _KINDS[model]
    for row, codes in cited:
        for code in codes:
            if code not in held:
                yield job.problem(
                    row,
                    column,
                    wrong=f"there is no {noun} {code!r}",
                    right=f"The code of one; `handrail import {kind} FILE` brings in more.",
                )


def bring_in(job: Job) -> Changes:
    """Write the file's records; it has no problems."""
    return apply(job.conn, register_difference(job), done=job.progress)


def register_difference(job: Job) -> Difference:
    """Return how the file differs from the table of its kind."""
    model = REGISTERS[job.kind]
    names = table_names(job.kind, model)
    unsaid = job.parsed.absent_columns
    if not unsaid >= _TOGETHER:
        unsaid -= _TOGETHER
    return difference(
        job.conn,
        model,
        key=tuple(names[name] for name in spec(job.kind).key),
        wanted=[{names[name]: value for name, value in row.values.items()} for row in job.rows],
        ignored=[names[name] for name in unsaid],
        whole=_WHOLE.get(job.kind, 0),
    )


def _codes(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),) if value else ()
