"""Cases that stand at a step, brought there by real decisions: nothing is put in by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import pytest
from sqlalchemy import Connection

from adapters import clock
from adapters.settings import settings
from models.base import AnyRow
from models.case_queries import award_in_force, case_row, live_offer, order_in_force, works_lines
from models.database import reading, writing
from models.site_queries import order_on_site
from rules.cases import ConsentAnswer
from rules.decisions import BaseDecision
from rules.errors import HandrailError
from rules.orders import ExitGround
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from rules.variations import Limb
from services.aftercare.close import CloseCase
from services.assignment.decide import AnswerOffer
from services.cases.advance import Standing
from services.cases.run_requests import claim_run_requests, record_run_ended, record_run_started
from services.competitions.award import open_competition
from services.competitions.competition import AwardQuote, ScoreQuote
from services.competitions.competitions import competition_in_force, marks, standing
from services.competitions.direction import Direct
from services.competitions.quoting import RecordQuote
from services.consents.decide import AnswerConsent
from services.decisions.exits import Exit
from services.decisions.record import Receipt, record_decision
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.imports import ImportReport, ScheduleOptions, first_administrator, run_import
from services.orders.safety import HoldPlan
from services.orders.works import StartWorks
from services.pricing.works import ConfirmPrice
from tests.kept import kept
from tests.looking import contents, status_of, steps
from tests.services.imports.importing import ALL_MEANT, sheet
from tests.small_service import (
    ADA,
    ADAM,
    AVON,
    BRIAR,
    FINN,
    NOW,
    OTTO,
    PLAN,
    REASON,
    REFERENCE,
    SERVICE,
    TESS,
    WORKS,
)
from tests.tenants import next_certificate, of_tenant
from tests.usual import at_approve, at_pay, at_sign_off, at_works

ANSWER: Final = "nothing in it is certified"  # why bespoke lines need no certificate
DEARER: Final = Approve(approved=True, limb=Limb.WORKS_COST)
"""The approval of more than was approved before (s.34(5))."""

GROUND: Final = MappingProxyType(
    {
        CaseStatus.DIED: ExitGround.OCCUPANT_DIED,
        CaseStatus.MOVED: ExitGround.OCCUPANT_MOVED,
        CaseStatus.WITHDRAWN: ExitGround.APPLICANT_WITHDREW,
        CaseStatus.ALTERNATIVE_FOUND: ExitGround.NEED_CEASED,
    }
)
"""On what ground a case leaves, where a test does not say."""

QUOTED: Final = MappingProxyType({AVON: 4_000_00, BRIAR: 3_900_00})
"""What the two firms that quote ask for each line, where a test does not say."""

# Where a case on its way is kept, for others of its kind that go further.
_RESTS: Final = (StepName.PRICE, StepName.APPROVE, StepName.WORKS, StepName.SIGN_OFF)

# ---- the service and its clock


def bring(url: str, kind: str, text: str) -> ImportReport:
    """Import one small file as of now."""
    version = ScheduleOptions("BASE", date(2026, 1, 1)) if kind == "schedule" else None
    with writing(url) as conn:
        first_administrator(conn, email=ADAM, name="Adam Admin", now=clock.now())
        return run_import(
            conn,
            kind=kind,
            sheet=sheet(text, file=f"{kind}.csv"),
            now=clock.now(),
            actor=ADAM,
            schedule=version,
            said=ALL_MEANT,
            dry_run=False,
        )


def service(url: str, now: datetime = NOW) -> None:
    """Import the small service, with the clock at an instant."""
    live_at(now)
    for kind, text in SERVICE.items():
        bring(url, kind, text)


def live_at(instant: datetime) -> None:
    """Move the clock that this test lives by."""
    file = settings().clock_file
    assert file is not None, "the test must set HANDRAIL_CLOCK_FILE"
    clock.set_clock_file(file=file, instant=instant)


def later(**span: float) -> datetime:
    """Move the clock on by days, hours, minutes or seconds, and return the new instant."""
    instant = clock.now() + timedelta(**span)
    live_at(instant)
    return instant


# ---- opening a case and walking it


def new_case(
    url: str,
    *,
    reference: str = REFERENCE,
    route: str = "pre_priced",
    tenure: str = "owner",
    asks: str = "yes",
    tenancy: str = "",
    **particulars: str,
) -> str:
    """Open a case with its works lines by importing both; particulars are columns of ``cases``.

    Args:
        asks: Whether a tenant has given authority to ask the landlord: yes or no.
        tenancy: The kind of tenancy, ``none`` for one that nobody recorded.
    """
    work_type, lines = WORKS[route]
    columns = {
        "reference": reference,
        "authority": "RBC",
        "client_name": "Mrs Ashby",
        "address": "14 Hill Road, Rugby",
        "postcode": "CV22 5AA",
        "tenure": tenure,
        "landlord": {"rp_tenant": "OAK", "private_tenant": "Mr Lett"}.get(tenure, ""),
        "date_of_birth": "1941-08-17",
        "email": "ashby@home.example",
        "work_type": work_type,
        "purpose": "f",
        "urgent": "no",
        "complexity": "simple",
        "contact_on": "2026-04-01",
        "recommended_on": "2026-04-15",
        "applied_on": "2026-05-01",
        "vat_declaration": "yes",
    } | particulars
    bring(url, "cases", " | ".join(columns) + "\n" + " | ".join(columns.values()))
    header = "case | line | code | quantity | description | unit | no_certificates_because"
    numbered = (
        f"{reference} | {number} | {line} | {'' if line.split('|')[0].strip() else ANSWER}"
        for number, line in enumerate(lines, start=1)
    )
    bring(url, "works", "\n".join((header, *numbered)))
    for held in of_tenant(tenure, tenancy=tenancy, asks=asks == "yes"):
        decide(url, reference, held)
    return reference


def case_at(url: str, step: str, **options: Any) -> str:
    """Open a case and bring it to a step that waits for somebody; options are ``new_case``'s."""
    reference = str(options.get("reference", REFERENCE))
    kept(url, name=f"{step} {sorted(options.items())}", walk=lambda: _walk(url, step, options))
    assert status_of(url, reference, step) is StepStatus.WAITING, steps(url, reference)
    return reference


