"""Rotation against a plain book of turns, whatever becomes of the offers.

Cases of one lot are opened and offered; offers are accepted, declined and lapse, contractors are
replaced before and in the midst of works. A turn is an offer at its net value, whatever became of
it; who is first has the least value of turns since 1 April, then the fewest, then the last turn
longest ago, then the first code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import clock
from models.case_queries import (
    award_in_force,
    case_row,
    live_offer,
    live_order,
    price_lines,
    works_lines,
)
from models.database import reading
from models.replaced import left_on
from models.tables.prices import Turn
from rules.documents.items import item_of
from rules.pathway import PATHWAY, StepName, StepStatus
from rules.replacements import NextBy, ReplaceGround
from services.assignment.decide import AnswerOffer
from services.assignment.offers import lapse_offer, offers_to_lapse
from services.orders.replacing import ReplaceContractor
from services.verification.verify import findings
from tests.factories import DEARER, act, begin, go, later, new_case, pass_step
from tests.looking import rows, status_of
from tests.small_service import AVON, BRIAR, CEDAR

FIRMS = (AVON, BRIAR, CEDAR)
EVENTS = st.sampled_from(("open", "accept", "decline", "lapse", "replace", "half"))
NUMBERS = count(1)


@dataclass
class Book:
    """Turns as they came: whose, at which net value, on which day."""

    turns: list[tuple[str, int, date]] = field(default_factory=list)

    def order(self, on: date) -> list[str]:
        """Return the firms as rotation has them."""
        since = date(on.year if on.month >= 4 else on.year - 1, 4, 1)

        def key(firm: str) -> tuple[int, int, int, str]:
            own = [(place, turn) for place, turn in enumerate(self.turns) if turn[0] == firm]
            counted = [turn[1] for _, turn in own if turn[2] >= since]
            return sum(counted), len(counted), max((place for place, _ in own), default=-1), firm

        return sorted(FIRMS, key=key)


@dataclass
class Life:
    """A case as the book follows it: who was asked, and in which order they are."""

    reference: str
    order: list[str]
    asked: list[str] = field(default_factory=list)


def opened(url: str, book: Book) -> Life:
    """Open a case up to its offer; its award is in the order of the book."""
    reference = new_case(url, reference=f"DFG-{next(NUMBERS)}")
    go(reference)
    for step in PATHWAY:
        if step is StepName.APPROVE:
            break
        pass_step(url, reference, step)
    with reading(url) as conn:
        made = award_in_force(conn, case_id=case_row(conn, reference=reference).id)
    placed = [one["contractor"] for one in made.placings if one["place"] is not None]
    assert placed == book.order(clock.today())
    pass_step(url, reference, StepName.APPROVE)
    return Life(reference, placed)


def settle(url: str, life: Life, book: Book) -> None:
    """Approve what has become dearer, and write the offer that is out into the book."""
    if status_of(url, life.reference, "approve") is StepStatus.WAITING:
        act(url, life.reference, DEARER)
    with reading(url) as conn:
        case = case_row(conn, reference=life.reference)
        offer = live_offer(conn, case_id=case.id)
    if offer is not None and offer.contractor not in life.asked:
        assert offer.contractor in life.order
        life.asked.append(offer.contractor)
        book.turns.append((offer.contractor, offer.net_pence, clock.today()))


def turns(url: str) -> list[tuple[str, int, date]]:
    """Return the turns on record, as they came."""
    return [(row["contractor"], row["net_pence"], row["offered_on"]) for row in rows(url, Turn)]


def lapses(url: str, lives: list[Life], book: Book) -> None:
    """Let a week pass, and with it whatever offers are out on these cases."""
    later(days=8)
    mine = {life.reference: life for life in lives}
    for reference in offers_to_lapse():
        if reference in mine:
            lapse_offer(reference)
            go(reference)
            settle(url, mine[reference], book)


def happens(url: str, life: Life, event: str, share: int) -> None:
    """Let something become of a case, where it can."""
    reference = life.reference
    waits = status_of(url, reference, "assign") is StepStatus.WAITING
    works = status_of(url, reference, "works") is StepStatus.WAITING
    left = len(life.asked) < len(FIRMS)
    if event in ("accept", "decline") and waits:
        act(url, reference, AnswerOffer(accepted=event == "accept"))
    elif event == "replace" and works and not waits and left and not _begun(url, reference):
        act(url, reference, ReplaceContractor(ReplaceGround.DID_NOT_START, NextBy.BY_RULE))
    elif event == "half" and works and not waits and left:
        if not _begun(url, reference):
            begin(url, reference, clock.today())
        act(url, reference, _half(url, reference, share))


def _begun(url: str, reference: str) -> bool:
    with reading(url) as conn:
        order = live_order(conn, case_id=case_row(conn, reference=reference).id)
        return order is not None and order.started_on is not None


def _half(url: str, reference: str, share: int) -> ReplaceContractor:
    """Value a tenth of whatever is ordered, with a part of each line left."""
    with reading(url) as conn:
        case = case_row(conn, reference=reference)
        order = live_order(conn, case_id=case.id)
        assert order is not None
        lines = price_lines(conn, price_id=order.price_id)
        whole = {row.line: row.quantity for row in works_lines(conn, case_id=case.id)}
        works = left_on(conn, case_id=case.id) or whole
    part = {str(item_of(line=row.line, covers=row.covers)): row.net_pence // 10 for row in lines}
    left = {n: round(much * Decimal(share) / 10, 2) for n, much in works.items()}
    return ReplaceContractor(
        ReplaceGround.STOPPED,
        NextBy.BY_RULE,
        part=part,
        left=left,
        inspected_on=clock.today(),
    )


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(
        st.tuples(EVENTS, st.integers(0, 3), st.integers(1, 9)), min_size=8, max_size=14
    )
)
def test_rotation_is_by_the_book_whatever_becomes_of_the_offers(
    sqlite_service: str, events: list[tuple[str, int, int]]
) -> None:
    url = sqlite_service
    book = Book(turns(url))
    lives = [opened(url, book)]
    settle(url, lives[0], book)
    for event, which, share in events:
        if event == "open":
            lives.append(opened(url, book))
        elif event == "lapse":
            lapses(url, lives, book)
        else:
            happens(url, lives[which % len(lives)], event, share)
        for life in lives:
            settle(url, life, book)
        assert turns(url) == book.turns
    with reading(url) as conn:
        assert [one.sentence for one in findings(conn, _no_file)] == []


def _no_file(path: str) -> str:
    return path.rsplit("/", 1)[-1].split(".")[0]
