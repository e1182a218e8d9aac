"""`handrail decide`, every command of it: the good is recorded, the rest is said and is not."""

from __future__ import annotations

import shlex

from tests.factories import go
from tests.journeys.commands import asked, handrail, refused, refused_as_json
from tests.looking import contents
from tests.small_service import ADA, AMOS, AVON, BRIAR, CEDAR, FINN, TESS, WENDY

PLAN = "--proportionate s.1 --legal s.2(2)(b) --auditable s.3 --necessary s.4"
LETTERS = " ".join(f"the PLAN sentence “{name}”," for name in ("proportionate", "legal"))
HELP = "--help' for help."

REFUSED = [
    # nobody, nowhere, nothing
    ("NOPE", "specify", TESS, "", "There is no case NOPE."),
    ("SPECIFY", "specify", "nobody", "", "Nobody is known as “nobody”."),
    ("SPECIFY", "specify", FINN, "", "is a finance officer and may not record “specify”."),
    ("SPECIFY", "specify", WENDY, "", "does not serve authority RBC."),
    ("SPECIFY", "specify", TESS, "--reason ' '", "“specify” needs a reason."),
    ("SPECIFY", "specify", TESS, "--reason ok", "“ok” is no reason: say it in 2 words or more"),
    ("SPECIFY", "specify", TESS, "--reason 'as \x07 agreed'", "hold control characters (U+0007)"),
    ("SPECIFY", "approve", ADA, "", "is not open yet. It opens once price, tender, consent,"),
    ("SPECIFY", "fly", TESS, "", HELP),
    (
        "PRICE",
        "specify",
        TESS,
        "",
        f"is already decided. {TESS} recorded “specify” on 1 June 2026.",
    ),
    # the particulars of each gate
    ("SPECIFY", "specify", TESS, "--purpose fz", "“z” is not a purpose of s.23(1)"),
    ("PRICE", "price", TESS, "--quantity 1=0", "Line 1: a quantity is above zero"),
    ("PRICE", "price", TESS, "--quantity 1=NaN", "Line 1: a quantity is above zero"),
    ("PRICE", "price", TESS, "--quantity 9=1", "There is no works line 9 on PRICE."),
    ("PRICE", "price", TESS, "--quantity 1=many", "is no quantity"),
    ("PRICE", "price", TESS, "--quantity 1=1 --quantity 1=2", "Line 1 is given twice."),
    ("TENDER", "tender", TESS, "", "Say what is decided. Use one of: --direct, --quote-from,"),
    ("TENDER", "tender", TESS, f"--direct --award-to AVON {PLAN}", "Give one decision at a time."),
    ("TENDER", "tender", TESS, "--direct", f"“direct” needs {LETTERS}"),
    ("TENDER", "tender", TESS, "--direct --legal yes", "needs the PLAN sentence “proportionate”,"),
    ("TENDER", "tender", TESS, f"--award-to AVON {PLAN}", "without quotes. Record the s.2(2)(b)"),
    ("QUOTES", "tender", TESS, f"--direct {PLAN}", "a direction does not replace them."),
    ("QUOTES", "tender", TESS, f"--award-to AVON {PLAN}", "The quotes for QUOTES are sealed."),
    ("QUOTES", "tender", TESS, "--quote-from ZED --amount 1=9", "ZED was not invited"),
    ("QUOTES", "tender", TESS, "--quote-from AVON", "A quote prices at least one line."),
    ("QUOTES", "tender", TESS, "--quote-from AVON --amount 1=9", "A quote prices every line: 1, 2"),
    ("QUOTES", "tender", TESS, "--quote-from AVON --amount 1=0", "Line 1: a quote is above zero."),
    ("QUOTES", "tender", TESS, "--quote-from AVON --amount 1=1e9", HELP),
    ("QUOTES", "tender", BRIAR, "--quote-from AVON --amount 1=9", "may not answer for AVON."),
    ("QUOTES", "tender", AVON, "--withdraw-quote AVON", "AVON has no quote in for QUOTES."),
    ("QUOTES", "tender", BRIAR, "--no-quote-from AVON", "may not answer for AVON."),
    ("QUOTES", "tender", TESS, "--extend-to 12/6/2026", "give a later day."),
    ("QUOTES", "tender", TESS, "--extend-to 2026-06-20", "Saturday 20 June 2026 is no working"),
    ("QUOTES", "tender", AVON, "--extend-to 2026-06-22", "may not record “extend-deadline”."),
    ("QUOTES", "tender", TESS, "--extend-to soon", "is no date"),
    ("QUOTES", "tender", TESS, "--score AVON --mark programme=9", "The quotes are sealed until"),
    ("QUOTES", "tender", TESS, "--score AVON", "Give at least one mark."),
    ("QUOTES", "tender", TESS, "--score AVON --mark 80", HELP),
    ("QUOTES", "tender", TESS, "--score AVON --mark a=1 --mark a=2", "a is given twice."),
    ("QUOTES", "tender", TESS, "--score AVON --mark programme=101", "a mark is 0 to 100"),
    ("CONSENT", "consent", TESS, "--answer maybe", HELP),
    ("CONSENT", "consent", TESS, "--answer treated_as_given", "needs the PLAN sentence"),
    ("CONSENT", "consent", TESS, "--answer granted --valid-to 2026-05-31", "lapsed on 31 May 2026"),
    ("CONSENT", "consent", AVON, "--answer granted", "may not record “answer-consent”."),
    ("CERTIFICATES", "certificates", TESS, "--held gold", "“gold” is not a certificate"),
    ("CERTIFICATES", "certificates", TESS, "--held owner", "needs no owner's certificate."),
    ("CERTIFICATES", "certificates", TESS, "--waived landlord", "needs the PLAN sentence"),
    ("CERTIFICATES", "certificates", TESS, f"--waived tenant {PLAN}", "Only the landlord's"),
    ("APPROVE", "approve", TESS, "", "may not record “approve”."),
    ("APPROVE", "approve", AMOS, "", "above the delegated limit of Amos Able (£1,000.00). [s.34]"),
    ("APPROVE", "approve", ADA, "--fees=-5", HELP),
    ("APPROVE", "approve", ADA, "--fees lots", HELP),
    ("ASSIGN", "assign", BRIAR, "--accept", "are not offered to Briar Baths Ltd."),
    ("ASSIGN", "assign", ADA, "--decline", "may not record “answer-offer”."),
    ("ASSIGN", "assign", CEDAR, "", HELP),
    ("WORKS", "works", AVON, "--start 2026-06-01", "is not an order to Avon Access Ltd."),
    ("WORKS", "works", TESS, "--start 2026-06-02", "in the future"),
    ("WORKS", "works", TESS, "--start 2026-05-31", "approval are not grant-aided. [s.29]"),
    ("WORKS", "works", TESS, "--start 31/31/2026", "is no date"),
    ("WORKS", "works", TESS, "--complete 2026-06-01 --evidence yes", "No start is recorded"),
    ("SIGN-OFF", "sign-off", TESS, "--certify", "the electrical certificate; the client's own"),
    ("SIGN-OFF", "sign-off", TESS, "--passed 9", "has no line 9. Its lines are 1, 2."),
    ("SIGN-OFF", "sign-off", TESS, "--snag 1=", "Line 1: say what the snag is."),
    ("SIGN-OFF", "sign-off", TESS, "--passed 1 --snag 1=loose", "both passes and has a snag."),
    ("SIGN-OFF", "sign-off", TESS, "--all-pass --passed 1", "Either every line passes, or"),
    ("SIGN-OFF", "sign-off", TESS, "--certificate gas --certificate-reference G", "no gas"),
    ("SIGN-OFF", "sign-off", TESS, "--certificate electrical", "Give the certificate's reference."),
    ("PAY", "pay", FINN, "--release", "No matched invoice is waiting"),
    ("PAY", "pay", TESS, "--invoice A --as-ordered", "An invoice's total is above zero."),
    ("PAY", "pay", TESS, "--invoice A --total 5", "Either the invoice charges as ordered, or"),
    ("PAY", "pay", TESS, "--invoice A --total five --as-ordered", HELP),
    (
        "PAY",
        "pay",
        TESS,
        "--invoice A --total 5 --as-ordered --dated 2/6/2026",
        "dated in the future",
    ),
    (
        "PAY",
        "pay",
        AVON,
        "--invoice A --total 5 --as-ordered",
        "WO-2026-00003 is not an order to Avon Access Ltd.",
    ),
    ("AFTERCARE", "aftercare", TESS, "--score overall=6", "is not on the survey's scale"),
    ("AFTERCARE", "aftercare", TESS, "--score niceness=5", "“niceness” is not a survey question."),
    ("AFTERCARE", "aftercare", TESS, "--charge LR-1", "No charge is due on AFTERCARE."),
    ("AFTERCARE", "aftercare", TESS, "--close", "The defects period runs until 1 June 2027."),
    ("AFTERCARE", "exit", TESS, "--outcome moved", "is paid and in its defects period."),
    ("SPECIFY", "exit", TESS, "--outcome paid", HELP),
    ("SPECIFY", "exit", AVON, "--outcome died", "may not record “exit”."),
]


