"""The answers to ASVS: one a requirement of levels 1 and 2; every file that they name is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from desk.reference.__main__ import FOLDER

ROOT: Final = FOLDER.parents[1]
PAGE: Final = FOLDER / "asvs.md"
SECTIONS: Final = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
"""How many requirements of levels 1 and 2 each section of 5.0.0 has; they come before level 3's."""

EVERY: Final = [
    (chapter, section, number)
    for chapter, counts in SECTIONS.items()
    for section, count in enumerate(counts, 1)
    for number in range(1, count + 1)
]
ROW: Final = re.compile(r"^\| ([\d.]+)(?: to ([\d.]+))? \| ([^|]+) \| (.+) \|$", re.M)


def answered() -> Iterator[tuple[int, ...]]:
    for first, last, _, _ in ROW.findall(PAGE.read_text("utf-8")):
        start, end = (tuple(map(int, one.split("."))) for one in (first, last or first))
        yield from (one for one in EVERY if start <= one <= end)


def test_every_requirement_is_answered_once() -> None:
    assert len(EVERY) == 253
    assert Counter(answered()) == Counter(EVERY)


def test_every_answer_is_one_of_four_and_what_is_done_says_where() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert {said for _, _, said, _ in rows} == {"yes", "in part", "**open**", "not applicable"}
    assert len(rows) == PAGE.read_text("utf-8").count("\n| ") - 2 * 17


def test_every_file_named_is_there() -> None:
    named = re.findall(
        r"`([a-z_]+(?:/[\w.-]+)+|pyproject\.toml|requirements\.lock)`", PAGE.read_text("utf-8")
    )
    assert len(named) > 100
    assert [one for one in named if not (ROOT / one).exists()] == []
