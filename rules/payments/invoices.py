"""What makes an invoice unacceptable beside its sums: its dates, who it is from, which VAT."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.contracting import ContractingParty, Topic, what_follows
from rules.money import pounds
from rules.payments.match import LawfulVat


class Source(StrEnum):
    """How an invoice came."""

    PAGE = "page"
    EMAIL = "email"
    POST = "post"
    FILE = "file"


class Sender(StrEnum):
    """Whom an invoice says it is from, beside the contractor of the order."""

    CONTRACTOR = "contractor"
    OTHER = "other"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An invoice as it was sent, and the order that it is held against.

    Args:
        raised_on: When the order was raised.
        started_on: When its works began, if they did.
        sender: Whom it says it is from.
        like: The number of another of the same date and total that stands on the case; or empty.
        vat_pence: The VAT that it charges.
        vat: What it may charge; None where its lines do not agree.
        zero_lost: Whether the works would be zero-rated, were the contract the client's.
    """

    dated: date
    raised_on: date
    started_on: date | None
    sender: Sender
    like: str
    vat_pence: int
    vat: LawfulVat | None
    party: ContractingParty


def unacceptable(sent: Sent) -> Iterator[str]:
    """Yield, a sentence each, why an invoice is queried whatever its lines say.

    Source: s.37(4); the table of ``rules.contracting`` for VAT.
    """
    if sent.dated < sent.raised_on:
        yield f"It is dated {_day(sent.dated)}, before the order of {_day(sent.raised_on)}."
    elif sent.started_on is not None and sent.dated < sent.started_on:
        yield f"It is dated {_day(sent.dated)}, before works began on {_day(sent.started_on)}."
    if sent.sender is not Sender.CONTRACTOR:
        yield "It is from somebody else than the contractor of the order (s.37(4))."
    if sent.like:
        yield (
            f"It has the date and the total of invoice {sent.like}: is it the same one again? If "
            "not, say so as it is corrected."
        )
    if sent.vat is not None:
        yield from _wrong_vat(sent, sent.vat)


def _wrong_vat(sent: Sent, vat: LawfulVat) -> Iterator[str]:
    if sent.vat_pence or not vat.by_line:
        return
    follows = what_follows(sent.party)
    reverse, zero = follows[Topic.REVERSE_CHARGE], follows[Topic.VAT_ZERO]
    yield (
        f"It charges no VAT where {pounds(vat.by_line)} is due. Reverse charge: {reverse.answer}; "
        f"{reverse.reason}. VAT at 0 %: {zero.answer}; {zero.reason}."
    )


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"
