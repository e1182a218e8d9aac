"""Papers as a real case would fill them, for the tests of what is printed and sent."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from enum import Enum
from typing import Any

from rules.consents.certificates import CHARGE, certifies
from rules.consents.tenancies import EQUALITY
from rules.documents.consent_papers import CertificateFormPaper, ConsentPackPaper, PackEntry
from rules.documents.paper_lines import PaperLine
from rules.documents.samples import (
    AGENCY,
    AUTHORITY,
    CLIENT,
    CONTRACTOR,
    LANDLORD,
    LINES,
    OFFICER,
    STANDARD,
    TITLE,
    ZERO,
    approval,
    completion,
    consent_request,
    pence,
    priced,
    refusal,
    unpriced,
    waterfall,
    work_order,
)

__all__ = [
    "AGENCY",
    "AUTHORITY",
    "CLIENT",
    "CONTRACTOR",
    "LANDLORD",
    "LINES",
    "OFFICER",
    "STANDARD",
    "TITLE",
    "ZERO",
    "approval",
    "certificate_form",
    "completion",
    "consent_pack",
    "consent_request",
    "pence",
    "priced",
    "refusal",
    "unpriced",
    "waterfall",
    "work_order",
]

HOSTILE = (
    '"><script>alert(1)</script><img src="http://127.0.0.1:9/x"> {{ 7*7 }} {% include "x" %} '
    "=CMD() \x00\x07\x1b[31m 😀 שלום مرحبا \u202egnp.exe\u202c \ud800 end"
)
SHOWN = (
    '"><script>alert(1)</script><img src="http://127.0.0.1:9/x"> {{ 7*7 }} {% include "x" %} '
    "=CMD() [31m 😀 שלום مرحبا gnp.exe  end"
)


def of_package(lines: tuple[PaperLine, ...] = LINES) -> tuple[PaperLine, ...]:
    """Return the price of these works as a package, with one line of them added to."""
    whole = replace(lines[0], code="LAS-1", description="Package LAS-1", covers=(1, 2, 3))
    return whole, replace(lines[1], description="Add: flooring", covers=(2,))


def consent_pack(**changes: object) -> ConsentPackPaper:
    """Return the evidence of a request that was not answered."""
    paper = ConsentPackPaper(
        case_reference="DFG-2026-0042",
        written_on=date(2026, 2, 23),
        authority=AUTHORITY,
        landlord=LANDLORD,
        client_name=CLIENT.name,
        site_address=CLIENT.address,
        works_title=TITLE,
        tenancy="assured tenancy",
        law=EQUALITY,
        facts=(("The tenant applied", "20 January 2026, signed form"), ("Reminders sent", "2")),
        entries=(
            PackEntry(on=date(2026, 1, 26), title="The request", words="Sent, 26 January 2026."),
            PackEntry(on=date(2026, 2, 9), title="Call with the landlord", words="No answer."),
        ),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own


def certificate_form(**changes: object) -> CertificateFormPaper:
    """Return the form of an owner's certificate."""
    paper = CertificateFormPaper(
        case_reference="DFG-2026-0042",
        authority=AUTHORITY,
        officer=OFFICER,
        client_name=CLIENT.name,
        site_address=CLIENT.address,
        works_title=TITLE,
        signer=CLIENT.name,
        kind="owner",
        statements=certifies("owner"),
        charge=CHARGE,
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own


def every_paper() -> dict[str, object]:
    """Return one paper for each document template."""
    from tests.payment_papers import final_account, remittance  # they are made of these
    from tests.price_papers import award_record
    from tests.report_papers import bundle, report
    from tests.tender_papers import specification

    return {
        "award_record.html": award_record(),
        "work_order.html": work_order(),
        "approval.html": approval(),
        "refusal.html": refusal(),
        "consent_pack.html": consent_pack(),
        "consent_request.html": consent_request(),
        "certificate_form.html": certificate_form(),
        "completion.html": completion(),
        "specification.html": specification(),
        "final_account.html": final_account(),
        "remittance.html": remittance(),
        "report.html": report(),
        "bundle.html": bundle(),
    }


def hostile(held: Any) -> Any:
    """Return a paper, or what is in one, with hostile text wherever text may stand."""
    if isinstance(held, str) and not isinstance(held, Enum):
        return HOSTILE
    if isinstance(held, tuple):
        return tuple(map(hostile, held))
    if not hasattr(held, "__dataclass_fields__"):
        return held
    return replace(held, **{one.name: hostile(getattr(held, one.name)) for one in fields(held)})
