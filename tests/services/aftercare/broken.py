"""The rules of the tables of aftercare, and how each is broken."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from adapters import clock
from models.tables import aftercare
from rules.aftercare.outcomes import Outcome
from rules.aftercare.repayment import Breach
from services.aftercare.conditions import RecordBreach
from services.aftercare.defects import JudgeDefect, ReportDefect
from services.aftercare.outcomes import RecordOutcomes
from services.aftercare.recalls import AnswerRecall, RecallElsewhere
from services.aftercare.repayments import DemandRepayment, WaiveRepayment
from tests.factories import act, bring
from tests.small_service import ADA, AVON, BRIAR, TERMS

_STEP: Final[Any] = aftercare.DefectStep
AFTERCARE_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_survey_answer_case_id_question", aftercare.SurveyAnswer, {}),
    ("ck_survey_answer_question_known", aftercare.SurveyAnswer, {"question": "mood"}),
    ("ck_survey_answer_score_on_scale", aftercare.SurveyAnswer, {"score": 6}),
    ("uq_defect_case_id_number", aftercare.Defect, {}),
    ("ck_defect_step_state_known", _STEP, {"state": "lost"}),
    ("ck_defect_step_elsewhere_with_somebody", _STEP, {"contractor": AVON, "cost_pence": 1}),
    ("ck_defect_step_elsewhere_at_a_cost", _STEP, {"cost_pence": 1}),
    (
        "ck_defect_step_cost_not_negative",
        _STEP,
        {"state": "elsewhere", "contractor": AVON, "cost_pence": -1},
    ),
    ("ck_care_outcome_domain_known", aftercare.CareOutcome, {"domain": "luck"}),
    ("ck_care_outcome_result_known", aftercare.CareOutcome, {"result": "not_recorded"}),
    ("ck_repayment_kind_known", aftercare.Repayment, {"kind": "lent", "hardship": None}),
    ("ck_repayment_amount_not_negative", aftercare.Repayment, {"amount_pence": -1}),
    ("ck_repayment_considered_first", aftercare.Repayment, {"hardship": None}),
    ("ck_repayment_within_the_charge", aftercare.Repayment, {"amount_pence": 10**9}),
    (
        "ck_repayment_ground_of_a_demand",
        aftercare.Repayment,
        {"kind": "waived", "ground": "late"},
    ),
    ("ck_condition_breach_what_known", aftercare.ConditionBreach, {"what": "noise"}),
    ("uq_servicing_authority_works_valid_from", aftercare.Servicing, {}),
    ("ck_servicing_interval_sane", aftercare.Servicing, {"works": "X", "every_months": 0}),
    ("ck_servicing_years_sane", aftercare.Servicing, {"works": "X", "for_years": 0}),
    (
        "ck_servicing_dates_in_order",
        aftercare.Servicing,
        {"works": "X", "valid_to": date(2020, 1, 1)},
    ),
]


def taken_care_of(url: str, reference: str) -> None:
    """Let everything have happened on a case in aftercare that its tables hold."""
    today = clock.today()
    bring(url, "servicing", TERMS["servicing"])
    act(url, reference, ReportDefect("the tray leaks"))
    act(url, reference, JudgeDefect(1, of_works=True))
    act(url, reference, AnswerRecall(1, disputed="it was moved"), by=BRIAR)
    act(url, reference, RecallElsewhere(1, AVON, 240_00))
    act(url, reference, RecordOutcomes({"control": Outcome.ACHIEVED}))
    act(url, reference, RecordBreach(Breach.DISPOSAL, today, "her daughter rang"))
    considered = dict.fromkeys(("hardship", "job", "health", "care"), "none was told")
    act(url, reference, DemandRepayment(today, 1_00, **considered), by=ADA)
    act(url, reference, WaiveRepayment(50), by=ADA)
