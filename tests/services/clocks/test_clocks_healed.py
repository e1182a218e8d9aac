"""Clocks that are missing are started as they would have been; dates on record stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import reading, writing
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock, ClockChange
from rules.cases import ConsentAnswer
from rules.pathway import StepName
from services.clocks.missing import start_missing
from services.completion.inspecting import InspectLines
from services.consents.decide import AnswerConsent
from services.payments.payment import RecordInvoice
from services.ready import prepare
from services.verification.clocks import cases_without_their_clocks, reckoned_again
from tests.factories import act, case_at, later, pass_step
from tests.looking import running, step_of
from tests.services.imports.importing import contents

COMPARED: Final = (
    *("holder", "opened_on", "target_days", "promised_on", "subject", "step_revision"),
    *("due_on", "warn_on", "late_on", "escalate_on", "next_on", "paused", "kind"),
)


def forget(url: str, *, due: Mapping[str, date] | None = None) -> None:
    """Leave a database as an earlier version did: steps with dates, and no clocks."""
    with writing(url) as conn:
        conn.execute(sa.delete(ClockChange))
        conn.execute(sa.delete(Clock))
        for step, day in (due or {}).items():
            conn.execute(sa.update(CaseStep).where(CaseStep.step == step).values(due_on=day))


def heal(url: str) -> int:
    with writing(url) as conn:
        return start_missing(conn, now=clock.now())


def shown(url: str, reference: str) -> dict[str, dict[str, Any]]:
    held = running(url, reference)
    return {name: {c: getattr(row, c) for c in COMPARED} for name, row in held.items()}


def at(url: str, place: str) -> str:
    """Bring a private tenant's case to where it waits for somebody in particular."""
    step, _, what = place.partition(": ")
    options = {"tenure": "private_tenant"}
    if step in ("tender", "works"):
        options["route"] = "quotes"
    reference = case_at(url, step, **options)
    if what == "snags":
        act(url, reference, InspectLines(passed=(2,), snags={1: "leaks"}))
    elif what == "queried":
        act(url, reference, RecordInvoice("INV-1", clock.today(), 1, as_ordered=True))
    elif what == "lapsing":
        last = date(2026, 8, 1)
        act(url, reference, AnswerConsent(ConsentAnswer.GRANTED, valid_to=last))
        for name in (StepName.PRICE, StepName.TENDER, StepName.CERTIFICATES):
            pass_step(url, reference, name)
    return reference


@pytest.mark.parametrize(
    "place",
    [
        *("specify", "tender", "consent", "consent: lapsing", "assign", "works"),
        *("sign-off: snags", "pay", "pay: queried", "aftercare"),
    ],
)
def test_clocks_that_were_lost_come_back_as_they_were(sqlite_service: str, place: str) -> None:
    url = sqlite_service
    reference = at(url, place)
    before, steps = shown(url, reference), contents(url)["case_step"]
    forget(url)
    assert heal(url) > 0
    assert shown(url, reference) == before
    assert contents(url)["case_step"] == steps
    assert heal(url) == 0


def test_a_database_of_an_earlier_version_has_its_clocks_after_the_next_start(url: str) -> None:
    reference = case_at(url, "works")
    other = case_at(url, "approve", reference="DFG-2", tenure="private_tenant")
    before = shown(url, reference)
    forget(url, due={"works": date(2026, 7, 27), "approve": date(2026, 6, 20)})
    prepare(url)
    assert shown(url, reference) == before, "40 working days are the target's, and the order's win"
    kept = running(url, other)["approve"]
    assert (kept.due_on, kept.promised_on, kept.target_days) == (
        date(2026, 6, 20),
        date(2026, 6, 20),
        None,
    )
    assert step_of(url, other, "approve").due_on == date(2026, 6, 20)
    with reading(url) as conn:
        assert list(reckoned_again(conn)) == []
        assert list(cases_without_their_clocks(conn)) == []


def test_a_case_of_years_nobody_loaded_stops_nobody_and_is_named(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "specify")
    forget(url)
    with writing(url) as conn:
        conn.execute(sa.update(Case).values(contact_on=date(1999, 1, 4)))
    later(days=1)
    prepare(url)
    assert set(running(url, reference)) == {"specify"}
    with reading(url) as conn:
        (found,) = cases_without_their_clocks(conn)
    assert found.where == reference
    assert found.sentence.startswith("Its dates lie in years whose bank holidays are not held")
