"""Who may decide what: roles, authorities, and the two people that money needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.errors import NotPermittedError
from rules.people import Actor, Role, check_second_person, parse_seats
from rules.people import check_may_decide as check_role
from rules.powers import gained
from services.decisions.kinds import KINDS

TESS = Actor("tess@rbc.example", "Tess Tyler", Role.TECHNICAL_OFFICER, frozenset({"RBC", "WDC"}))
MAY_DECIDE = {name: kind.roles for name, kind in KINDS.items()}
APART = [
    ("approve", ("specify", "confirm-price", "direct", "quote", "award")),
    ("release", ("certify", "inspect", "approve", "invoice")),
    ("approve-variation", ("claim-variation", "assess-variation")),
]


def check_may_decide(*, actor: Actor, kind: str, authority: str) -> None:
    check_role(actor=actor, kind=kind, roles=MAY_DECIDE[kind], authority=authority)


def test_every_kind_of_decision_has_somebody_who_may_make_it() -> None:
    assert [name for name, roles in MAY_DECIDE.items() if not roles] == []


def test_an_auditor_decides_nothing_and_an_administrator_keeps_files_alone() -> None:
    held = {role: {k for k, roles in MAY_DECIDE.items() if role in roles} for role in Role}
    assert held[Role.AUDITOR] == set()
    files = {name for name, kind in KINDS.items() if kind.of_file and Role.MANAGER in kind.roles}
    assert held[Role.ADMINISTRATOR] == files | {"answer-landlord"}


def test_a_contractor_decides_about_its_own_works_only() -> None:
    held = {kind for kind, roles in MAY_DECIDE.items() if Role.CONTRACTOR in roles}
    own_quotes = {"quote", "correct-quote", "withdraw-quote", "decline-to-quote"}
    own_works = {"answer-offer", "acknowledge", "start", "complete", "answer-snag"}
    paid = {"invoice", "credit-note"}
    recalled = {"answer-recall", "put-right"}
    on_site = {"record-hazard", "hold-plan", "notify-hse", "progress", "no-access"}
    visits = {"make-appointment", "move-appointment", "cancel-appointment"}
    varied = {"claim-variation", "withdraw-variation"}
    asked = {"ask", "receive-document", "hand-in"}
    assert held == own_quotes | own_works | paid | recalled | on_site | visits | varied | asked


def test_no_role_may_both_price_and_approve_or_both_sign_off_and_release() -> None:
    for second, firsts in APART:
        for first in firsts:
            both = MAY_DECIDE[second] & MAY_DECIDE[first]
            # Finance may record an invoice or release one; that it is not the same is by name.
            assert both <= ({Role.FINANCE} if first == "invoice" else set()), (second, first)
    assert MAY_DECIDE["release"] & MAY_DECIDE["certify"] == frozenset()


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("role", Role)
def test_the_table_is_what_is_checked(kind: str, role: Role) -> None:
    actor = replace(TESS, role=role)
    if role in MAY_DECIDE[kind]:
        check_may_decide(actor=actor, kind=kind, authority="RBC")
        return
    with pytest.raises(NotPermittedError) as refusal:
        check_may_decide(actor=actor, kind=kind, authority="RBC")
    error = refusal.value
    assert error.what == f"Tess Tyler is {article(role)} and may not record “{kind}”."
    assert error.next_step.startswith("Ask a")
    assert error.next_step.endswith("to record it.")


def article(role: Role) -> str:
    """Return a role with its article, as people say it."""
    words = "finance officer" if role is Role.FINANCE else role.replace("_", " ")
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def test_an_officer_decides_in_the_authorities_they_serve() -> None:
    check_may_decide(actor=TESS, kind="specify", authority="WDC")
    with pytest.raises(NotPermittedError) as refusal:
        check_may_decide(actor=TESS, kind="specify", authority="SDC")
    assert refusal.value.text() == (
        "Tess Tyler does not serve authority SDC. Their authorities are RBC, WDC. "
        "Ask an officer of that authority to record it."
    )


def test_an_officer_without_named_authorities_serves_them_all() -> None:
    check_may_decide(actor=replace(TESS, authorities=frozenset()), kind="specify", authority="SDC")


def test_a_second_person_is_anybody_who_did_not_do_the_first_thing() -> None:
    earlier = {"toby@rbc.example": "certify"}
    check_second_person(actor=TESS, earlier=earlier, act="release the payment")
    with pytest.raises(NotPermittedError) as refusal:
        check_second_person(
            actor=TESS, earlier=earlier | {TESS.identity: "invoice"}, act="release the payment"
        )
    assert refusal.value.text() == (
        "Tess Tyler recorded “invoice” on this case and so may not release the payment. "
        "Two people are needed. Ask a colleague with the same role."
    )


def test_a_user_may_stand_for_several_people_named_at_once_or_one_by_one() -> None:
    seats = parse_seats(" alice = a@x.example, FIRM ; bob=b@x.example; alice=c@x.example;")
    assert seats == {"alice": ("a@x.example", "FIRM", "c@x.example"), "bob": ("b@x.example",)}


@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ({}, []),
        ({"role": Role.FINANCE}, ["the role finance"]),
        ({"role": Role.AUDITOR}, []),
        ({"approval_limit_pence": 50_00}, ["approvals up to £50.00"]),
        ({"authorities": frozenset({"RBC"})}, []),
        ({"authorities": frozenset({"RBC", "SDC"})}, ["serves RBC, SDC"]),
        ({"authorities": frozenset()}, ["serves every authority"]),
        ({"last_day": date(2026, 6, 1)}, []),
    ],
)
def test_what_somebody_has_more_of_is_said_in_words(
    changed: dict[str, object], more: list[str]
) -> None:
    assert list(gained(TESS, replace(TESS, **changed))) == more  # type: ignore[arg-type]  # fields by name


def test_somebody_new_has_what_they_come_with_and_whoever_left_comes_back() -> None:
    assert list(gained(None, TESS)) == ["the role technical officer"]
    left = replace(TESS, last_day=date(2026, 6, 1))
    assert list(gained(left, TESS)) == ["stays without an end"]
    assert list(gained(left, replace(TESS, last_day=date(2027, 6, 1)))) == ["stays longer"]
