"""What the tests of the Ombudsman's findings share: a command, an invoice, a client's view."""

from __future__ import annotations

from typing import Final

from typer.testing import CliRunner, Result

from desk.cli import app
from rules.agreement import ViewHow
from rules.pathway import StepStatus
from services.completion.agreement import ClientAgrees
from services.payments.payment import RecordInvoice
from tests.desk.web.desk import Desk
from tests.factories import go
from tests.looking import contents, status_of
from tests.small_service import NOW, REFERENCE, TESS

TODAY: Final = NOW.date()
INVOICE: Final = RecordInvoice("A-1", TODAY, 1_600_00, as_ordered=True)
DRIPS: Final = ClientAgrees(
    agrees=False, how=ViewHow.VISIT, outstanding={1: "The tap drips."}, other="No handle."
)


def typed(*words: str) -> Result:
    """Run a command as an officer types it."""
    return CliRunner().invoke(app, ["decide", REFERENCE, *words, "--reason", "it is due"])


def certified_nowhere(url: str) -> None:
    """Say that no other door signs the works off: the command, the page, the run."""
    assert typed("sign-off", "--certify", "--by", TESS).exit_code != 0
    assert Desk(TESS).get(f"/cases/{REFERENCE}/decide/certify").status_code == 409
    go(REFERENCE)
    assert status_of(url, REFERENCE, "sign-off") is StepStatus.WAITING


def held_words(url: str) -> str:
    """Return everything of the chain and of decisions, where no client's words may be."""
    return repr([contents(url)[name] for name in ("audit", "decision")])
