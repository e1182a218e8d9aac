"""What silence and a refusal mean by tenancy: nothing is given without an Act that says so."""

from __future__ import annotations

import itertools

import pytest

from rules.consents.tenancies import (
    EQUALITY,
    FITS,
    FORBIDDEN,
    NOT_RECORDED,
    PROTECTED,
    SECURE,
    Covenant,
    Law,
    Tenancy,
    law_of,
)


@pytest.mark.parametrize(
    ("tenancy", "covenant", "law"),
    [
        ("assured", "with_consent", EQUALITY),
        ("long_lease", "with_consent", EQUALITY),
        ("introductory", "with_consent", EQUALITY),
        ("assured", "forbidden", FORBIDDEN),
        ("assured", None, NOT_RECORDED),
        (None, "with_consent", NOT_RECORDED),
    ],
)
def test_s190_asks_that_the_tenant_may_improve_with_consent(
    tenancy: str | None, covenant: str | None, law: Law
) -> None:
    assert law_of(tenancy, covenant) is law


@pytest.mark.parametrize("covenant", [None, *Covenant])
@pytest.mark.parametrize(
    ("tenancy", "law"),
    [(Tenancy.SECURE, SECURE), (Tenancy.PROTECTED, PROTECTED), (Tenancy.STATUTORY, PROTECTED)],
)
def test_tenancies_that_s190_leaves_out_have_their_own_act(
    tenancy: Tenancy, law: Law, covenant: Covenant | None
) -> None:
    assert law_of(tenancy, covenant) is law
    assert "190" not in law.statute + law.letter


def test_silence_gives_only_where_s190_says_so() -> None:
    for tenancy, covenant in itertools.product([None, *Tenancy], [None, *Covenant]):
        law = law_of(tenancy, covenant)
        assert law.given_on_silence is (law is EQUALITY)
    assert "consent withheld, and not thereby unreasonably (s.98)" in SECURE.silence
    assert "A consent that comes later is valid" in SECURE.silence


def test_the_burden_is_the_landlords_and_its_costs_may_be_asked_for() -> None:
    for law in (EQUALITY, SECURE):
        assert "it is for the landlord to show" in law.refusal
        assert law.given_on_refusal
    for asked in ("damage", "costs", "1927 s.19(2)"):
        assert asked in EQUALITY.conditions
    assert FORBIDDEN.given_on_refusal is False


def test_what_is_not_verified_is_told_to_no_landlord_as_law() -> None:
    assert "not verified" in PROTECTED.statute
    assert "Act" not in PROTECTED.letter


def test_every_tenancy_fits_some_tenure() -> None:
    assert frozenset().union(*FITS.values()) == frozenset(Tenancy)
