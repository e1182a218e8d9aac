"""What becomes of each column that names an authority, once another follows it: declared once."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Fate(StrEnum):
    """What becomes of what names an authority that is followed."""

    MOVES = "goes to the successor"
    JOINS = "names the successor too"
    OWN = "is the successor’s own to set; the predecessor’s stays as it was"
    STAYS = "stays as it was written"


OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "own_letter.authority": "letters of its own",
        "paying_terms.authority": "terms of payment runs",
        "grant_terms.authority": "terms of the grant",
        "means_test_terms.authority": "terms of the means test",
        "waiver_rule.authority": "rules on waiving the means test",
        "simple_works.authority": "works that clients may state",
        "servicing.authority": "intervals of servicing",
        "consent_terms.authority": "reminders to landlords",
        "completion_terms.authority": "terms of completion",
        "required_document.authority": "documents asked of contractors",
        "target.authority": "targets of its own",
        "escalation.authority": "a ladder of its own",
        "closed_day.authority": "closed days of its own",
    }
)
"""Policy that each authority sets for itself, by table and column, and what it is called."""

FATES: Final[Mapping[str, Fate]] = MappingProxyType(
    {
        "case.authority": Fate.MOVES,  # while it is open
        "budget.authority": Fate.MOVES,  # what open cases hold committed, and what is left
        "statement.authority": Fate.MOVES,  # while nobody has looked at it
        "alert.authority": Fate.MOVES,  # while it stands, with its case
        "case_facts.authority": Fate.MOVES,  # counted again with its case
        "officer.authorities": Fate.JOINS,
        "lot.authorities": Fate.JOINS,
        "contractor.authorities": Fate.JOINS,
        "lot_terms.entitled": Fate.JOINS,
        **dict.fromkeys(OWN, Fate.OWN),
        "partnership_capital.partner": Fate.STAYS,  # a year stays as its partners agreed on it
        "case_facts_before.authority": Fate.STAYS,
        "payment_run.authority": Fate.STAYS,
        "retention_proposal.authority": Fate.STAYS,
        "succession.predecessor": Fate.STAYS,
        "succession.successor": Fate.STAYS,
        "arrangement.authority": Fate.STAYS,
        "arrangement.host": Fate.STAYS,
        "pool_draw.giver": Fate.STAYS,
        "pool_draw.taker": Fate.STAYS,
    }
)
"""What becomes of each, by table and column."""