def _walk(url: str, step: str, options: Mapping[str, Any]) -> None:
    reference = _come_to(url, step, options)
    if step == StepName.WORKS:  # so that a test may let them begin
        decide(url, reference, HoldPlan("CPP-1", clock.today()))
    if step == StepName.APPROVE:  # so that a test may approve
        find(url, reference)


def _come_to(url: str, step: str, options: Mapping[str, Any]) -> str:
    """Walk a case to where a step begins, from the last resting place of such a case."""
    reference, way = str(options.get("reference", REFERENCE)), list(PATHWAY)
    way = way[: way.index(StepName(step))]
    rest = next((place for place in reversed(way) if place in _RESTS), None)
    if rest is None:
        go(new_case(url, **options))
    else:
        name = f"to {rest} {sorted(options.items())}"
        kept(url, name=name, walk=lambda: _come_to(url, rest, options))
    for place in way[way.index(rest) if rest else 0 :]:
        pass_step(url, reference, place)
    return reference


def find(url: str, reference: str) -> None:
    """Record the two findings of s.24(3), where nobody has."""
    while (decision := usual_decision(url, reference, StepName.APPROVE)).kind != "approve":
        decide(url, reference, decision)


def pass_step(url: str, reference: str, step: StepName) -> None:
    """Decide whatever a step waits for, as everybody would where nothing is amiss."""
    while status_of(url, reference, step) is StepStatus.WAITING:
        act(url, reference, usual_decision(url, reference, step))


def begin(url: str, reference: str, day: date) -> None:
    """Let works begin, with the construction phase plan that they do not begin without."""
    with reading(url) as conn:
        order = order_in_force(conn, case_id=case_row(conn, reference=reference).id)
        held = order_on_site(conn, order=order).plan is not None
    if not held:
        decide(url, reference, HoldPlan("CPP-2", day))
    act(url, reference, StartWorks(day))


def usual_decision(url: str, reference: str, step: StepName) -> BaseDecision:
    """Return the decision that brings a waiting step nearer to its end."""
    with reading(url) as conn:
        return _USUAL[step](conn, case_row(conn, reference=reference))


