"""How wide the columns of a table are: no word and no date is ever broken.

What does not fit beside each other goes below each other: a row is then a few lines of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len

FRAME: Final = 3
"""Characters that a column takes beside its words: a rule, and a blank on either side."""


def widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, whole: Sequence[bool], room: int
) -> list[int] | None:
    """Return how wide each column is drawn, or None where the words do not fit in the room.

    Args:
        whole: For each column, whether its lines are never broken, not even between words.
        room: The characters of a line of the screen.
    """
    least, most = [], []
    for heading, cells, unbroken in zip(columns, _turned(columns, rows), whole, strict=True):
        lines = [line for cell in (heading, *cells) for line in cell.splitlines()]
        most.append(max(map(cell_len, lines), default=0))
        words = [word for line in lines for word in line.split()]
        least.append(most[-1] if unbroken else max(map(cell_len, words), default=0))
    left = room - FRAME * len(columns) - 1 - sum(least)
    return None if left < 0 else _shared(least, most, left)


def _turned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    for position in range(len(columns)):
        yield tuple(row[position] for row in rows)


def _shared(least: list[int], most: list[int], left: int) -> list[int]:
    """Return the columns widened by what is left, the narrowest of those that want more first."""
    wide = list(least)
    while left and (wanting := [n for n, width in enumerate(wide) if width < most[n]]):
        narrowest = min(wanting, key=lambda n: wide[n])
        wide[narrowest] += 1
        left -= 1
    return wide