RECORDED = [
    ("SPECIFY", "specify", TESS, "--purpose ef", "is done; the next steps open."),
    ("PRICE", "price", TESS, "--quantity 1=6", "Handrail now does its part of price"),
    ("TENDER", "tender", TESS, f"--direct {PLAN}", "Handrail now does its part of tender"),
    (
        "QUOTES",
        "tender",
        TESS,
        "--quote-from AVON --amount 1=4000 --amount 2=£610.50",
        "(1 of 3 in, sealed)",
    ),
    ("QUOTES", "tender", AVON, "--withdraw-quote AVON", "(0 of 3 in, sealed)"),
    ("QUOTES", "tender", CEDAR, "--no-quote-from CEDAR", "(0 of 3 in, sealed)"),
    ("QUOTES", "tender", TESS, "--extend-to 16/6/2026", "by 12 noon on Tuesday 16 June 2026"),
    ("CONSENT", "consent", TESS, "--answer refused", "waits for: officer decides on the refusal"),
    ("CONSENT", "consent", TESS, f"--answer treated_as_given {PLAN}", "is done"),
    ("CERTIFICATES", "certificates", TESS, "--held tenant", "waits for: the landlord's"),
    ("CERTIFICATES", "certificates", TESS, f"--waived landlord {PLAN}", "is done"),
    ("APPROVE", "approve", ADA, "--fees £350", "Handrail now does its part of approve"),
    ("ASSIGN", "assign", AVON, "--decline", "Handrail now does its part of assign"),
    ("WORKS", "works", BRIAR, "--start 1/6/2026", "waits for: contractor says complete"),
    ("WORKS", "works", BRIAR, "--complete 2026-06-01 --evidence photographs", "is done"),
    ("SIGN-OFF", "sign-off", TESS, "--passed 1 --snag 2=loose", "its part of sign-off"),
    ("SIGN-OFF", "sign-off", TESS, "--certificate electrical --certificate-reference E-1", "part"),
    ("SIGN-OFF", "sign-off", TESS, "--client-agrees --how visit", "Recorded on SIGN-OFF."),
    ("SIGN-OFF", "sign-off", TESS, "--all-pass", "Handrail now does its part of sign-off"),
    ("SIGN-OFF", "sign-off", TESS, "--certify", "Handrail now does its part of sign-off"),
    ("PAY", "pay", TESS, "--invoice A-1 --total 1,700 --as-ordered", "Recorded on PAY."),
    ("PAY", "pay", FINN, "--release", "Recorded on PAY."),
    ("AFTERCARE", "aftercare", TESS, "--score overall=5 --score reliability=4", "its part of"),
    (
        "TENDER",
        "exit",
        TESS,
        "--outcome withdrawn --ground applicant_withdrew",
        "Case TENDER has ended: withdrawn.",
    ),
]