def _tender(conn: Connection, case: AnyRow) -> BaseDecision:
    award = award_in_force(conn, case_id=case.id)
    if award.route != "quotes":
        return Direct()
    competition = competition_in_force(conn, case_id=case.id)
    if competition.status == "open":
        held = standing(conn, award_id=award.id)
        for firm, pence in QUOTED.items():
            if firm not in held:
                lines = works_lines(conn, case_id=case.id)
                return RecordQuote(firm, {row.line: pence for row in lines})
        quotes_opened(case.reference, after=competition.deadline)
    weights, given = competition.quality_weights, marks(conn, award_id=award.id)
    for firm in QUOTED:
        if set(weights) - set(given.get(firm, {})):
            return ScoreQuote(firm, dict.fromkeys(weights, Decimal(80)))
    return AwardQuote(BRIAR)


def quotes_opened(reference: str, *, after: datetime) -> None:
    """Let the deadline of a mini-competition come, if it has not, and the sweep open its quotes."""
    live_at(max(clock.now(), after))
    open_competition(reference)


_USUAL: Final[Mapping[StepName, Callable[[Connection, AnyRow], BaseDecision]]] = MappingProxyType(
    {
        StepName.SPECIFY: lambda _conn, _case: Specify(),
        StepName.PRICE: lambda _conn, _case: ConfirmPrice(),
        StepName.TENDER: _tender,
        StepName.CONSENT: lambda _conn, _case: AnswerConsent(ConsentAnswer.GRANTED),
        StepName.CERTIFICATES: next_certificate,
        StepName.APPROVE: at_approve,
        StepName.ASSIGN: lambda _conn, _case: AnswerOffer(accepted=True),
        StepName.WORKS: at_works,
        StepName.SIGN_OFF: at_sign_off,
        StepName.PAY: at_pay,
        StepName.AFTERCARE: lambda _conn, _case: CloseCase(),
    }
)


# ---- deciding, and carrying on


def decide(
    url: str, reference: str, decision: BaseDecision, *, by: str = "", reason: str = REASON
) -> Receipt:
    """Record a decision by whoever usually takes it, with its PLAN rationale if it needs one."""
    if isinstance(decision, Exit) and decision.ground is None:
        decision = replace(decision, ground=GROUND.get(decision.outcome))
    with writing(url) as conn:
        return record_decision(
            conn,
            reference=reference,
            decision=decision,
            by=by or _usual_person(conn, reference, decision),
            reason=reason,
            now=clock.now(),
            plan=PLAN if decision.needs_plan else None,
        )


def _usual_person(conn: Connection, reference: str, decision: BaseDecision) -> str:
    if decision.kind in ("answer-offer", "hold-plan", "start", "progress", "complete"):
        offer = live_offer(conn, case_id=case_row(conn, reference=reference).id)
        late = decision.kind == "answer-offer" and offer and offer.expires_on < clock.today()
        return TESS if late else str(offer.contractor) if offer else AVON
    usual = {"assessor-confirms": OTTO, "find-necessary": OTTO, "release": FINN}
    usual["look-at-applicant-account"] = FINN
    return usual.get(decision.kind, ADA if decision.kind.startswith("approve") else TESS)


def go(reference: str) -> Standing:
    """Carry a case on as a run of ``advance-case`` does, without Prefect."""
    from flows.advance_case import advance  # Prefect takes seconds to import

    return advance(reference)


def runs_ended() -> None:
    """Record every run asked for as begun and ended, as the conductor does with each."""
    while requests := claim_run_requests(by="the tests"):
        for request in requests:
            run_id = f"run-{request.id}"
            record_run_started(request_ids=[request.id], flow_run_id=run_id)
            record_run_ended(
                request_id=request.id, flow_run_id=run_id, state="Completed", message=""
            )


def act(
    url: str, reference: str, decision: BaseDecision, *, by: str = "", reason: str = REASON
) -> Standing:
    """Record a decision and carry the case on."""
    decide(url, reference, decision, by=by, reason=reason)
    return go(reference)


def refused(
    url: str, reference: str, decision: BaseDecision, error: type[HandrailError], *, by: str = ""
) -> HandrailError:
    """Record what must be refused, and return the refusal: in sentences, with nothing changed."""
    before = contents(url)
    with pytest.raises(error) as caught:
        decide(url, reference, decision, by=by)
    assert type(caught.value) is error
    assert caught.value.what.endswith("."), caught.value.what
    assert contents(url) == before, "a refused decision changed something"
    return caught.value
