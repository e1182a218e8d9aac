"""Every rule that matters is also a named constraint: each is broken here by a raw insert."""

from __future__ import annotations

from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from adapters import clock
from models.base import Base
from models.case_queries import case_row
from models.database import engine_for, reading, writing
from models.people import actor_for
from models.tables import (
    cases,
    competition,
    consents,
    contractors,
    funding,
    many_cases,
    prices,
    record,
    reference,
    runners,
    schedules,
    terms,
    works,
)
from rules.cases import Reached, ReceivedKind
from rules.council_account import Account
from rules.grants.funding import FundingKind
from rules.grants.payers import PayerHow
from rules.orders import EndGround, ExitGround
from rules.pathway import CaseStatus
from services.aftercare.survey import AnswerSurvey
from services.cases.absences import record_absence
from services.cases.contacts import ChangeContact
from services.cases.notes import RecordNote
from services.cases.runners import Runner
from services.cases.runs import link_run
from services.decisions.exits import Exit
from services.documents.letters import change_letters
from services.documents.received import ReceiveDocument
from services.documents.returned import note_returned
from services.grants.charges_after import PayCharges
from services.grants.funding import RecordFunding
from services.grants.payer import RecordPayer
from services.orders.ended import EndOrder
from services.people.council_account import sign_in_by
from services.people.invitations import invite
from tests.batch_awards import batch_asked
from tests.competing import WEIGHED
from tests.factories import bring, case_at, decide, new_case
from tests.interchange import BROKEN as EVENTS_BROKEN
from tests.interchange import begun_by_its_system
from tests.looking import contents, rows
from tests.models.completion_constraints import COMPLETION_BROKEN, snagged
from tests.models.file_constraints import FILES_BROKEN
from tests.models.grant_constraints import GRANTS_BROKEN
from tests.models.of_contractors import CONTRACTORS_BROKEN, handed
from tests.models.order_constraints import VERSIONS_BROKEN, varied
from tests.models.partnership_constraints import PARTNERSHIP_BROKEN
from tests.models.payment_constraints import PAYMENTS_BROKEN, paid_in_parts
from tests.models.site_constraints import SITE_BROKEN, on_site
from tests.personal import retained
from tests.repricing import asked_for, carried_out
from tests.services.aftercare.broken import AFTERCARE_BROKEN, taken_care_of
from tests.services.clocks.clock_constraints import CLOCKS_BROKEN, clocks_and_alerts
from tests.services.completion.agreement_constraints import AGREEMENT_BROKEN, assessor_asked
from tests.services.consents.consent_constraints import CONSENTS_BROKEN, asked_by_landlord
from tests.services.delivery.following import DELIVERY_BROKEN, followed
from tests.services.links.link_constraints import LINKS_BROKEN, asked_by_contractor
from tests.services.orders.replacing import ENDINGS_BROKEN, taken_over
from tests.services.payments.run_constraints import RUNS_BROKEN, paid_in_run
from tests.small_service import ADA, ADAM, NOW, TERMS, TESS, TOBY
from tests.stating import STATED_BROKEN, both_stated

EARLY, LATE = NOW.date(), NOW.date().replace(year=2025)
WAIVER_RULES: Final = """
authority | rule | title     | valid_from | valid_to
RBC       | ANY  | Any works | 2026-01-01 | 2026-12-31
"""
FRESH_CASE: Final = {"reference": "DFG-99"}
TERMED: Final = {"lot": "RAILS"}
LOST: Final = {"contractor": "CEDAR", "net_pence": None, "line_net_pence": None}
UNDER_SEAL: Final = {"contractor": "CEDAR", "status": "sealed"}
WITHDRAWN: Final = {"contractor": "CEDAR", "status": "withdrawn"}
CANCELLED: Final = {"number": "WO-99", "status": "cancelled", "certified_on": None}

BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_audit_chain_sequence", record.Audit, {}),
    ("uq_closed_day", reference.ClosedDay, {}),
    ("ck_lot_award_rule_known", contractors.Lot, {"code": "X", "award_rule": "favourite"}),
    ("ck_lot_dates_in_order", contractors.Lot, {"code": "X", "valid_to": LATE}),
    ("uq_schedule_version_schedule_valid_from", schedules.ScheduleVersion, {}),
    (
        "ck_schedule_version_dates_in_order",
        schedules.ScheduleVersion,
        {"schedule": "X", "valid_from": EARLY, "valid_to": LATE},
    ),
    ("uq_schedule_item_version_id_code", schedules.ScheduleItem, {}),
    ("uq_case_reference", cases.Case, {}),
    ("ck_case_complexity_known", cases.Case, FRESH_CASE | {"complexity": "odd"}),
    ("ck_case_tenure_known", cases.Case, FRESH_CASE | {"tenure": "squatter"}),
    ("ck_case_contracting_party_known", cases.Case, FRESH_CASE | {"contracting_party": "moon"}),
    ("ck_case_route_known", cases.Case, FRESH_CASE | {"route": "raffle"}),
    ("ck_case_contribution_not_negative", cases.Case, FRESH_CASE | {"contribution_pence": -1}),
    ("uq_works_line_case_id_line", cases.WorksLine, {}),
    ("uq_case_step_case_id_step_revision", cases.CaseStep, {"current": False}),
    ("uq_case_step_one_current", cases.CaseStep, {"revision": 2}),
    (
        "ck_case_step_status_known",
        cases.CaseStep,
        {"revision": 2, "current": False, "status": "late"},
    ),
    (
        "ck_case_step_closed_when_over",
        cases.CaseStep,
        {"revision": 2, "current": False, "status": "waiting"},
    ),
    ("uq_flow_run_case_id_flow_run_id_step", cases.FlowRun, {}),
    ("ck_runner_kind_known", runners.Runner, {"name": "r", "kind": "parrot"}),
    *CONTRACTORS_BROKEN,
    *CONSENTS_BROKEN,
    ("ck_permission_dates_in_order", reference.Permission, {"provider": "ELM", "valid_to": LATE}),
    ("ck_permission_silence_known", reference.Permission, {"provider": "ELM", "silence": "yes"}),
    ("uq_price_case_id_kind_version", prices.Price, {}),
    ("ck_price_kind_known", prices.Price, {"version": 9, "kind": "guess"}),
    ("ck_price_total_is_net_and_vat", prices.Price, {"version": 9, "total_pence": 1}),
    ("uq_award_case_id_version", prices.Award, {}),
    ("uq_quote_one_live", competition.Quote, {}),
    ("ck_quote_net_positive", competition.Quote, {"contractor": "CEDAR", "net_pence": 0}),
    ("ck_quote_status_known", competition.Quote, LOST | {"status": "lost"}),
    ("ck_quote_money_only_when_opened", competition.Quote, UNDER_SEAL),
    ("ck_competition_status_known", competition.Competition, {"award_id": 99, "status": "odd"}),
    ("ck_competition_price_weight_known", competition.Competition, {"price_weight": 0}),
    ("ck_quality_score_criterion_named", competition.QualityScore, {"criterion": ""}),
    ("uq_offer_one_of_award", prices.Offer, {"status": "declined"}),
    ("uq_offer_one_live", prices.Offer, {"contractor": "CEDAR"}),
    ("ck_offer_status_known", prices.Offer, WITHDRAWN | {"status": "lost"}),
    ("ck_offer_answered_once", prices.Offer, WITHDRAWN | {"answered_at": None}),
    ("uq_turn_offer_id", prices.Turn, {}),
    ("uq_consent_case_id_step_revision", works.Consent, {}),
    ("ck_consent_basis_known", works.Consent, {"step_revision": 9, "basis": "assumed"}),
    ("uq_grant_certificate_one_of_first", consents.GrantCertificate, {}),
    ("ck_grant_certificate_kind_known", consents.GrantCertificate, {"kind": "dog"}),
    (
        "ck_grant_certificate_status_known",
        consents.GrantCertificate,
        {"kind": "owner", "status": "lost"},
    ),
    ("ck_lot_terms_quote_days_positive", terms.LotTerms, TERMED | {"quote_days": 0}),
    ("ck_lot_terms_contracting_party_known", terms.LotTerms, TERMED | {"contracting_party": "us"}),
    ("ck_lot_terms_price_weight_known", terms.LotTerms, TERMED | {"price_weight": 101}),
    ("uq_contract_rate_lot_contractor_code_valid_from", terms.ContractRate, {}),
    (
        "ck_contract_rate_dates_in_order",
        terms.ContractRate,
        {"code": "TILE", "valid_from": EARLY, "valid_to": LATE},
    ),
    ("ck_repricing_status_known", many_cases.Repricing, {"status": "lost", "done_at": None}),
    ("ck_repricing_done_dated", many_cases.Repricing, {"status": "done", "done_at": None}),
    ("ck_repriced_case_outcome_known", many_cases.RepricedCase, {"outcome": "lost"}),
    ("ck_batch_award_status_known", many_cases.BatchAward, {"status": "lost"}),
    ("uq_payer_share_one_live", funding.PayerShare, {}),
    ("ck_payer_share_how_known", funding.PayerShare, {"payer": "Oak", "how": "hoped"}),
    ("ck_payer_share_amount_positive", funding.PayerShare, {"payer": "Oak", "amount_pence": 0}),
    ("ck_waiver_rule_dates_in_order", funding.WaiverRule, {"rule": "X", "valid_to": LATE}),
    ("uq_budget_authority_year", funding.Budget, {}),
    ("ck_budget_committed_within", funding.Budget, {"year": 2030, "committed_pence": 10**9}),
    ("uq_approval_case_id_step_revision", works.Approval, {}),
    (
        "ck_grant_terms_arithmetic_known",
        funding.GrantTerms,
        {"valid_from": LATE, "arithmetic": "luck"},
    ),
    (
        "ck_approval_grant_within_maximum",
        works.Approval,
        {"step_revision": 9, "grant_pence": 30_000_01},
    ),
    ("uq_decision_gate_decided_once", record.Decision, {}),
    ("uq_work_order_number_version", works.WorkOrder, CANCELLED | {"number": "WO-2026-00001"}),
    ("uq_work_order_one_live", works.WorkOrder, {"number": "WO-99"}),
    ("ck_work_order_status_known", works.WorkOrder, CANCELLED | {"status": "lost", "lot": "X"}),
    ("ck_work_order_certified_dated", works.WorkOrder, CANCELLED | {"certified_on": EARLY}),
    ("ck_valued_line_net_within_ordered", works.ValuedLine, {"line": 9, "net_pence": 10**9}),
    *COMPLETION_BROKEN,
    ("uq_completion_certificate_order_id_kind", works.CompletionCertificate, {}),
    ("uq_invoice_number_stands", works.Invoice, {"number": "inv–dfg–1", "status": "queried"}),
    ("ck_invoice_status_known", works.Invoice, {"number_key": "inv-99", "status": "paid"}),
    *GRANTS_BROKEN,
    *PAYMENTS_BROKEN,
    *RUNS_BROKEN,
    ("uq_document_case_id_kind_version", record.Document, {}),
    *AFTERCARE_BROKEN,
    *(*CLOCKS_BROKEN, *LINKS_BROKEN, *ENDINGS_BROKEN, *SITE_BROKEN, *VERSIONS_BROKEN),
    *(*FILES_BROKEN, *STATED_BROKEN, *DELIVERY_BROKEN, *PARTNERSHIP_BROKEN),
    *EVENTS_BROKEN,
    *AGREEMENT_BROKEN,
    ("uq_outbox_key", record.Outbox, {}),
    ("ck_outbox_kind_known", record.Outbox, {"key": "k", "kind": "pigeon"}),
    ("ck_outbox_status_known", record.Outbox, {"key": "k", "status": "lost"}),
]


