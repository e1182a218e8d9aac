"""An applicant whose letter came back was not told of direct payment by it (s.39(1))."""

from __future__ import annotations

import sqlalchemy as sa

from adapters import clock
from models.database import reading, writing
from models.tables.cases import Case
from models.tables.record import Outbox, ReturnedMail
from services.grants.direct import TOLD, told_of_direct_payment
from tests.factories import case_at
from tests.looking import case


def told(url: str, reference: str) -> tuple[bool, bool]:
    """Return what a list says of a case, and what its page does."""
    with reading(url) as conn:
        listed = conn.execute(sa.select(TOLD).where(Case.reference == reference)).scalar_one()
        return bool(listed), told_of_direct_payment(conn, case=case(url, reference)) is not None


def test_a_letter_that_came_back_tells_nobody_until_it_is_settled(url: str) -> None:
    reference = case_at(url, "certificates")
    assert told(url, reference) == (True, True)
    with writing(url) as conn:
        letter = Outbox.key.like(f"{reference}:certificate_request_to_applicant:%")
        number = conn.execute(sa.select(Outbox.id).where(letter)).scalar_one()
        back = {"outbox_id": number, "words": "unknown", "reported_at": clock.now()}
        conn.execute(sa.insert(ReturnedMail).values(settled_why="", **back))
    assert told(url, reference) == (False, False)
    with writing(url) as conn:
        settled = {"settled_at": clock.now(), "settled_why": "sent again"}
        conn.execute(sa.update(ReturnedMail).values(**settled))
    assert told(url, reference) == (True, True)
