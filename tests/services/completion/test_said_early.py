"""A client says before completion that works go wrong: nothing is paid before an answer."""

from __future__ import annotations

from models.tables.clocks import Clock
from models.tables.works import Payment
from rules.agreement import ViewHow
from rules.errors import InvalidDecisionError, StatuteError
from rules.pathway import StepName
from services.completion.agreement import AnswerClient, ClientAgrees
from services.completion.completion import Certify
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.valuing import ValueDone
from tests.desk.links.contractor import Builder, client_path
from tests.desk.web.desk import Desk
from tests.factories import act, later, pass_step, refused
from tests.looking import rows
from tests.services.completion.ombudsman import DRIPS, TODAY, typed
from tests.services.orders.replacing import begun, sound
from tests.small_service import AVON, FINN, REFERENCE, TESS


def test_a_client_says_early_that_something_goes_wrong_and_nothing_is_paid_before_an_answer(
    url: str,
) -> None:
    begun(url)
    act(url, REFERENCE, ValueDone(TODAY, ("1",)))
    act(url, REFERENCE, RecordInvoice("A-1", TODAY, 189_00, {1: 180_00}), by=AVON)
    client = Builder(client_path(url))
    said = client.send("client-agrees", client_agrees="no", other="The wall is open to the rain.")
    assert said.status_code == 303, said.text
    error = refused(url, REFERENCE, Release(), StatuteError, by=FINN)
    assert "nobody has answered them" in error.what
    assert typed("pay", "--release", "--by", FINN).exit_code != 0
    assert "Answer what the client says is outstanding" in Desk(TESS).get("/?tab=all").text
    early = ClientAgrees(agrees=True, how=ViewHow.VISIT)
    refused(url, REFERENCE, early, InvalidDecisionError, by=TESS)
    act(url, REFERENCE, AnswerClient("It is closed on Monday."))
    act(url, REFERENCE, Release(), by=FINN)
    assert len(rows(url, Payment)) == 1
    act(url, REFERENCE, DRIPS)  # and by an officer, before completion is claimed
    clock_of = [row for row in rows(url, Clock) if row["name"] == "answer_client"]
    assert [row["stopped_on"] is None for row in clock_of] == [False, True]
    act(url, REFERENCE, AnswerClient("The washer is replaced."))
    later(days=1)
    pass_step(url, REFERENCE, StepName.WORKS)
    assert "the client" in str(refused(url, REFERENCE, Certify(), StatuteError)).lower()
    assert sound(url) == []