def constraints() -> dict[str, sa.Constraint | sa.Index]:
    """Return every rule of the tables by name, keys and references left out."""
    found: dict[str, sa.Constraint | sa.Index] = {}
    for table in Base.metadata.sorted_tables:
        for rule in table.constraints:
            if isinstance(rule, sa.UniqueConstraint | sa.CheckConstraint):
                found[str(rule.name)] = rule
        found |= {str(index.name): index for index in table.indexes if index.unique}
    return found


def test_every_rule_of_the_tables_is_broken_below() -> None:
    assert sorted(name for name, _, _ in BROKEN) == sorted(constraints())


def test_each_constraint_refuses_what_its_name_says(url: str) -> None:
    bring(url, "lot_terms", WEIGHED)
    case_at(url, "aftercare", tenure="private_tenant", route="quotes")
    case_at(url, "aftercare", reference="DFG-2", route="call_off")
    paid_in_run(url)
    decide(url, "DFG-2", AnswerSurvey({"overall": 5}))
    stopped(url)
    taken_over(url, reference="DFG-6")
    varied(url, reference="DFG-7")
    snagged(url, reference="DFG-9")
    taken_care_of(url, case_at(url, "aftercare", reference="DFG-18", route="quotes"))
    paid_in_parts(url, reference="DFG-10")
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 100")
    bring(url, "waiver_rules", WAIVER_RULES)
    for kind in (
        *("contractor_absences", "contractor_conflicts", "required_documents", "grant_terms"),
        *("partnership_budget", "partnership_capital", "partnership_terms", "printed_tables"),
    ):
        bring(url, kind, TERMS[kind])
    handed(url)
    bring(url, "contract_rates", TERMS["contract_rates"])
    case_at(url, "tender", reference="DFG-4")
    carried_out(asked_for(url, cases=("DFG-4",)))
    batch_asked(url)
    clocks_and_alerts(url, reference="DFG-4")
    new_case(url, reference="DFG-3")
    decide(url, "DFG-3", RecordFunding(FundingKind.FEE, "Agency fee", 1))
    decide(url, "DFG-3", Exit(CaseStatus.DIED, ExitGround.APPLICANT_DIED))
    decide(url, "DFG-3", PayCharges("Agency fee", "S-17"), by=ADA)
    with writing(url) as conn:
        first = case_row(conn, reference="DFG-1").id
        run = {"flow_run_id": "r", "name": "n", "state": "Completed", "message": ""}
        link_run(conn, case_id=first, now=NOW, **run)
        invite(conn, by=actor_for(conn, identity=ADAM), email=TESS, now=NOW)
        account = Account("https://id.rbc.example", "o-1", TESS, None)
        sign_in_by(conn, account=account, address="", agent="", now=NOW)
    Runner("one", kind="worker").sign()
    for made in (away, retained, both_stated, followed):
        made(url)
    with writing(url) as conn:
        told = next(row["id"] for row in rows(url, record.Outbox) if row["kind"] == "message")
        note_returned(conn, message_id=told, status="5.1.1", words="no mailbox", now=NOW)
    closing = {"closing": "Hello."}
    change_letters(authority="RBC", letter="every", places=closing, by=ADAM, reason="a new name")
    before = contents(url)
    said = {}
    for name, model, changes in BROKEN:
        said[name] = refusal(url, model, counted(url, name, model) | changes)
    unsaid = {name: words for name, words in said.items() if not names(url, name, words)}
    assert unsaid == {}
    assert contents(url) == before


