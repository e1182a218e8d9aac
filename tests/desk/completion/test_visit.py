"""The list of a visit: what it takes, what it refuses, and a form that is sent more than once."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import httpx2 as httpx
import pytest

from models.tables.completion import FindingEntry
from models.tables.files import ReceivedDocument
from models.tables.works import Inspection
from services.completion.inspecting import InspectLines
from services.completion.snags import AnswerSnag
from tests.adapters.test_received import SVG, picture
from tests.desk.links.contractor import Builder, path_of
from tests.desk.web.desk import Desk
from tests.factories import act, case_at, go
from tests.looking import contents, rows
from tests.small_service import AVON, FINN, REFERENCE, TESS, TOBY

PATH: Final = f"/cases/{REFERENCE}/inspect"
PHOTO: Final = ("photographs.2", ("tile.png", picture("PNG"), "image/png"))
_OVER: Final = re.compile(r'name="made_over" value="([^"]*)"')


class Phone:
    """An officer's telephone, with the form as it was loaded."""

    def __init__(self, who: str = TESS) -> None:
        self.desk = Desk(who)
        self.over = self.load()

    def load(self) -> str:
        """Load the page anew, and return what its form is made over."""
        (found,) = _OVER.findall(self.desk.get(PATH).text)
        return str(found)

    def send(self, *files: Any, **typed: str) -> httpx.Response:
        """Send the form; the names are written with __ for the dot."""
        fields = {name.replace("__", "."): value for name, value in typed.items()}
        held = {"csrf": self.desk.csrf, "made_over": self.over, "reason": "with Mrs Ashby"}
        return self.desk.post(PATH, data=held | fields, files=list(files) or None)


@pytest.fixture
def phone(sqlite_service: str) -> Phone:
    case_at(sqlite_service, "sign-off")
    return Phone()


def test_a_visit_is_recorded_line_by_line_with_its_photographs(
    sqlite_service: str, phone: Phone
) -> None:
    page = phone.desk.get(PATH).text
    assert "Line 2: Wall tiling, 8 m²" in page
    sent = phone.send(
        PHOTO,
        result__1="measured",
        measured__1="1.5",
        result__2="snag",
        snag__2="a tile is loose\nthe grout is missing",
        rectify_by__2="30/06/2026",
    )
    assert sent.headers["location"] == f"{PATH}?recorded=yes", sent.text
    found = [
        (row["line"], row["result"], row["quantity"]) for row in rows(sqlite_service, Inspection)
    ]
    assert found == [(1, "pass", Decimal("1.5")), (2, "snag", None), (2, "snag", None)]
    entries = [(row["words"], row["documents"]) for row in rows(sqlite_service, FindingEntry)]
    assert entries == [("a tile is loose", (1,)), ("the grout is missing", (1,))]
    assert [row["line"] for row in rows(sqlite_service, ReceivedDocument)] == [2]


def test_the_same_form_sent_twice_is_recorded_once_and_says_so(
    sqlite_service: str, phone: Phone
) -> None:
    typed = {"result__1": "pass", "result__2": "snag", "snag__2": "a tile is loose"}
    phone.send(PHOTO, **typed)
    go(REFERENCE)
    before = contents(sqlite_service)
    again = phone.send(PHOTO, **typed)
    assert again.headers["location"] == f"{PATH}?recorded=again"
    assert contents(sqlite_service) == before


def test_a_second_telephone_is_told_what_the_first_recorded_and_keeps_what_was_typed(
    sqlite_service: str, phone: Phone
) -> None:
    other = Phone(TOBY)
    phone.send(result__1="pass")
    go(REFERENCE)
    before = contents(sqlite_service)
    told = other.send(result__1="snag", snag__1="the tray rocks")
    assert told.status_code == 409
    assert "Something was recorded of WO-2026-00001 since you opened this form." in told.text
    assert "Pass, 1 June 2026, Tess Tyler." in told.text
    assert "the tray rocks" in told.text
    assert contents(sqlite_service) == before
    other.over = other.load()
    assert other.send(result__1="snag", snag__1="the tray rocks").status_code == 303


