"""Forms of certificates: each has a version of its own, which says whose it is."""

from __future__ import annotations

import pytest

from rules.consents.tenure import MOST_OWNERS, certificate_name, form_of_version, form_version

NAMES = [
    certificate_name(kind, number)
    for kind in ("owner", "tenant", "landlord")
    for number in (None, *range(2, MOST_OWNERS + 1))
]


@pytest.mark.parametrize("opening", [1, 2, 14])
def test_a_version_says_whose_form_it_is_and_of_which_opening(opening: int) -> None:
    versions = [form_version(name, opening=opening) for name in NAMES]
    assert len(set(versions)) == len(NAMES)
    assert [form_of_version(one) for one in versions] == [(name, opening) for name in NAMES]
