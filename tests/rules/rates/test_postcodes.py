"""The names by which zones hold postcodes."""

from __future__ import annotations

import pytest

from rules.rates.postcodes import is_place, places_of


@pytest.mark.parametrize(
    ("postcode", "places"),
    [
        ("CV21 3LW", ("CV21", "CV")),
        ("CV2 1LW", ("CV2", "CV")),
        ("cv213lw", ("CV21", "CV")),
        ("EC1A 1BB", ("EC1A", "EC1", "EC")),
        ("M1 1AA", ("M1", "M")),
        ("CV21", ("CV21", "CV")),
        ("CV", ("CV",)),
        ("", ()),
        ("GIR 0AA", ()),
        ("nowhere", ()),
    ],
)
def test_a_postcode_is_in_its_district_and_its_area_and_in_no_other(
    postcode: str, places: tuple[str, ...]
) -> None:
    assert places_of(postcode) == places
    assert all(is_place(place) for place in places)


@pytest.mark.parametrize("text", ["", "CV21 3LW", "cv21", "CVX", "21", "CV213", "C٣"])
def test_other_texts_are_no_places(text: str) -> None:
    assert not is_place(text)
