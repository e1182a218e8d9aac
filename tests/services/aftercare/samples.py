"""A sample of every decision after sign-off that has one of its own."""

from __future__ import annotations

from rules.aftercare.outcomes import Outcome
from rules.aftercare.repayment import Breach, Recovery
from services.aftercare.conditions import RecordBreach
from services.aftercare.defects import JudgeDefect, ReportDefect
from services.aftercare.inspected import ConfirmRecall, InspectRecall
from services.aftercare.outcomes import RecordOutcomes
from services.aftercare.recalls import AnswerRecall, PutRight, RecallElsewhere
from services.aftercare.recovering import DemandRecovery
from services.aftercare.repayments import DemandRepayment, ReceiveRepayment, WaiveRepayment
from services.aftercare.servicing import SetServicing
from tests.small_service import BRIAR, NOW

AFTER_SIGN_OFF = (
    ReportDefect("the tray leaks"),
    JudgeDefect(1, of_works=True),
    AnswerRecall(1),
    PutRight(1, NOW.date(), "photograph"),
    RecallElsewhere(1, BRIAR, 240_00),
    InspectRecall(1, right=True),
    ConfirmRecall(1, right=True),
    RecordOutcomes({"control": Outcome.ACHIEVED}),
    DemandRepayment(NOW.date(), 1_00, "none told", "no", "no", "no"),
    DemandRecovery(Recovery.LATE, 1_00, "The works took two years."),
    WaiveRepayment(1_00),
    ReceiveRepayment(1_00, NOW.date()),
    RecordBreach(Breach.OCCUPATION, NOW.date(), "her daughter rang"),
    SetServicing(reminders=False),
)