def words(case: str, step: str, by: str, particulars: str) -> list[str]:
    """Return the words of a command; it has a reason unless its particulars give one."""
    reason = [] if "--reason" in particulars else ["--reason", "as agreed at the visit"]
    return ["decide", case, step, "--by", by, *reason, *shlex.split(particulars)]


def test_what_may_not_be_decided_is_said_and_nothing_is_changed(gates: str) -> None:
    before = contents(gates)
    wrong = []
    for case, step, by, particulars, expected in REFUSED:
        said = refused(*words(case, step, by, particulars))
        if expected not in said:
            wrong.append(f"{case} {step} {by} {particulars}\n  {said}\n  lacks: {expected}")
    assert "\n".join(wrong) == ""
    assert contents(gates) == before


def test_machines_are_told_the_same(gates: str) -> None:
    before = contents(gates)
    for case, step, by, particulars, expected in REFUSED[::3]:
        if expected != HELP and "given twice" not in expected and "is no " not in expected:
            error = refused_as_json(*words(case, step, by, particulars))
            said = f"{error['what']} {error['why']} [{error['section']}] {error['next_step']}"
            assert expected in said.replace(" [None]", "").replace("  ", " ")
            assert error["error"].isalpha()
    assert contents(gates) == before


def test_what_is_decided_is_recorded_with_who_and_why_and_not_twice(gates: str) -> None:
    for case, step, by, particulars, expected in RECORDED:
        command = words(case, step, by, particulars)
        before = len(asked("case", "history", case))
        assert expected in handrail(*command)
        (last,) = (row for row in asked("case", "history", case)[before:] if row["actor"] == by)
        assert last["reason"] == "as agreed at the visit"
        assert step in last["action"]
        go(case)
        again = contents(gates)
        assert refused(*command)
        assert contents(gates) == again
    assert asked("verify") == {"sound": True, "findings": []}


def test_a_receipt_for_machines_says_where_the_step_stands(gates: str) -> None:
    assert asked(*words("CONSENT", "consent", TESS, "--answer refused")) == {
        "reference": "CONSENT",
        "kind": "answer-consent",
        "step": "consent",
        "step_status": "waiting",
        "waiting_for": "officer decides on the refusal: consent obtained after all, treated as "
        "given where the law allows it (Equality Act 2010 s.190), or the case leaves the pathway",
        "case_status": "open",
        "decided_at": "2026-06-01T09:00:00Z",
        "notice": "",
    }
