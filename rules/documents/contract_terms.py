"""What an order, a letter and a page say of the contract: whose it is, and where invoices go."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rules.contracting import ContractingParty, Follows, Topic, what_follows

ON_INVOICES: Final = (Topic.PAYMENT, Topic.CIS, Topic.REVERSE_CHARGE, Topic.CONSTRUCTION_ACT)
"""What a builder has to know before the works are invoiced."""

_WITH: Final[Mapping[ContractingParty, str]] = MappingProxyType(
    {
        ContractingParty.CLIENT: "{name}. {authority} issues this order for the grant, and pays "
        "you out of it",
        ContractingParty.COUNCIL_FOR_CLIENT: "{name}. {authority} acts in the client’s name, and "
        "pays you out of the grant",
        ContractingParty.COUNCIL: "{authority}",
        ContractingParty.LANDLORD: "{name}, as landlord. {authority} issues this order for the "
        "grant, and pays what the grant covers",
    }
)
_TO: Final[Mapping[ContractingParty, str]] = MappingProxyType(
    {
        ContractingParty.CLIENT: "{name}, and send it to {authority}",
        ContractingParty.COUNCIL_FOR_CLIENT: "{name}, care of {authority}",
        ContractingParty.COUNCIL: "{authority}",
        ContractingParty.LANDLORD: "{name}, and send it to {authority}",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """Whose contract it is, and what that makes of the invoice.

    Args:
        name: The contracting party's own name: the client's, the council's or the landlord's.
        authority: The council's name.
    """

    party: ContractingParty
    name: str
    authority: str

    @property
    def contract_with(self) -> str:
        """Whom the contractor has its contract with, to follow “Your contract is with”."""
        return _WITH[self.party].format(name=self.name, authority=self.authority)

    @property
    def invoice_to(self) -> str:
        """To whom the invoice is addressed, and where it is sent."""
        return _TO[self.party].format(name=self.name, authority=self.authority)

    @property
    def cdm(self) -> Follows:
        """Who has the client's duties under CDM 2015."""
        return what_follows(self.party)[Topic.CDM]

    @property
    def on_invoices(self) -> tuple[Follows, ...]:
        """Payment, CIS, reverse charge and payment notices, each with its reason."""
        found = what_follows(self.party)
        return tuple(found[topic] for topic in ON_INVOICES)
