"""Messages as people get them: short, whole, addressed to their reader, and never more headers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import templates
from adapters.documents import MESSAGES, ON_A_CASE, Message, needs, render_message
from rules.cases import SURVEY_HIGHEST, SURVEY_LOWEST
from rules.documents.sample_values import VALUES as SAMPLE_VALUES
from rules.errors import IncompleteMessageError
from tests.papers import HOSTILE, SHOWN

VALUES: dict[str, object] = {
    **SAMPLE_VALUES,
    "jobs": [
        {
            "case_reference": "DFG-2026-0042",
            "works_title": "level access shower",
            "postcode_area": "CV22",
            "what": "answer the offer",
            "due": "2026-03-10",
            "standing": "2 working days late",
            "ask": "call Priya Sharma on 01788 555 0142",
            "order_number": "WO-2026-00042",
            "complete_by": "2026-04-21",
            "page": "https://handrail.rugby.example/o/a-token",
        }
    ],
    "run": 3,
    "number": 12,
    "indicated_pence": 1_234_00,
    "authority_phone": "01788 533533",
    "payments": [
        {
            "invoice": "INV-7",
            "order": "WO-2026-00042",
            "contractor": "Avon Access Ltd",
            "paid_pence": 1_600_00,
        }
    ],
    "late": True,
    "ending": "678",
    "document": "SSIP membership",
    "handed_on": "2026-03-02",
    "person_name": "Priya Sharma",
    "person": "priya@rugby.example",
    "today": "2026-03-12",
    "counted": "1 late",
    "groups": [
        {
            "heading": "Late",
            "alerts": [
                {
                    "number": 7,
                    "what": "DFG-2026-0042: answer the offer",
                    "lines": ["2 working days late.", "Next: call Avon on 01788 555 0177."],
                }
            ],
        }
    ],
    "documents": ["SSIP membership", "TrustMark registration"],
    "last_day": "2026-04-11",
    "not_shown": 0,
    "older": 3,
    "administrator_name": "Naomi Eastgate",
    "importer_name": "Jack Thorn",
    "importer_email": "jack@rugby.example",
    "os_user": "jthorn",
    "file": "officers.csv",
    "powers": ["Ada Able (ada@rugby.example): approvals up to £50,000.00"],
    "on": "2026-03-12",
}


def message(kind: str, **changes: object) -> Message:
    return render_message(kind=kind, context=VALUES | changes)


def template_files() -> list[Path]:
    return list(Path(str(templates.__file__)).parent.glob("*/*.txt"))


def test_there_is_one_template_a_message_and_a_case_is_told_of_by_whom_to_reach() -> None:
    assert len(template_files()) == len(MESSAGES)
    every = {"authority_name", "case_reference", "officer_name", "officer_phone", "officer_email"}
    assert {kind for kind in MESSAGES if "case_reference" in needs(kind)} == ON_A_CASE
    assert [kind for kind in ON_A_CASE if not every <= needs(kind)] == []


@pytest.mark.parametrize(
    "kind",
    sorted(kind for kind in ON_A_CASE if not kind.endswith("_to_officer")),
)
def test_every_message_names_the_case_and_whom_to_reach(kind: str) -> None:
    found = message(kind)

    assert "DFG-2026-0042" in found.subject
    assert "\n" not in found.subject
    assert found.body.startswith(("Hello ", "Dear "))
    assert "call Priya Sharma on 01788 555 0142" in found.body
    assert found.body.endswith("Priya Sharma\nRugby Borough Council\nCase DFG-2026-0042\n")
    assert "\n\n\n" not in found.body
    assert "{" not in found.body
    assert "write to Priya Sharma at priya@rugby.example" in message(kind, officer_phone="").body


def test_a_digest_tells_of_each_alert_and_how_to_answer_it() -> None:
    found = message("alerts_digest")

    assert found.subject == "1 late: your alerts of Thursday 12 March 2026"
    assert found.body.startswith(
        "Hello Priya Sharma,\n\nLate:\n\n  DFG-2026-0042: answer the offer   [alert 7]\n"
        "    2 working days late.\n    Next: call Avon on 01788 555 0177.\n\nAnd 3 older alerts"
    )
    assert "`handrail alerts ack NUMBER --by priya@rugby.example" in found.body
    assert found.body.endswith("Handrail, for Rugby Borough Council\n")
    assert "\n\n\n" not in found.body
    assert "And 1 older alert still" in message("alerts_digest", older=1).body
    assert "older" not in message("alerts_digest", older=0).body
    assert "And 12 more that are new today.\n" in message("alerts_digest", not_shown=12).body


def test_new_powers_are_told_with_who_typed_them() -> None:
    found = message("powers_to_administrator")

    assert found.subject == "New powers of officers, imported on Thursday 12 March 2026"
    assert "\n\n  Ada Able (ada@rugby.example): approvals up to £50,000.00\n\n" in found.body
    who = "in the name of Jack Thorn (jack@rugby.example)"
    assert f"{who}, by the user jthorn of the machine." in found.body
    assert f"{who}." in message("powers_to_administrator", os_user="").body
    assert "\n\n\n" not in found.body


@pytest.mark.parametrize("kind", ["reminder_to_contractor", "reminder_to_landlord"])
def test_a_reminder_lists_jobs_and_whom_to_call(kind: str) -> None:
    found = message(kind)

    assert found.subject.startswith("Late: ")
    assert found.subject.endswith("(DFG-2026-0042)")
    assert message(kind, late=False).subject.startswith("Due soon: ")
    assert "and others)" in message(kind, jobs=[*VALUES["jobs"]] * 2).subject  # type: ignore[misc]  # a list
    assert (
        "  DFG-2026-0042, level access shower, CV22\n"
        "    Answer the offer, by Tuesday 10 March 2026: 2 working days late.\n"
        "    If something stands in the way, call Priya Sharma on 01788 555 0142.\n"
    ) in found.body
    assert found.body.endswith("Priya Sharma\nRugby Borough Council\n")
    assert "Margaret" not in found.body
    assert "\n\n\n" not in found.body


def test_a_message_is_plain_text_and_not_escaped() -> None:
    found = message("offer_to_contractor")

    assert found.subject == "Works offered to you: Level access shower, CV22 (DFG-2026-0042)"
    assert found.body.startswith("Hello Avon Bathing & Access Ltd,\n\nUnder lot 2, bathing we ")
    assert "Price to you: £2,777.50 without VAT" in found.body
    assert "Please answer by Tuesday 10 March 2026" in found.body
    assert "or write to adaptations@rugby.example. Say whether you accept or decline" in found.body
    assert "\n\nWe would like you" in message("offer_to_contractor", lot_title="").body


def test_an_offer_shows_each_line_its_place_and_what_it_is_priced_as() -> None:
    body = message("offer_to_contractor").body
    assert "  Area:         CV22 5\n" in body
    assert (
        "What is to be done, by works line:\n\n"
        "  1. Level access shower tray: 1 each, Bathroom\n"
        "  2. Slip-resistant flooring: 4.35 m²\n\n"
        "What it is priced as, without VAT:\n\n"
        "  A. Package LAS-1 (covers works lines 1–2): £2,777.50\n\n"
        "Please answer by"
    ) in body
    priced = [{**line, "net_pence": 5_00} for line in VALUES["works"]]  # type: ignore[attr-defined]  # a list
    alone = message("offer_to_contractor", works=priced, prices=[]).body
    assert "  1. Level access shower tray: 1 each, Bathroom. £5.00\n" in alone
    assert "priced as" not in alone


def test_a_message_of_an_earlier_version_in_the_outbox_still_leaves() -> None:
    earlier = {k: v for k, v in VALUES.items() if k not in {"works", "prices", "authority_email"}}
    body = render_message(kind="offer_to_contractor", context=earlier).body
    assert "on 01788 555 0142. Say whether you accept or decline" in body
    assert "by works line" not in body


def test_lists_and_addresses_are_laid_out() -> None:
    assert (
        "\n\n  - Line 2: the tray drains slowly.\n  - Line 6: one"
        in message("snags_to_contractor").body
    )
    assert "14 Hillmorton Road, Rugby, CV22 5AA" in message("order_to_contractor").body


def test_the_survey_asks_the_six_questions_on_the_scale_that_is_recorded() -> None:
    body = message("survey_to_client").body
    assert f"from {SURVEY_LOWEST} (poor) to {SURVEY_HIGHEST} (excellent)" in body
    asked = re.findall(r"\d\. ([^:]+):", body)

    assert asked == [
        "Respect and dignity",
        "Communication",
        "Responsiveness",
        "Reliability",
        "Contractors",
        "Overall",
    ]


def test_missing_values_are_all_named() -> None:
    with pytest.raises(IncompleteMessageError, match=r"officer_email.*officer_name.*works_title"):
        render_message(
            kind="refusal_to_client",
            context={"authority_name": "A", "case_reference": "C", "client_name": "X"}
            | {"officer_phone": "1"},
        )


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(IncompleteMessageError, match=r"'postcard'.*approval_to_client"):
        render_message(kind="postcard", context={})


@given(text=st.text(max_size=200), kind=st.sampled_from(sorted(MESSAGES)))
def test_no_text_can_add_a_header_or_a_control_character(text: str, kind: str) -> None:
    hostile_values = {
        key: text
        if isinstance(value, str) and key != "pay_from" and not re.match(r"\d{4}-", value)
        else value
        for key, value in VALUES.items()
    }
    found = render_message(kind=kind, context=hostile_values)

    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", found.subject)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", found.body)
    (found.subject + found.body).encode()


def test_hostile_text_in_a_message_is_text() -> None:
    found = message("offer_to_contractor", works_title=f"Bath\r\nBcc: a@b.example {HOSTILE}")

    assert found.subject.startswith('Works offered to you: Bath Bcc: a@b.example ">')
    assert " ".join(SHOWN.split()) in found.subject
    assert "{{ 7*7 }}" in found.body
