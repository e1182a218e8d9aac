"""Payments at the desk: bank details by two, a run made once, its files, what the bank said."""

from __future__ import annotations

import re

import pytest

from models.tables.payments import BankAccount, SentPayment
from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.looking import rows
from tests.served import sqlite_service
from tests.small_service import AUDREY, FAY, FINN, TESS

__all__ = ["sqlite_service"]

BANK = "/contractors/AVON/bank"
DETAILS = {"name": "Avon Access Ltd", "sort_code": "20-11-22", "number": "12345678"}


def paid_into(number: str = "12345678") -> None:
    """Record bank details of Avon's by Finn, and confirm them by Fay."""
    typed = DETAILS | {"number": number, "reason": "on its letterhead"}
    assert Desk(FINN).send(BANK, **typed).status_code == 303
    waits = re.findall(r'name="waits" value="(\d+)"', Desk(FAY).get(BANK).text)
    found = {"waits": waits[0], "found": "confirm", "reason": "called them on the number on file"}
    assert Desk(FAY).send(BANK, **found).status_code == 303


def run_of_what_waits(desk: Desk) -> str:
    """Make the run that the page offers, and return its address."""
    page = desk.get("/payments").text
    seen = re.findall(r'name="payments" value="([\d,]+)"', page)
    sent = {"authority": "RBC", "payments": seen[0], "reason": "the run of this week"}
    answer = desk.send("/payments/runs", **sent)
    assert answer.status_code == 303
    again = desk.send("/payments/runs", **sent)
    assert again.headers["location"].endswith("done=again")
    return str(answer.headers["location"]).partition("?")[0]


def test_a_run_is_made_once_and_what_the_bank_said_is_recorded(sqlite_service: str) -> None:
    case_at(sqlite_service, "aftercare")
    desk = Desk(FINN)
    assert "No bank details of Avon Access Ltd are confirmed." in desk.get("/payments").text
    paid_into()
    address = run_of_what_waits(desk)
    page = desk.get(address).text
    assert "12345678" not in page
    assert "no account of the authority" in page
    first, second = (desk.get(f"{address}/ledger.csv").content for _ in range(2))
    assert first == second
    assert b"TOTAL OF 1" in first
    assert desk.get(f"{address}/bank.xml").status_code == 404
    assert desk.get(f"{address}/other").status_code == 404
    said = {"payment": "P1-1", "result": "bounced", "why": "", "reason": "the bank's list"}
    assert desk.send(address, **said).status_code == 422
    assert desk.send(address, **said | {"why": "account closed"}).status_code == 303
    assert "the bank details have to be corrected first" in desk.get("/payments").text
    paid_into("87654321")
    address = run_of_what_waits(desk)
    files = {"file": ("bank.csv", b"payment,result\nP1-2,confirmed\n", "text/csv")}
    fields = {"csrf": desk.csrf, "reason": "the bank's file"}
    assert desk.post(address, data=fields, files=files).status_code == 303
    assert [row["state"] for row in rows(sqlite_service, SentPayment)] == ["bounced", "confirmed"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (DETAILS | {"number": "1"}, "eight digits"),
        (DETAILS | {"sort_code": "x"}, "six digits"),
        (DETAILS | {"reason": ""}, "reason"),
    ],
)
def test_what_can_be_no_bank_details_is_refused_and_stays_typed(
    sqlite_service: str, typed: dict[str, str], words: str
) -> None:
    answer = Desk(FINN).send(BANK, **({"reason": "on its letterhead"} | typed))
    assert answer.status_code == 422
    assert words in answer.text
    assert typed["name"] in answer.text
    assert rows(sqlite_service, BankAccount) == []


def test_others_neither_change_bank_details_nor_see_what_the_bank_is_sent(
    sqlite_service: str,
) -> None:
    assert Desk(TESS).get("/payments").status_code == 403
    assert Desk(AUDREY).get("/payments").status_code == 200
    for who in (TESS, AUDREY):
        assert Desk(who).send(BANK, **DETAILS, reason="on its letterhead").status_code == 403
    assert Desk(AUDREY).get("/payments/runs/1/bank.xml").status_code == 403
    assert rows(sqlite_service, BankAccount) == []
