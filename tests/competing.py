"""A mini-competition in the small service: invited, quoted for, opened at its deadline, marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from adapters.documents import render_message
from models.case_queries import case_row
from models.database import reading
from models.tables.competition import Quote
from rules.competitions.competition import deadline_on
from services.competitions.award import open_competition
from services.competitions.competition import ScoreQuote
from services.competitions.competitions import competition_of
from services.competitions.quoting import RecordQuote
from tests.factories import act, bring, case_at, decide, live_at
from tests.looking import messages, rows
from tests.small_service import AVON, BRIAR, CEDAR, NOW

WEIGHED: Final = """
lot   | out_of_hours | quote_days | price_weight | quality_criteria
BUILD | 0            | 10         | 60           | method:25;programme:15
"""
"""Terms of the lot that competes: ten working days, 60 for price and 40 for quality."""

DEADLINE: Final = deadline_on(NOW.date() + timedelta(days=14))
"""Ten working days after the invitations: 12 noon on Monday 15 June 2026."""

BEFORE: Final = DEADLINE - timedelta(microseconds=1)
FIRMS: Final = (AVON, BRIAR, CEDAR)

SUMS: Final[Mapping[str, dict[int, int]]] = MappingProxyType(
    {
        AVON: {1: 4_000_00, 2: 500_50},
        BRIAR: {1: 4_100_00, 2: 450_00},
        CEDAR: {1: 3_700_00, 2: 620_25},
    }
)
"""What each firm asks for each line. With VAT: £5,300.50, £5,370.00 and £5,060.25."""


def invited(url: str, *, weighed: bool = False, **particulars: str) -> str:
    """Bring a case to the tender, with every firm of the lot invited to quote."""
    if weighed:
        bring(url, "lot_terms", WEIGHED)
    return case_at(url, "tender", route="quotes", **particulars)


def quoted(url: str, reference: str, *firms: str) -> None:
    """Record the quotes of some firms, each in its own name."""
    for firm in firms or FIRMS:
        decide(url, reference, RecordQuote(firm, SUMS[firm]), by=firm)


def opened(url: str, reference: str, *, at: datetime = DEADLINE) -> None:
    """Let the deadline come, and the sweep with it."""
    live_at(at)
    open_competition(reference)


def marked(url: str, reference: str, marks: Mapping[str, tuple[int, int]]) -> None:
    """Mark the method and the programme of some quotes."""
    for firm, (method, programme) in marks.items():
        given = {"method": Decimal(method), "programme": Decimal(programme)}
        act(url, reference, ScoreQuote(firm, given))


def at_the_award(url: str, *firms: str, **options: Any) -> str:
    """Bring a case to the award: quoted by some firms or all, and opened."""
    reference = invited(url, **options)
    quoted(url, reference, *firms)
    opened(url, reference)
    return reference


def competition(url: str, reference: str = "DFG-1") -> Any:
    """Return the newest competition of a case."""
    with reading(url) as conn:
        return competition_of(conn, case_id=case_row(conn, reference=reference).id)


def quotes(url: str) -> list[tuple[str, str, int | None]]:
    """Return every answer in the service: contractor, status and net pence, oldest first."""
    return [(row["contractor"], row["status"], row["net_pence"]) for row in rows(url, Quote)]


def texts(url: str, kind: str) -> dict[str, str]:
    """Return the messages of a kind as they are read: address to subject and body."""
    found = {}
    for payload in messages(url, kind):
        message = render_message(kind=kind, context=payload["context"])
        found[payload["to"]] = f"{message.subject}\n{message.body}"
    return found
