"""The registers: what each is called, at which address, what hangs on a record, who may look."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rules.contractors import REQUIRED, document_name
from rules.imports import spec
from rules.partnership.agreed import SEE_PARTNERSHIP
from rules.people import MAY_CHANGE_MANY, MAY_ERASE, MAY_IMPORT, STAFF, Actor
from rules.powers import SEE_DELIVERY


@dataclass(frozen=True, slots=True)
class Register:
    """One register whose records are looked up, and corrected as an import of a row would.

    Args:
        kind: Its kind of import file.
        title: What it is called.
        holds: What is in it, as a sentence.
        listed: The columns of its list, the first of which names a record.
        hangs: Kinds of which a record of this one has some, by the column that names it there.
    """

    kind: str
    title: str
    holds: str
    listed: tuple[str, ...]
    hangs: tuple[tuple[str, str], ...] = ()


_TERMS: Final = tuple(
    (kind, "lot")
    for kind in ("lot_contractors", "lot_terms", "package_prices", "contract_rates", "zones")
)

REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(
    {
        "contractors": Register(
            "contractors",
            "Contractors",
            "The firms that are offered works, with their trades, room and documents.",
            ("contractor", "name", "trades", "authorities", "capacity_orders"),
            (
                ("contractor_documents", "contractor"),
                ("contractor_absences", "contractor"),
                ("contractor_conflicts", "contractor"),
                ("lot_contractors", "contractor"),
                ("contract_rates", "contractor"),
            ),
        ),
        "lots": Register(
            "lots",
            "Lots",
            "What is called off from which contractors, in which order and on which terms.",
            ("lot", "title", "authorities", "work_types", "award_rule"),
            _TERMS,
        ),
        "providers": Register(
            "providers",
            "Registered providers",
            "The landlords whose consent is asked for, and what they have permitted beforehand.",
            ("provider", "name", "email"),
            (("permissions", "provider"),),
        ),
        "consent_terms": Register(
            "consent_terms",
            "Reminders to landlords",
            "When a landlord that was asked for consent is reminded, and when a consent that "
            "lapses is renewed. An authority’s own row goes before one for every authority; "
            "without any, after 5 and 10 working days, and 20 before.",
            ("authority", "valid_from", "first_reminder", "second_reminder", "renew_days"),
        ),
        "schedule": Register(
            "schedule",
            "Schedule of rates",
            "What each code is, and what it costs in the version that holds now.",
            ("code", "short_description", "unit", "rate", "trade"),
        ),
        "authorities": Register(
            "authorities",
            "Authorities",
            "The councils, and how their clients reach them.",
            ("authority", "name", "email", "phone"),
        ),
        "packages": Register(
            "packages",
            "Packages",
            "Works that are specified together, code by code.",
            ("package", "title", "work_type", "code", "quantity"),
        ),
        "waiver_rules": Register(
            "waiver_rules",
            "Rules on waiving the means test",
            "Which means tests an authority waives, and up to which cost.",
            ("authority", "rule", "work_types", "cost_cap"),
        ),
        "means_test_terms": Register(
            "means_test_terms",
            "Terms of the means test",
            "The slices, the loan that each pound of them raises, the tariff on capital and the "
            "benefits on which nothing is asked for, from a day on. Without a row, the figures "
            "that Handrail comes with hold: nobody has verified those.",
            ("authority", "valid_from", "capital_free", "verified"),
        ),
        "grant_terms": Register(
            "grant_terms",
            "Terms of the grant",
            "Which of the maximum, the contribution and others’ money comes first, from a day on. "
            "Without a row it is the lesser of cost and maximum, less the contribution. What is "
            "approved stays as it was decided.",
            ("authority", "valid_from", "arithmetic"),
        ),
        "completion_terms": Register(
            "completion_terms",
            "Terms of completion",
            "What a contractor brings to say that works are complete, from a day on: each line, "
            "photographs, certificates as files. Without a row, each line must be said to be done, "
            "with a photograph of the works before and after, and the certificates.",
            ("authority", "valid_from", "photographs_before", "photographs_after"),
        ),
        "servicing": Register(
            "servicing",
            "Servicing",
            "How often lifts and hoists are serviced, by whom, and for how many years their "
            "clients are reminded. It is the authority’s policy: LOLER does not apply directly in "
            "private homes.",
            ("authority", "works", "what", "every_months", "by"),
        ),
        "simple_works": Register(
            "simple_works",
            "Works that clients may state for themselves",
            "Which simple works a client may ask for on the open page of their council, and up to "
            "what they may cost without an assessor. Without a row in force there is no such page.",
            ("authority", "work_type", "title", "up_to", "valid_from", "valid_to"),
        ),
        "required_documents": Register(
            "required_documents",
            "Documents asked of contractors",
            f"Asked of every contractor: {', '.join(map(document_name, REQUIRED))}. A row here "
            "asks another, of one trade or with a least cover, or takes one of these off; an "
            "authority’s own row goes before one for every authority.",
            ("document", "authority", "trade", "minimum_cover", "asked"),
        ),
        "escalations": Register(
            "escalations",
            "Who else is told of what is late",
            "Which role, and how many working days after the due date. Without rungs of its own an "
            "authority has those of every authority.",
            ("authority", "rung", "role", "days"),
        ),
    }
)
"""The registers that have a list of their own, by the first part of its address."""

_ALL: Final = STAFF
_OTHERS: Final = (
    (
        "/contractors/performance",
        "How contractors do",
        "Offers, time, snags and what clients say, of each contractor or lot in a period.",
        _ALL,
    ),
    ("/people", "People", "Who serves, their roles and limits, absences and stand-ins.", _ALL),
    ("/calendar", "Calendar", "Bank holidays and closures; sums of working days.", _ALL),
    ("/targets", "Targets", "How long each clock may take.", _ALL),
    ("/budgets", "Budgets", "What there is for grants in a year, and what is left.", _ALL),
    (
        "/partnership",
        "Partnership",
        "Who contributes what to a year, printed tables that do not add up, what would be if.",
        SEE_PARTNERSHIP,
    ),
    ("/letters", "Letters", "An authority’s own logo and paragraphs.", _ALL),
    (
        "/repricing",
        "Price cases again",
        "After a new schedule, other terms or a wrong code.",
        MAY_CHANGE_MANY,
    ),
    (
        "/batches",
        "Batch awards",
        "The waiting cases of a lot, given out together.",
        MAY_CHANGE_MANY,
    ),
    ("/imports", "Imports", "Files of many records, looked at before they count.", MAY_IMPORT),
    (
        "/delivery",
        "Councils that follow others",
        "Plans for councils that merge or are divided, and how far each is.",
        SEE_DELIVERY,
    ),
    ("/retention", "Retention", "What is proposed to be erased of closed cases.", MAY_ERASE),
    ("/personal-data", "Personal data", "All that is held on somebody who asks.", MAY_ERASE),
)


def index(viewer: Actor) -> list[tuple[str, str, str]]:
    """Return the address, the name and what is there, of each that somebody may look at."""
    own = [(f"/{address}", one.title, one.holds) for address, one in REGISTERS.items()]
    return own + [
        (address, name, holds) for address, name, holds, may in _OTHERS if viewer.role in may
    ]


def by_authority(kind: str) -> bool:
    """Say whether each record of a kind is of some authorities, and none of every one."""
    names = {column.name for column in spec(kind).columns}
    return not names.isdisjoint({"authority", "authorities", "lot", "contractor"})
