"""What the council publishes of a contract of its own: an OCDS release, and the s.87 notice.

Nothing in it is of the client or their home: no name, no address, no case reference, no line of
works, whose words may name either.

Source: Open Contracting Data Standard 1.1, release schema; Procurement Act 2023 s.87.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from rules.clocks.dates import instant
from rules.contracting import ContractingParty, notice_due
from rules.money import pounds

CURRENCY: Final = "GBP"
_STATUS: Final = {"cancelled": "cancelled", "certified": "terminated"}
"""What OCDS calls an order's status: ``terminated`` is complete; any other is ``active``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicContract:
    """A work order of the council, as far as it is published.

    Args:
        prefix: The publisher's OCDS prefix, such as ``ocds-213czf``.
        number: The order's number.
        version: Its version.
        amended: Whether an approved variation changed it since it was signed.
        status: As the order has it; ``certified`` too where it ended with what was done.
        authority: The council's name; then its code, ONS code, address and e-mail, maybe empty.
        title: The works in a few words.
        how: By which route and rule the contractor was chosen, in a sentence.
        lot: The lot's code, or empty where no framework covers the works.
        competed: Whether contractors were invited to quote.
        awarded_at: When the award was made.
        signed_at: When the order was raised.
        changed_at: When what is published last changed.
    """

    prefix: str
    number: str
    version: int
    amended: bool
    status: str
    authority: str
    authority_code: str
    ons_code: str
    address: str
    email: str
    contractor: str
    contractor_code: str
    title: str
    how: str
    lot: str
    competed: bool
    net_pence: int
    total_pence: int
    awarded_at: datetime
    signed_at: datetime
    changed_at: datetime
    start_by: date
    complete_by: date


def release(contract: PublicContract) -> dict[str, Any]:
    """Return the OCDS 1.1 release of a contract: its tender, award and contract."""
    buyer = {"id": contract.authority_code, "name": contract.authority}
    supplier = {"id": contract.contractor_code, "name": contract.contractor}
    award, status = f"{contract.number}-award", _STATUS.get(contract.status, "active")
    return {
        "ocid": f"{contract.prefix}-{contract.number}",
        "id": f"{contract.number}-v{contract.version}-{status}",
        "date": instant(contract.changed_at),
        "tag": ["award", "contractAmendment" if contract.amended else "contract"],
        "initiationType": "tender",
        "language": "en",
        "parties": [
            {**buyer, **_identified(contract), "roles": ["buyer", "procuringEntity"]},
            {**supplier, "roles": ["supplier"]},
        ],
        "buyer": buyer,
        "tender": {
            "id": f"{contract.number}-tender",
            "title": contract.title,
            "status": "complete",
            "procuringEntity": buyer,
            "mainProcurementCategory": "works",
            "procurementMethod": "selective" if contract.competed else "direct",
            "procurementMethodDetails": contract.how,
        },
        "awards": [
            {
                "id": award,
                "title": contract.title,
                "status": "cancelled" if status == "cancelled" else "active",
                "date": instant(contract.awarded_at),
                "value": _value(contract),
                "suppliers": [supplier],
            }
        ],
        "contracts": [
            {
                "id": contract.number,
                "awardID": award,
                "title": contract.title,
                "status": status,
                "dateSigned": instant(contract.signed_at),
                "period": {
                    "startDate": _midnight(contract.start_by),
                    "endDate": _midnight(contract.complete_by),
                },
                "value": _value(contract),
            }
        ],
    }


def _identified(contract: PublicContract) -> dict[str, Any]:
    held = {"id": contract.ons_code, "legalName": contract.authority}
    return {"identifier": held} if contract.ons_code else {}


def _value(contract: PublicContract) -> dict[str, Any]:
    """Return a value without VAT, and with it as ``amountGross``, as Find a Tender has both."""
    return {
        "amount": contract.net_pence / 100,
        "amountGross": contract.total_pence / 100,
        "currency": CURRENCY,
    }


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def notice(contract: PublicContract) -> dict[str, Any]:
    """Return the fields of the contract details notice, and whether one has to be published.

    What is not on record says so: somebody fills it in where the notice is entered.
    """
    due = notice_due(ContractingParty.COUNCIL, total_pence=contract.total_pence)
    worth = f"{pounds(contract.total_pence)} with VAT"
    return {
        "required": due,
        "why": f"{worth} is £30,000 or more (Procurement Act 2023 s.87)."
        if due
        else f"{worth} is below £30,000, so s.87 of the Procurement Act 2023 asks for none.",
        "contracting_authority": contract.authority,
        "authority_address": contract.address or None,
        "authority_email": contract.email or None,
        "contract_title": contract.title,
        "contract_reference": contract.number,
        "main_category": "works",
        "supplier": contract.contractor,
        "supplier_address": None,
        "supplier_is_sme": None,
        "supplier_is_vcse": None,
        "value_without_vat_pence": contract.net_pence,
        "value_with_vat_pence": contract.total_pence,
        "entered_into_on": contract.signed_at.date().isoformat(),
        "starts_on": contract.start_by.isoformat(),
        "ends_on": contract.complete_by.isoformat(),
        "procured_by": contract.how,
        "framework_lot": contract.lot or None,
    }