def test_snags_are_looked_at_again_one_by_one(sqlite_service: str, phone: Phone) -> None:
    act(sqlite_service, REFERENCE, InspectLines(passed=(1,), snags={2: "loose; no grout"}))
    answer = AnswerSnag((1,), put_right=False, words="it was so before")
    act(sqlite_service, REFERENCE, answer, by=AVON)
    assert "it was so before" in phone.desk.get(PATH).text
    phone.over = phone.load()
    sent = phone.send(again__1="cleared", again__2="still", still__2="half of it")
    assert sent.status_code == 303, sent.text
    said = [(row["said"], row["words"]) for row in rows(sqlite_service, FindingEntry)][3:]
    assert said == [("cleared", ""), ("still", "half of it")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Say which lines pass and which have a snag."),
        ({"result__1": "snag"}, "Line 1: say what the snag is."),
        ({"result__1": "measured"}, "Line 1: say how much there is."),
        ({"result__1": "measured", "measured__1": "lots"}, "Line 1: “lots” is no quantity"),
        ({"result__1": "measured", "measured__1": "-2"}, "Line 1: -2 is no quantity."),
        ({"result__1": "no_access"}, "Line 1: say why it could not be looked at."),
        ({"result__1": "pass", "reason": "."}, "reason"),
        (
            {"result__1": "snag", "snag__1": "loose", "rectify_by__1": "30/02/2026"},
            "“30/02/2026” is no date",
        ),
        (
            {"result__1": "snag", "snag__1": "loose", "rectify_by__1": "30/04/2026"},
            "30 April 2026 is past",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(
    sqlite_service: str, phone: Phone, typed: dict[str, str], words: str
) -> None:
    before = contents(sqlite_service)
    answer = phone.send(**typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert contents(sqlite_service) == before


def test_what_is_no_photograph_is_not_taken(sqlite_service: str, phone: Phone) -> None:
    before = contents(sqlite_service)
    drawing = ("photographs.1", ("a.svg", SVG, "image/svg+xml"))
    answer = phone.send(drawing, result__1="snag", snag__1="loose")
    assert answer.status_code == 422
    assert "“a.svg” was not taken." in answer.text
    assert contents(sqlite_service) == before


def test_whoever_may_not_inspect_sees_the_list_and_why_not(
    sqlite_service: str, phone: Phone
) -> None:
    shown = Desk(FINN).get(PATH)
    assert "may not record “inspect”" in shown.text
    assert "<button>Record" not in shown.text
    phone.desk = Desk(FINN)
    assert phone.send(result__1="pass").status_code in {403, 422}


def test_the_contractor_sees_a_photograph_of_its_open_snag_and_answers_with_one_of_its_own(
    sqlite_service: str, phone: Phone
) -> None:
    phone.send(PHOTO, result__2="snag", snag__2="a tile is loose")
    go(REFERENCE)
    builder = Builder(path_of(sqlite_service))
    page = builder.get().text
    assert f'src="{builder.path}/snags/1"' in page
    shown = builder.get("/snags/1")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert builder.get("/snags/2").status_code == 404
    without = builder.send("answer-snag", snag="1", put_right="yes", words="bedded anew")
    assert "Hand in a photograph that shows what was put right." in without.text
    over = builder.form("answer-snag")
    done = [("files", ("done.png", picture("PNG", size=(9, 9)), "image/png"))]
    sent = builder.send("answer-snag", over=over, files=done, snag="1", put_right="yes")
    assert sent.status_code == 303, sent.text
    go(REFERENCE)
    again = builder.send("answer-snag", over=over, files=done, snag="1", put_right="yes")
    assert again.status_code == 409
    assert "snag 1 answered; an officer looks again." in again.text
    assert builder.get("/snags/1").status_code == 200
