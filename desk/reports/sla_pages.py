"""How `handrail sla` prints its lists, the clocks of a case, and the statutory board."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from textwrap import wrap
from typing import Final

from desk.output import due_cell, say, table
from rules.clocks.clock_names import HAZARD_CLOCKS
from rules.clocks.workdays import in_words
from rules.reports.forecast import in_100
from rules.reports.sla import SOON_DAYS, ClockLine, Standing, Tally, clocks, held_words, moved_words
from rules.reports.statutory_board import HEADINGS, Entry, Section
from services.reports.board import Board
from services.reports.sla import CasePage, Page

_TITLES: Final = {
    Standing.LATE: "Late",
    Standing.SOON: f"Due within {SOON_DAYS} working days",
    Standing.PAUSED: "Paused",
    Standing.IN_TIME: "Due later",
}
_CLOCK: Final = 22  # characters
_COLUMNS: Final = ("Case", "What, who holds it, and why it is due then", "Due, and\nhow late")


def print_page(page: Page, *, limit: int | None) -> None:
    """Print the counts, then each list with the arithmetic under every clock.

    Args:
        page: The page.
        limit: How many of each list were asked for, or None for all.
    """
    if page.whose:
        say(f"Clocks of {page.whose}.")
    say(page.headline)
    if page.caution:
        say(page.caution)
    counts = page.counts
    if counts.all.running:
        table(
            title="How many",
            columns=("", "Late", "Due soon", "Paused", "Due later", "In time"),
            rows=[
                ("all", *_tally(counts.all)),
                *((f"{kind} clocks", *_tally(found)) for kind, found in counts.by_kind.items()),
                *((f"held by {who}", *_tally(found)) for who, found in counts.by_holder.items()),
            ],
        )
    for name, lines in page.lists.items():
        _print_list(_TITLES[Standing(name)], lines, at=page.at, there=getattr(counts.all, name))
    if limit is not None and any(len(lines) == limit for lines in page.lists.values()):
        say("--limit N lists more; --csv and --json list all of them.")


def _tally(found: Tally) -> tuple[object, ...]:
    percent = "" if found.in_time_percent is None else f"{found.in_time_percent} %"
    return (found.late, found.soon, found.paused, found.in_time, percent)


def _print_list(title: str, lines: Sequence[ClockLine], *, at: date, there: int) -> None:
    if not lines:
        say(f"Nothing is {title[0].lower()}{title[1:]}.")
        return
    more = there - len(lines)
    shown = f", the first {len(lines):,} listed" if more > 0 else ""
    chances = any(line.chance is not None for line in lines)
    table(
        title=f"{title}: {clocks(there)}{shown}",
        columns=(*_COLUMNS, "Chance to\nbe late") if chances else _COLUMNS,
        rows=[
            (
                f"{line.case}\n{line.authority}",
                _what(line, at=at),
                due_cell(line.due_on, line.timing),
                *((_chance(line),) if chances else ()),
            )
            for line in lines
        ],
        ruled=True,
    )


def _what(line: ClockLine, *, at: date) -> str:
    section = f" [{line.section}]" if line.section else ""
    which = f" ({found})" if (found := _which(line)) else ""
    return "\n".join((f"{line.title}{section}{which}", *_held_and_why(line, at=at)))


def _which(line: ClockLine) -> str:
    """Return which of several a clock is about, where people know it by a number."""
    kind = "hazard" if line.clock in HAZARD_CLOCKS else "pause"
    return f"{kind} {line.subject}" if line.clock in {"review_pause", *HAZARD_CLOCKS} else ""


def _held_and_why(line: ClockLine, *, at: date) -> Iterable[str]:
    elsewhere = line.held_at if line.held_at != line.clock else ""
    yield f"Held by {held_words(line.held_by, since=line.since, at=at, held_at=elsewhere)}."
    yield from _why(line)


def _why(line: ClockLine) -> Iterable[str]:
    yield f"{line.words[0].upper()}{line.words[1:]}"
    # That it stood still is in the words.
    yield from (moved_words(change) for change in line.moved if change.to_due is not None)


def _chance(line: ClockLine) -> str:
    if line.chance is None:
        return "too little is known"
    likely = f"\nlikely over\n{line.likely_on}" if line.likely_on else ""
    return f"about {in_100(Fraction(line.chance))}\nin 100{likely}"


def print_case(page: CasePage) -> None:
    """Print every clock of a case, running and stopped, with the arithmetic under each."""
    say(f"{page.case} · {page.headline}")
    if page.caution:
        say(page.caution)
    running = [
        (line, (*_held_and_why(line, at=page.at), *filter(None, (line.forecast,))))
        for line in page.running
    ]
    stopped = [
        (line, (*_why(line), f"Stopped on {in_words(line.stopped_on)}: {line.stopped_why}."))
        for line in page.stopped
        if line.stopped_on is not None
    ]
    _print_clocks("Running", "Who holds it, and why it is due then", running)
    _print_clocks("Stopped", "Why it was due then, and why it stopped", stopped)


def _print_clocks(title: str, column: str, told: Sequence[tuple[ClockLine, Sequence[str]]]) -> None:
    if told:
        table(
            title=f"{title}: {clocks(len(told))}",
            columns=("Clock", column, "Due, and\nhow late"),
            rows=[
                (_clock_cell(line), "\n".join(words), due_cell(line.due_on, line.timing))
                for line, words in told
            ],
            ruled=True,
        )


def _clock_cell(line: ClockLine) -> str:
    law = f" {line.section}" if line.section else ""
    which = (f"({found})",) if (found := _which(line)) else ()
    return "\n".join((*wrap(line.title, width=_CLOCK), *which, f"{line.kind}{law}"))


# ---- the statutory board


def print_board(board: Board) -> None:
    """Print the counts for the board paper, then each section; an empty one in a line.

    Args:
        board: The board.
    """
    whose = f"authority {board.authority}" if board.authority else "every authority"
    say(f"Statutory board on {in_words(board.at)}, {whose}.")
    if board.caution:
        say(board.caution)
    table(
        title="For the board paper",
        columns=("What", "Law", "Passed", "Near"),
        rows=[
            (
                found.title,
                found.section,
                f"{found.over} {HEADINGS[found.matter].over}" if found.over else "none",
                f"{found.soon} {HEADINGS[found.matter].soon}" if found.soon else "none",
            )
            for found in board.sections
        ],
    )
    for section in board.sections:
        if section.entries:
            _print_section(section, at=board.at)
        else:
            say(HEADINGS[section.matter].empty)


def _print_section(section: Section, *, at: date) -> None:
    law = f" [{section.section}]" if section.section else ""
    subject = HEADINGS[section.matter].subject
    table(
        title=f"{section.title}{law}: {len(section.entries)}",
        columns=(subject, "What is so, who holds it, and what to do", "Last day"),
        rows=[
            (f"{entry.subject}\n{entry.authority}".strip(), _told(entry, at=at), entry.on)
            for entry in section.entries
        ],
        ruled=True,
    )


def _told(entry: Entry, *, at: date) -> str:
    what = f"{entry.what[0].upper()}{entry.what[1:]}."
    return "\n".join(part for part in (what, _held(entry, at=at), entry.todo) if part)


def _held(entry: Entry, *, at: date) -> str:
    if not entry.held_by or entry.since is None:
        return f"Held by {entry.held_by}." if entry.held_by else ""
    held = held_words(entry.held_by, since=entry.since, at=at, held_at=entry.held_at)
    others = "step is" if entry.other_steps == 1 else "steps are"
    more = f"; {entry.other_steps} more {others} open" if entry.other_steps else ""
    return f"Held by {held}{more}."
