"""Who may be offered works, and why not: frozen with the offer, and flagged once works go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models.database import reading, writing
from models.people import actor_for
from models.tables.clocks import Alert
from models.tables.prices import Award, Offer
from models.tables.record import Audit
from rules.clocks.dates import london_date
from rules.pathway import StepName
from services.alerts.renewals import sweep_flags
from services.alerts.watch import tell_of_alerts
from services.assignment.decide import AnswerOffer
from services.imports.correct import correct
from services.orders.flagged import flagged
from services.reports.case_view import case_view
from services.verification.awards import offered_as_found
from tests.factories import act, bring, case_at, decide, go, usual_decision
from tests.looking import case, contents, messages, rows
from tests.services.imports.importing import refused, said
from tests.small_service import AVON, BRIAR, CEDAR, MIA, NOW, TESS

TODAY = london_date(NOW)
DAY = timedelta(days=1)
CONFLICTS = "contractor|interest_in|whom|because\n"


def before_the_offer(url: str) -> str:
    """Return a case at which only the approval is left before the works are offered."""
    return case_at(url, "approve")


def approved(url: str, reference: str) -> None:
    decide(url, reference, usual_decision(url, reference, StepName.APPROVE))
    go(reference)


def reasons(url: str) -> dict[str, list[str]]:
    (offer,) = rows(url, Offer)
    return {
        one["contractor"]: [why["words"] for why in one["reasons"]] for one in offer["eligibility"]
    }


def test_what_was_found_of_every_contractor_is_frozen_with_the_offer(url: str) -> None:
    reference = before_the_offer(url)
    bring(
        url,
        "contractor_absences",
        f"contractor|first_day|last_day|why|withdrawn\n"
        f"{AVON}|{TODAY}|{TODAY + 60 * DAY}|Holiday|no\n"
        f"{CEDAR}|{TODAY}|{TODAY + 60 * DAY}|Holiday|yes",
    )
    approved(url, reference)
    (offer,) = rows(url, Offer)
    assert offer["contractor"] == BRIAR
    found = reasons(url)
    assert sorted(found) == [AVON, BRIAR, CEDAR]
    assert found[BRIAR] == []
    assert found[AVON][0].startswith(f"it is away from {TODAY:%-d %B %Y} to ")
    assert "answer by 4 June 2026 and begin by" in found[AVON][0]
    (dearer,) = found[CEDAR]
    assert dearer.endswith("is more than was approved")
    with reading(url) as conn:
        shown = case_view(conn, reference=reference, today=TODAY)["offers"]
        assert shown[0]["eligibility"] == offer["eligibility"]
        assert list(offered_as_found(conn)) == []
    with writing(url) as conn:
        conn.execute(sa.update(Offer).values(eligibility=[{"contractor": AVON, "reasons": []}]))
    with reading(url) as conn:
        (told,) = offered_as_found(conn)
    assert (told.where, told.sentence[:5]) == (reference, BRIAR)
    with writing(url) as conn:
        conn.execute(sa.update(Offer).values(eligibility=None))  # as an earlier version left it
    with reading(url) as conn:
        assert list(offered_as_found(conn)) == []


@pytest.mark.parametrize(
    ("interest", "whom", "what"),
    [
        ("officer", TESS.upper(), "the case's officer"),
        ("client", "Ashby", "the client"),
        ("address", "CV22 5DS", "the address"),
        ("case", "dfg-1", "the case"),
    ],
)
def test_a_conflict_of_interest_keeps_works_from_a_contractor(
    sqlite_service: str, interest: str, whom: str, what: str
) -> None:
    url = sqlite_service
    reference = before_the_offer(url)
    held = case(url, reference)
    whom = held.postcode if interest == "address" else whom
    bring(url, "contractor_conflicts", f"{CONFLICTS}{AVON}|{interest}|{whom}|Her brother owns it.")
    with writing(url) as conn:
        conn.execute(sa.text('UPDATE "case" SET officer = :who'), {"who": TESS})
    approved(url, reference)
    assert reasons(url)[AVON] == [f"conflict of interest with {what}"]
    frozen = {name: held for name, held in contents(url).items() if name != "contractor_conflict"}
    assert "Her brother" not in str(frozen), "erasing a case leaves none of it behind"


def test_a_least_cover_and_the_list_of_the_authority_decide_who_is_offered_works(url: str) -> None:
    reference = before_the_offer(url)
    bring(
        url,
        "required_documents",
        "authority|document|trade|minimum_cover|asked\n"
        "RBC|public_liability||5000000|yes\n"
        "WDC|gas_safe|||yes",
    )
    bring(
        url,
        "contractor_documents",
        "contractor|document|cover|valid_from|valid_to\n"
        f"{BRIAR}|public_liability|5000000|2026-01-01|2027-12-31",
    )
    approved(url, reference)
    found = reasons(url)
    assert found[BRIAR] == []
    assert found[AVON] == [
        "its public liability insurance states no cover, and at least £5,000,000.00 is asked"
    ]


def test_a_conflict_after_acceptance_is_flagged_and_takes_nothing_back(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, AnswerOffer(accepted=True))
    offers = rows(url, Offer)
    kind, because = "contractor_conflicts", "The client's son is a director."
    report = bring(url, kind, f"{CONFLICTS}{AVON}|case|{reference}|{because}")
    words = f"conflict of interest with the case: {because}"
    (note,) = report.notes
    assert note.startswith(f"Avon Access Ltd has the works of {reference}: {words}.")
    assert rows(url, Offer) == offers
    with reading(url) as conn:
        (found,) = flagged(conn, on=TODAY)
        assert [one.words for one in found.found] == [words]
        assert case_view(conn, reference=reference, today=TODAY)["flags"] == [words]
    with writing(url) as conn:
        assert sweep_flags(conn, now=NOW).raised == 1
        assert sweep_flags(conn, now=NOW).raised == 0
        conn.execute(sa.text('UPDATE "case" SET officer = :who'), {"who": TESS})
    (alert,) = [row for row in rows(url, Alert) if row["subject"] == f"order:{reference}"]
    assert because not in alert["words"]  # an alert goes out by e-mail
    tell_of_alerts()
    (digest,) = [one for one in messages(url, "alerts_digest") if one["to"] == TESS]
    assert "conflict of interest with the case" in str(digest)
    over = f"{AVON}|case|{reference}|{because}|{TODAY - DAY}"
    bring(url, kind, f"contractor|interest_in|whom|because|last_day\n{over}")
    with writing(url) as conn:
        assert sweep_flags(conn, now=NOW).cleared == 1


@pytest.mark.sqlite
def test_a_document_that_lapses_at_work_is_flagged_until_it_is_renewed(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, AnswerOffer(accepted=True))
    header = "contractor|document|valid_from|valid_to\n"
    bring(url, "contractor_documents", f"{header}{AVON}|trustmark|2026-01-01|{TODAY - DAY}")
    with writing(url) as conn:
        assert sweep_flags(conn, now=NOW).raised == 1
    (alert,) = [row for row in rows(url, Alert) if row["subject"] == f"order:{reference}"]
    assert alert["words"] == (
        f"Avon Access Ltd, which has the works of {reference}: its TrustMark registration "
        "expired on 31 May 2026."
    )
    bring(url, "contractor_documents", f"{header}{AVON}|trustmark|{TODAY}|2027-12-31")
    with writing(url) as conn:
        assert sweep_flags(conn, now=NOW).cleared == 1


@pytest.mark.sqlite
def test_an_absence_over_an_offer_that_is_out_is_told_and_the_offer_stays(url: str) -> None:
    case_at(url, "assign")
    before = rows(url, Offer)
    absence = f"contractor|first_day|last_day\n{AVON}|{TODAY + 2 * DAY}|{TODAY + 9 * DAY}"
    (note,) = bring(url, "contractor_absences", absence).notes
    assert "Avon Access Ltd has an offer on DFG-1 to answer by 4 June 2026" in note
    assert rows(url, Offer) == before


@pytest.mark.parametrize(
    ("kind", "text", "column"),
    [
        ("contractor_conflicts", f"{CONFLICTS}{AVON}|officer|nobody@rbc.example|x y", "whom"),
        ("contractor_conflicts", f"{CONFLICTS}{AVON}|case|DFG-99|x y", "whom"),
        ("contractor_conflicts", f"{CONFLICTS}{AVON}|address|12 Mill Lane|x y", "whom"),
        ("contractor_conflicts", f"{CONFLICTS}{AVON}|friend|Ann|x y", "interest_in"),
        ("contractor_conflicts", f"{CONFLICTS}NOBODY|client|Ann|x y", "contractor"),
        (
            "contractor_absences",
            f"contractor|first_day|last_day\n{AVON}|2026-08-09|2026-08-08",
            "last_day",
        ),
        ("required_documents", "document|minimum_cover\npublic_liability|0", "minimum_cover"),
        ("required_documents", "document\ndiploma", "document"),
        (
            "contractors",
            (
                "contractor|name|email|trades|authorities|suspended|suspended_from|suspended_until\n"
                f"{AVON}|Avon|a@avon.example|tiling|RBC|yes|2026-08-09|2026-08-08"
            ),
            "suspended_until",
        ),
        (
            "contractors",
            (
                "contractor|name|email|trades|authorities|suspended_because\n"
                f"{AVON}|Avon|a@avon.example|tiling|RBC|poor work"
            ),
            "suspended_because",
        ),
    ],
)
def test_what_cannot_stand_is_refused_by_its_column(
    sqlite_service: str, kind: str, text: str, column: str
) -> None:
    assert [one[1] for one in said(refused(sqlite_service, kind, text))] == [column]


def test_whom_a_conflict_is_with_stays_out_of_the_chain(sqlite_service: str) -> None:
    record = {"contractor": AVON, "interest_in": "client", "whom": "Zebedee", "because": "A son."}
    with writing(sqlite_service) as conn:
        correct(
            conn,
            kind="contractor_conflicts",
            records=[record],
            authorities=["RBC"],
            actor=actor_for(conn, identity=MIA),
            reason="declared by the firm",
            now=NOW,
        )
    (row,) = [row for row in rows(sqlite_service, Audit) if "conflicts" in row["action"]]
    assert row["detail"]["added"] == 1
    assert AVON in str(row["detail"])
    assert "Zebedee" not in str(row)
    assert "A son." not in str(row)


@pytest.mark.sqlite
def test_s85_is_warned_of_with_the_award_where_the_council_is_the_party(url: str) -> None:
    header = "lot|price_weight|framework|contracting_party\n"
    bring(url, "lot_terms", f"{header}SHOWERS|100|no|council")
    header = "contractor|document|valid_from|valid_to\n"
    bring(url, "contractor_documents", f"{header}{CEDAR}|trustmark|2026-01-01|2026-05-31")
    case_at(url, "tender")
    (made,) = rows(url, Award)
    (warning,) = [one for one in made["reasons"] if one.startswith("Warning: ")]
    assert "s.85 of the Procurement Act 2023" in warning
    assert "1 contractor was left out here" in warning


@pytest.mark.parametrize(
    ("said", "warned"),
    [
        ("council||", ("core terms",)),
        ("council|Schedule 4|NWBC", ("entitles NWBC to call off, and not RBC",)),
        ("council||NWBC", ("core terms", "entitles NWBC")),
        ("council|Schedule 4|RBC;NWBC", ()),
        ("client||NWBC", ()),
    ],
)
def test_a_call_off_is_warned_of_where_the_framework_may_not_carry_it(
    sqlite_service: str, said: str, warned: tuple[str, ...]
) -> None:
    bring(sqlite_service, "authorities", "authority|name\nNWBC|North Borough Council")
    header = "lot|price_weight|contracting_party|core_terms|entitled\n"
    bring(sqlite_service, "lot_terms", f"{header}SHOWERS|100|{said}")
    case_at(sqlite_service, "tender")
    (made,) = rows(sqlite_service, Award)
    warnings = [one for one in made["reasons"] if one.startswith("Warning: by s.45")]
    assert len(warnings) == bool(warned)
    assert all(words in warnings[0] for words in warned)
