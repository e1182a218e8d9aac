"""The pathway as a picture: an SVG drawn from the table, one box a step, arrows downwards."""

from collections.abc import Iterator
from html import escape
from textwrap import wrap
from typing import Final

from desk.reference.layers import Place, arrows, places
from rules.pathway import EXITS, PATHWAY, Step

WIDTH, HEIGHT = 300, 96  # a box, in pixels
ACROSS, DOWN = 28, 40  # between two boxes
EDGE = 32  # around everything
TOP = 64  # for the heading
LEGEND = 96  # for the key and the ways out
LETTERS = 44  # of the small text in a line of a box

PARTIES: Final = (
    ("technical officer", "#e3edf8", "#1f5a96"),
    ("approving officer", "#ece4f5", "#66409a"),
    ("landlord", "#e0f1e5", "#2b7245"),
    ("applicant", "#dff2f1", "#1c6f74"),
    ("contractor", "#fcecd2", "#95590a"),
    ("finance", "#fbe3e6", "#a02f45"),
    ("nobody", "#eeeeee", "#5c5c5c"),
)
"""Who is waited for at a gate: the owner of the wait, with the fill and the line of its boxes."""

_COLOURS: Final = {party: (fill, line) for party, fill, line in PARTIES}
_FONT: Final = "font-family=\"'Segoe UI', 'Helvetica Neue', Arial, sans-serif\""


def pathway_drawing() -> str:
    """Return the pathway as an SVG document."""
    stand = places()
    left = min(place.column for place in stand.values())
    columns = max(place.column for place in stand.values()) - left + 1
    layers = max(place.layer for place in stand.values()) + 1
    width = 2 * EDGE + columns * (WIDTH + ACROSS) - ACROSS
    height = TOP + layers * (HEIGHT + DOWN) - DOWN + EDGE + LEGEND
    corners = {name: _corner(place, left) for name, place in stand.items()}
    drawn = [
        *_opening(width, height),
        *(_arrow(corners[start], corners[end]) for start, end in arrows()),
        *(line for name in PATHWAY for line in _box(PATHWAY[name], *corners[name])),
        *_key(width, height - LEGEND),
        "</svg>",
    ]
    return "\n".join(drawn) + "\n"


def _opening(width: float, height: float) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}" role="img" {_FONT}>'
    )
    yield "<title>The pathway of a case</title>"
    yield f"<desc>{escape(_in_words())}</desc>"
    yield (
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 1 L9 5 L0 9 Z" fill="#555"/></marker></defs>'
    )
    yield '<rect width="100%" height="100%" fill="#ffffff"/>'
    heading = "From recommendation to paid"
    yield _text(heading, EDGE, 38, size=20, weight=600, fill="#1b1b1b")


def _corner(place: Place, left: float) -> tuple[float, float]:
    """Return the top left corner of the box at a place."""
    x = EDGE + (place.column - left) * (WIDTH + ACROSS)
    return x, TOP + place.layer * (HEIGHT + DOWN)


def _in_words() -> str:
    return " ".join(
        f"{step.title} comes after {' and '.join(PATHWAY[name].title for name in step.requires)}."
        if step.requires
        else f"{step.title} comes first."
        for step in PATHWAY.values()
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return an arrow: straight down past the layers between, then across to its box."""
    x, y = start[0] + WIDTH / 2, start[1] + HEIGHT
    to_x, to_y = end[0] + WIDTH / 2, end[1] - 2
    turn = end[1] - DOWN
    path = f"M{_n(x)} {_n(y)} V{_n(turn)}" if turn > y else f"M{_n(x)} {_n(y)}"
    if x == to_x:
        path += f" V{_n(to_y)}"
    else:
        half = (turn + to_y) / 2
        path += f" C{_n(x)} {_n(half + 8)} {_n(to_x)} {_n(half - 8)} {_n(to_x)} {_n(to_y)}"
    return f'<path d="{path}" fill="none" stroke="#555" stroke-width="1.6" marker-end="url(#tip)"/>'


def _box(step: Step, x: float, y: float) -> Iterator[str]:
    fill, line = _COLOURS[step.owner if step.gate else "nobody"]
    yield (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{fill}" '
        f'stroke="{line}" stroke-width="1.4"/>'
    )
    if step.automatic:
        yield (
            f'<path d="M{_n(x + 7)} {_n(y + 10)} V{_n(y + HEIGHT - 10)}" stroke="{line}" '
            'stroke-width="4" stroke-linecap="round"/>'
        )
    yield _text(step.title, x + 18, y + 25, size=14, weight=600, fill="#1b1b1b")
    for turn, words in enumerate(wrap(step.gate or step.moves_on, LETTERS)[:2]):
        yield _text(words, x + 18, y + 45 + 16 * turn, size=12, fill="#333333")
    yield _text(_small_print(step), x + 18, y + HEIGHT - 11, size=11, fill=line)


def _small_print(step: Step) -> str:
    days = step.target_days
    target = f"{days} working day{'s'[: days != 1]}" if days else "12 months"
    return " · ".join((target, *step.sections))


def _key(width: float, y: float) -> Iterator[str]:
    x = float(EDGE)
    room = (width - 2 * EDGE) / len(PARTIES)
    for party, fill, line in PARTIES:
        yield (
            f'<rect x="{_n(x)}" y="{_n(y)}" width="16" height="16" rx="3" fill="{fill}" '
            f'stroke="{line}"/>'
        )
        yield _text(party, x + 22, y + 12.5, size=12, fill="#333333")
        x += room
    yield _text(
        "Colour: whose answer the gate waits for. Bar: Handrail does its part as soon as the step "
        "opens. Arrow: over before the next opens.",
        EDGE,
        y + 42,
        size=12,
        fill="#333333",
    )
    exits = ", ".join(status.replace("_", " ") for status in EXITS)
    yield _text(
        f"Ways out from any step, until the works begin on site: {exits}.",
        EDGE,
        y + 64,
        size=12,
        fill="#333333",
    )


def _text(words: str, x: float, y: float, *, size: int, fill: str, weight: int = 400) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{escape(words)}</text>'
    )


def _n(value: float) -> str:
    """Return a number of pixels, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
