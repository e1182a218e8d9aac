"""What letters are tried with: papers and values as a real case would fill them.

An authority's own letters are rendered with these before they count, and shown with them.
"""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from rules.contracting import ContractingParty
from rules.documents.contract_terms import ContractTerms
from rules.documents.paper_lines import Contact, PaperLine, UnpricedLine
from rules.documents.papers import (
    ApprovalPaper,
    CompletionPaper,
    ConsentRequestPaper,
    RefusalPaper,
    WorkOrderPaper,
)
from rules.grants.funding import FundingKind
from rules.grants.waterfall import FundingItem, MeansTest, Waterfall, reckon

AUTHORITY = Contact(
    name="Rugby Borough Council",
    address="Town Hall\nEvreux Way\nRugby CV21 2RR",
    email="adaptations@rugby.example",
    phone="01788 555 0100",
)
OFFICER = Contact(name="Priya Sharma", email="priya@rugby.example", phone="01788 555 0142")
CONTRACTOR = Contact(
    name="Avon Bathing & Access Ltd",
    address="Unit 7, Lawford Trading Estate\nRugby CV21 1AA",
    email="orders@avonaccess.example",
    phone="01788 555 0177",
)
CLIENT = Contact(name="Mrs Margaret Ashby", address="14 Hillmorton Road\nRugby\nCV22 5AA")
LANDLORD = Contact(name="Orbit Housing Association", address="Garden Court\nCoventry CV3 1AA")
ZERO = "Zero rate: adaptation for a disabled person, on the client's declaration."
STANDARD = "Standard rate: no VAT relief applies to these works."
TITLE = "Level access shower and wider bathroom door"


def pence(pounds: Decimal) -> int:
    """Return pounds as pence, rounded half up."""
    return int((pounds * 100).to_integral_value(ROUND_HALF_UP))


def priced(number: int, *, quantity: str, rate: str, vat: str = "0", **words: str) -> PaperLine:
    """Return a line whose net price is quantity × rate."""
    net = pence(Decimal(quantity) * Decimal(rate))
    return PaperLine(
        line=number,
        code=words.get("code", f"BTH-{number:03d}"),
        description=words.get("description", "Slip-resistant sheet flooring, coved"),
        location=words.get("location", "Bathroom, first floor"),
        quantity=Decimal(quantity),
        unit=words.get("unit", "m2"),
        rate=Decimal(rate),
        net_pence=net,
        vat_rate=Decimal(vat),
        vat_pence=pence(Decimal(net) * Decimal(vat) / 100),
        vat_reason=words.get("vat_reason", ZERO if vat == "0" else STANDARD),
        calculation=words.get("calculation", ""),
    )


LINES = (
    priced(1, quantity="1", rate="642.00", unit="each", description="Level access shower tray"),
    priced(2, quantity="4.35", rate="58.20"),
    priced(3, quantity="6", rate="9.85", vat="0.20", description="Redecorate the landing"),
)


def unpriced(lines: tuple[PaperLine, ...]) -> tuple[UnpricedLine, ...]:
    """Return the same works without their prices."""
    return tuple(
        UnpricedLine(
            line=line.line,
            code=line.code,
            description=line.description,
            location=line.location,
            quantity=line.quantity,
            unit=line.unit,
        )
        for line in lines
    )


