"""The registers: kinds whose every row is one record of one table.

Authorities, officers, contractors and their documents, lots and their terms, appointments, package
prices, contract rates, providers, pre-permissions, budgets and waiver rules. A record that the file
leaves out stays as it is, and so does a column that the file does not have.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from models.base import Base
from models.tables.contractors import (
    Contractor,
    ContractorDocument,
    Lot,
    LotContractor,
    PackagePrice,
)
from models.tables.funding import Budget, WaiverRule
from models.tables.reference import Authority, Officer, Permission, Provider
from models.tables.schedules import Package
from models.tables.terms import ContractRate, LotTerms
from rules.errors import Problem
from rules.imports import ParsedRow
from services.imports.job import Changes, Job
from services.imports.reconcile import apply, difference, known, table_of


@dataclass(frozen=True, slots=True)
class Register:
    """How a kind of file maps to its table.

    Args:
        model: The table's model.
        key: Table columns that name a record.
        renamed: Table column of each file column that has another name.
        references: For each file column, the model whose code it must be.
        together: Columns that only make sense as one: a file that has one of them says them all.
    """

    model: type[Base]
    key: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, type[Base]] = field(default_factory=dict)
    together: frozenset[str] = frozenset()


REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(
    {
        "authorities": Register(Authority, key=("code",), renamed={"authority": "code"}),
        "officers": Register(
            Officer,
            key=("email",),
            renamed={"approval_limit": "approval_limit_pence"},
            references={"authorities": Authority},
        ),
        "contractors": Register(
            Contractor,
            key=("code",),
            renamed={"contractor": "code", "capacity_value": "capacity_value_pence"},
            references={"authorities": Authority},
        ),
        "contractor_documents": Register(
            ContractorDocument,
            key=("contractor", "document", "valid_from"),
            renamed={"cover": "cover_pence"},
            references={"contractor": Contractor},
        ),
        "lots": Register(
            Lot, key=("code",), renamed={"lot": "code"}, references={"authorities": Authority}
        ),
        "lot_contractors": Register(
            LotContractor,
            key=("lot", "contractor"),
            references={"lot": Lot, "contractor": Contractor},
        ),
        "package_prices": Register(
            PackagePrice,
            key=("lot", "package", "contractor"),
            renamed={"price": "price_pence"},
            references={"lot": Lot, "package": Package, "contractor": Contractor},
        ),
        "providers": Register(Provider, key=("code",), renamed={"provider": "code"}),
        "permissions": Register(
            Permission,
            key=("provider", "work_types", "valid_from"),
            renamed={"value_cap": "value_cap_pence"},
            references={"provider": Provider},
        ),
        "lot_terms": Register(
            LotTerms,
            key=("lot",),
            references={"lot": Lot},
            together=frozenset({"price_weight", "quality_criteria"}),
        ),
        "contract_rates": Register(
            ContractRate,
            key=("lot", "contractor", "code", "valid_from"),
            references={"lot": Lot},
        ),
        "budgets": Register(
            Budget,
            key=("authority", "year"),
            renamed={"amount": "amount_pence"},
            references={"authority": Authority},
        ),
        "waiver_rules": Register(
            WaiverRule,
            key=("authority", "rule"),
            renamed={"cost_cap": "cost_cap_pence"},
            references={"authority": Authority},
        ),
    }
)

_NOUNS: Final[Mapping[type[Base], tuple[str, str]]] = MappingProxyType(
    {
        Authority: ("authority", "authorities"),
        Contractor: ("contractor", "contractors"),
        Lot: ("lot", "lots"),
        Package: ("package", "packages"),
        Provider: ("provider", "providers"),
    }
)


def problems(job: Job) -> Iterator[Problem]:
    """Yield every reference of the file that nothing in the database answers.

    Args:
        job: The import.
    """
    for column, model in REGISTERS[job.kind].references.items():
        yield from unresolved(job, column=column, model=model)


def unresolved(
    job: Job, *, column: str, model: type[Base], among: Iterable[ParsedRow] | None = None
) -> Iterator[Problem]:
    """Yield the references of one column that no record answers.

    Args:
        job: The import.
        column: The file's column: a code, or a list of codes.
        model: The model whose code it must be.
        among: The rows whose value is a reference; every row if not said.
    """
    noun, kind = _NOUNS[model]
    cited = [
        (row, _codes(row.values[column]))
        for row in (job.rows if among is None else among)
        if column in row.values
    ]
    held = known(
        job.conn, column=table_of(model).c["code"], among=(c for _, codes in cited for c in codes)
    )
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
    """Write the file's records.

    Args:
        job: The import; it has no problems.
    """
    register = REGISTERS[job.kind]
    unsaid = job.parsed.absent_columns
    if not register.together <= unsaid:
        unsaid -= register.together
    absent = {register.renamed.get(name, name) for name in unsaid}
    wanted = [
        {register.renamed.get(name, name): value for name, value in row.values.items()}
        for row in job.rows
    ]
    table = table_of(register.model)
    compared = [name for name in wanted[0] if name not in register.key and name not in absent]
    found = difference(job.conn, table=table, key=register.key, wanted=wanted, compared=compared)
    apply(job.conn, found, done=job.progress)
    return Changes(added=len(found.added), changed=len(found.changed), unchanged=found.unchanged)


def _codes(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
