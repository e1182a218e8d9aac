"""A defect in month nine, by the links of the client and the contractor alone; and the survey."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image

from adapters import clock
from models.case_queries import case_row
from models.database import reading
from rules.aftercare.defects import State
from rules.cases import LinkOf
from services.aftercare.defects import JudgeDefect
from services.aftercare.held import defects_on
from services.aftercare.inspected import InspectRecall
from services.links.decide import SendLink
from tests.desk.links.contractor import Builder, client_path, path_of
from tests.desk.web.desk import Desk
from tests.factories import act, case_at, decide, go, later
from tests.looking import contents
from tests.small_service import REFERENCE, TESS

WRONG = "Water stands by the door"


def state(url: str) -> State:
    with reading(url) as conn:
        return defects_on(conn, case_id=case_row(conn, reference=REFERENCE).id)[0].state


def photograph() -> dict[str, tuple[str, bytes, str]]:
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(held, "PNG")
    return {"files": ("floor.png", held.getvalue(), "image/png")}


def test_a_defect_in_month_nine_goes_from_link_to_link_and_is_confirmed(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    case_at(url, "aftercare")
    later(days=270)
    go(REFERENCE)
    decide(url, REFERENCE, SendLink(LinkOf.CLIENT), by=TESS)
    client = Builder(client_path(url))
    told = client.send("report-defect", words=WRONG, line="1", files=photograph())
    assert told.headers.get("location", "").endswith("?recorded=yes"), told.text
    assert WRONG in client.get().text
    go(REFERENCE)
    act(url, REFERENCE, JudgeDefect(1, of_works=True))

    firm = Builder(path_of(url))
    page = firm.get().text
    assert "R1" in page
    assert "14 Hill Road" in page
    day = (clock.today() + timedelta(days=2)).isoformat()
    answered = firm.send("answer-recall", recall="1", visit=day)
    assert answered.headers.get("location", "").endswith("yes"), answered.text
    go(REFERENCE)
    assert state(url) is State.VISIT_AGREED
    later(days=2)
    done = firm.send("put-right", recall="1", on=clock.today().isoformat(), files=photograph())
    assert done.headers.get("location", "").endswith("yes"), done.text
    go(REFERENCE)
    assert state(url) is State.PUT_RIGHT
    act(url, REFERENCE, InspectRecall(1, right=True))
    assert (
        client.send("confirm-recall", recall="1", right="yes").headers["location"].endswith("yes")
    )
    go(REFERENCE)
    assert state(url) is State.CONFIRMED
    shown = Desk(TESS).get(f"/cases/{REFERENCE}").text
    assert WRONG in shown
    assert "Put right, as the client says" in shown
    assert "14 Hill Road" not in firm.get().text


def test_a_client_answers_the_survey_once_and_leaves_out_what_they_will(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    case_at(url, "aftercare")
    decide(url, REFERENCE, SendLink(LinkOf.CLIENT), by=TESS)
    client = Builder(client_path(url))
    before = contents(url)
    form = client.get("/do/survey").text
    assert form.count('type="radio"') == 6 * 6
    assert "No answer" in form
    assert contents(url) == before
    over = client.form("survey")
    answers = {"score.overall": "5", "score.reliability": "", "score.communication": "2"}
    sent = [client.send("survey", over=over, **answers) for _ in range(2)]
    assert [one.headers["location"].rpartition("=")[2] for one in sent] == ["yes", "again"]
    go(REFERENCE)
    assert "overall 5 of 5" in client.get().text
    assert client.get("/do/survey").status_code == 409
    outcomes = client.send("record-outcomes", **{"outcome.control": "partly"})
    assert outcomes.headers["location"].endswith("yes"), outcomes.text
    shown = Desk(TESS).get(f"/cases/{REFERENCE}").text
    assert "Partly achieved" in shown
    section = shown.partition('id="aftercare"')[2].partition("<h2")[0]
    assert section.count("<dd>Not recorded") == 8
