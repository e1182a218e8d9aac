"""A case whole, read for one person: the same on both databases."""

from __future__ import annotations

import pytest

from adapters import clock
from models.database import reading
from models.people import actor_for
from rules.errors import UnknownReferenceError
from services.reports.case_page.page import case_page
from tests.factories import case_at
from tests.small_service import ADA, REFERENCE, TESS, WENDY


def test_a_case_is_read_whole_for_whoever_may_see_it(url: str) -> None:
    case_at(url, "approve")
    with reading(url) as conn:
        ada = actor_for(conn, identity=ADA)
        shown = case_page(conn, reference=REFERENCE, viewer=ada, now=clock.now())
        tess = actor_for(conn, identity=TESS)
        hers = case_page(conn, reference=REFERENCE, viewer=tess, now=clock.now())
    (waiting,) = shown["next"]["open"]
    assert (waiting.title, waiting.owner) == ("Approve the grant", "approving officer")
    assert waiting.clocks[0].words == "5 working days from 1 June 2026: due 8 June 2026."
    assert [one.kind for one in shown["next"]["may"]] == ["approve"]
    assert not hers["next"]["may"]
    assert shown["works"]["price"]["total_pence"] == 160000
    assert shown["grant"]["grant_pence"] == 160000
    said = [row["said"] for row in shown["history"]["rows"]]
    assert any(words.startswith("Approve: opened") for words in said)


@pytest.mark.sqlite
def test_nobody_of_another_authority_reads_it(url: str) -> None:
    case_at(url, "approve")
    with reading(url) as conn:
        wendy = actor_for(conn, identity=WENDY)
        with pytest.raises(UnknownReferenceError, match="among those you may see"):
            case_page(conn, reference=REFERENCE, viewer=wendy, now=clock.now())