def work_order(lines: tuple[PaperLine, ...] = LINES, **changes: object) -> WorkOrderPaper:
    """Return a work order of these lines."""
    net, vat = sum(line.net_pence for line in lines), sum(line.vat_pence for line in lines)
    paper = WorkOrderPaper(
        order_number="WO-RUG-2026-00042",
        case_reference="DFG-2026-0042",
        issued_on=date(2026, 3, 3),
        authority=AUTHORITY,
        officer=OFFICER,
        contractor=CONTRACTOR,
        client_name=CLIENT.name,
        site_address="14 Hillmorton Road\nRugby",
        postcode="CV22 5AA",
        client_phone="01788 555 0163",
        works_title=TITLE,
        purposes=("(f) a bath or shower",),
        lines=lines,
        net_pence=net,
        vat_pence=vat,
        total_pence=net + vat,
        start_by=date(2026, 3, 24),
        complete_by=date(2026, 4, 21),
        consent_text="Orbit Housing gave consent under its pre-permission.",
        consent_conditions=("Two working days' notice before the start.",),
        certificates=("Electrical installation certificate for line 1",),
        route_text="Pre-priced package, award by rotation.",
        direction_text="Direction of 27 February 2026 under section 2(2)(b).",
        defects_months=12,
        terms=ContractTerms(
            party=ContractingParty.COUNCIL_FOR_CLIENT, name=CLIENT.name, authority=AUTHORITY.name
        ),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own


AGENCY: Final = FundingItem(FundingKind.FEE, "Agency fee", 325_00)


def waterfall(
    *items: FundingItem, contribution_pence: int = 210_00, waiver: str = "", child: bool = False
) -> Waterfall:
    """Return the waterfall of the lines above, with a fee and a contribution if nothing is said."""
    return reckon(
        net_pence=sum(line.net_pence for line in LINES),
        vat_pence=sum(line.vat_pence for line in LINES),
        items=items or (AGENCY,),
        means=MeansTest(contribution_pence, waiver, child),
    )


def approval(**changes: object) -> ApprovalPaper:
    """Return an approval with fees and a contribution."""
    reckoned = waterfall()
    net, vat = reckoned.grant.net_pence, reckoned.grant.vat_pence
    paper = ApprovalPaper(
        case_reference="DFG-2026-0042",
        applied_on=date(2026, 1, 19),
        decided_on=date(2026, 3, 2),
        authority=AUTHORITY,
        officer_name="Helen Okafor",
        officer_role="Approving officer",
        client=CLIENT,
        site_address=CLIENT.address,
        works_title=TITLE,
        purposes=("(f) a bath or shower",),
        lines=LINES,
        net_pence=net,
        vat_pence=vat,
        waterfall=reckoned.lines,
        grant_pence=reckoned.grant.grant_pence,
        contractor_name=CONTRACTOR.name,
        contractor_total_pence=net + vat,
        complete_by=date(2027, 3, 2),
        direction_text="One price is enough in this case (section 2(2)(b)).",
        told_of_direct_payment_on=date(2026, 1, 19),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own


def refusal(**changes: object) -> RefusalPaper:
    """Return a refusal with one reason."""
    paper = RefusalPaper(
        case_reference="DFG-2026-0077",
        applied_on=date(2026, 1, 19),
        decided_on=date(2026, 3, 2),
        authority=AUTHORITY,
        officer_name="Helen Okafor",
        officer_role="Approving officer",
        client=CLIENT,
        site_address=CLIENT.address,
        works_title="Stairlift",
        reasons=("The stair is 610 mm wide (section 24(3)(b)).",),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own


def consent_request(**changes: object) -> ConsentRequestPaper:
    """Return a request for consent."""
    paper = ConsentRequestPaper(
        case_reference="DFG-2026-0042",
        written_on=date(2026, 1, 26),
        authority=AUTHORITY,
        officer=OFFICER,
        landlord=LANDLORD,
        client_name=CLIENT.name,
        site_address=CLIENT.address,
        works_title=TITLE,
        lines=unpriced(LINES),
        asked_for=("Consent to the works listed in this letter",),
        reply_by=date(2026, 2, 20),
        equality_note="Consent must not be unreasonably withheld (section 190).",
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own


def completion(**changes: object) -> CompletionPaper:
    """Return a certificate of completion."""
    paper = CompletionPaper(
        case_reference="DFG-2026-0042",
        order_number="WO-RUG-2026-00042",
        certified_on=date(2026, 4, 17),
        authority=AUTHORITY,
        officer=OFFICER,
        client=CLIENT,
        site_address=CLIENT.address,
        contractor=CONTRACTOR,
        works_title=TITLE,
        lines=unpriced(LINES),
        changed=("Line 2: 7.5 m in place of 8 m",),
        certificates=("Electrical installation certificate, line 1",),
        defects_until=date(2027, 4, 17),
        conditions_until=date(2031, 4, 17),
        client_agreed_on=date(2026, 4, 17),
        charge_until=date(2036, 4, 17),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own