def stopped(url: str) -> None:
    """Let a case have a file, somebody who pays, and works that stop."""
    case_at(url, "works", reference="DFG-5", route="call_off")
    decide(url, "DFG-5", RecordNote("rang about the tray"))
    decide(url, "DFG-5", ChangeContact(Reached.CLIENT, phone="01788 555 0199"))
    drawing = ReceiveDocument(ReceivedKind.DRAWING, "a.pdf", "application/pdf", "aa/a.pdf", "aa", 1)
    decide(url, "DFG-5", drawing)
    decide(url, "DFG-5", RecordPayer(PayerHow.DIRECT, "client", 1))
    asked_by_contractor(url, "DFG-5")
    asked_by_landlord(url, "DFG-8")
    assessor_asked(url, "DFG-5")
    on_site(url, reference="DFG-5")
    begun_by_its_system(url, "DFG-5")
    decide(url, "DFG-5", EndOrder(EndGround.OCCUPANT_DIED, done=("1",), not_done=("2",)))


def away(url: str) -> None:
    """Let somebody stand in for somebody."""
    with writing(url) as conn:
        record_absence(
            conn,
            officer=TESS,
            covered_by=TOBY,
            first_day=clock.today(),
            last_day=clock.today(),
            by=TESS,
            reason="on annual leave",
            now=clock.now(),
        )


def counted(url: str, name: str, model: Any) -> dict[str, Any]:
    """Return the first row, without its number, that a rule for some rows of a table counts."""
    rule = constraints()[name]
    where = rule.dialect_options["sqlite"]["where"] if isinstance(rule, sa.Index) else sa.true()
    with reading(url) as conn:
        row = conn.execute(sa.select(model.__table__).where(where)).mappings().first()
    assert row is not None, name
    return {key: value for key, value in row.items() if key != "id"}


def refusal(url: str, model: Any, row: dict[str, Any]) -> str:
    """Insert a row that must be refused and return what the database says."""
    with engine_for(url).connect() as conn:
        try:
            conn.execute(sa.insert(model), row)
        except sa.exc.DatabaseError as error:
            return str(error.orig)
        finally:
            conn.rollback()
    return "it was taken"


def names(url: str, name: str, words: str) -> bool:
    """Say whether a database's words name a constraint; SQLite names a key by its columns."""
    if url.startswith("postgresql") or name.startswith("ck_"):
        return f'"{name}"' in words or words.endswith(name)
    if name == "uq_audit_chain_sequence":
        return "never changed" in words  # the trigger against REPLACE speaks first
    rule = constraints()[name]
    columns = [f"{column.table.name}.{column.name}" for column in rule.columns]  # type: ignore[union-attr]  # both kinds have columns
    return words == f"UNIQUE constraint failed: {', '.join(columns)}"


def test_an_order_without_its_approval_is_no_row_at_all(url: str) -> None:
    case_at(url, "works")
    row = {key: value for key, value in rows(url, works.WorkOrder)[0].items() if key != "id"}
    row |= {"number": "WO-99", "lot": "X"}
    for column in ("approval_id", "offer_id", "price_id", "contractor"):
        wrong = row | {column: "nobody" if column == "contractor" else 99_999}
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"), writing(url) as conn:
            conn.execute(sa.insert(works.WorkOrder), wrong)
        with pytest.raises(IntegrityError, match=r"(?i)not.null"), writing(url) as conn:
            conn.execute(sa.insert(works.WorkOrder), row | {column: None})
