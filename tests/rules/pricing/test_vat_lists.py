"""The sample schedule's reliefs are those of HMRC's lists (domain §10.5), row by row."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import deployments

SCHEDULE = Path(str(deployments.__path__[0])) / "sample" / "schedule.csv"
ROWS = {row["code"]: row for row in csv.DictReader(SCHEDULE.read_text("utf-8").splitlines())}
ZERO, REDUCED = "disabled_adaptation", "mobility_aid_60plus"
LISTED = r"^(RMP|LFT)-|ramp|stairlift|bath lift|shower seat|walk-in bath|rail|pole|anchor|guarding"


def reliefs(code: str) -> set[str]:
    return set(filter(None, ROWS[code]["vat_reliefs"].split(";")))


def named(words: str) -> list[str]:
    return [code for code, row in ROWS.items() if re.search(words, row["short_description"], re.I)]


@pytest.mark.parametrize(
    "words", [r"^wash-dry", r"^toilet surround frame", r"^(hoist|ceiling track)", r"through.floor"]
)
def test_what_is_zero_rated_beyond_the_works_themselves(words: str) -> None:
    found = named(words)
    assert found
    assert [code for code in found if ZERO not in reliefs(code)] == []


@pytest.mark.parametrize(
    "words",
    [
        *(r"^grab rail", r"^straight stairlift", r"^curved stairlift", r"^bath lift"),
        *(r"shower seat", r"^walk-in bath with", r"ramp slab", r"^modular ramp run"),
    ],
)
def test_what_is_at_the_reduced_rate_where_it_is_installed(words: str) -> None:
    found = named(words)
    assert found
    assert [code for code in found if REDUCED not in reliefs(code)] == []


def test_nothing_else_is_at_the_reduced_rate_nor_goods_alone_nor_what_is_taken_away() -> None:
    reduced = [code for code in ROWS if REDUCED in reliefs(code)]
    said = {
        code: f"{code} {ROWS[code]['short_description']} {ROWS[code]['long_description']}"
        for code in reduced
    }
    assert [code for code in reduced if not re.search(LISTED, said[code], re.I)] == []
    assert [code for code in reduced if re.search(r"portable|toilet|return", said[code])] == []
