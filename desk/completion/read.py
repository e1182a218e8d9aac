"""What the form of a visit says: what was found on each line, or everything that is wrong."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import TypeVar

from starlette.datastructures import FormData

from desk.links.sent import files_of
from desk.web.forms import text
from rules.cases import ReceivedKind
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDocumentError
from rules.reasons import too_thin
from rules.sentences import without_commands
from rules.typed import read_day, read_exact
from services.completion.inspecting import SEVERAL
from services.decisions.receive import Stored, store_received
from services.decisions.visit import Inspection, Visit, found_at_visit

V = TypeVar("V")


@dataclass
class Read:
    """What was read of a form so far, and what is wrong with it beside its field."""

    form: FormData
    problems: list[tuple[str, str]] = field(default_factory=list)

    def typed(self, name: str, read: Callable[[str], V], what: str) -> V | None:
        """Return what was typed in a field; None where nothing was, or it cannot be read."""
        said = text(self.form, name)
        try:
            return read(said) if said else None
        except ValueError as error:
            self.problems.append((name, f"{what}: {error}"))
            return None

    def words(self, name: str, missing: str) -> str:
        """Return the words of a field that must say something."""
        said = text(self.form, name)
        if not said:
            self.problems.append((name, missing))
        return said


@dataclass
class Held:
    """What was found so far, as the decision takes it."""

    passed: list[int] = field(default_factory=list)
    snags: dict[int, str] = field(default_factory=dict)
    measured: dict[int, Decimal] = field(default_factory=dict)
    no_access: dict[int, str] = field(default_factory=dict)
    cleared: list[int] = field(default_factory=list)
    still: dict[int, str] = field(default_factory=dict)
    rectify_by: dict[int, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says, and what is wrong with it."""

    found: Inspection
    photographs: Mapping[int, list[Stored]]
    reason: str
    problems: tuple[tuple[str, str], ...]


def read_visit(form: FormData, visit: Visit) -> Said:
    """Return what a form says of the lines of a visit; photographs are stored as they are read."""
    read = Read(form)
    held = Held()
    for one in visit.lines:
        _line(read, one.line.line, held)
        snags = [snag.number for snag, _ in one.snags]
        for number in snags:
            _snag(read, number, held)
        if one.line.line in held.snags or held.still.keys() & set(snags):
            day = read.typed(f"rectify_by.{one.line.line}", read_day, f"Line {one.line.line}")
            held.rectify_by |= {one.line.line: day} if day else {}
    photographs = _photographs(read, [one.line.line for one in visit.lines])
    found = found_at_visit(
        passed=tuple(held.passed),
        snags=held.snags,
        measured=held.measured,
        no_access=held.no_access,
        snags_cleared=tuple(held.cleared),
        still=held.still,
        rectify_by=held.rectify_by,
    )
    reason = read.words("reason", "Say how it was inspected.")
    if reason and (thin := too_thin(reason)):
        read.problems.append(("reason", thin))
    read.problems += [("reason", words) for words in unwritable(reason)]
    if not read.problems:
        read.problems += [("", words) for words in found.problems()]
    return Said(found, photographs, reason, tuple(read.problems))


def _line(read: Read, line: int, held: Held) -> None:
    """Read what was found on a line; nothing where nobody looked at it yet."""
    result = text(read.form, f"result.{line}")
    if result == "pass":
        held.passed.append(line)
    elif result == "measured":
        much = read.typed(f"measured.{line}", read_exact, f"Line {line}")
        if much is not None:
            held.measured[line] = much
        elif not text(read.form, f"measured.{line}"):
            read.problems.append((f"measured.{line}", f"Line {line}: say how much there is."))
    elif result == "snag":
        said = read.words(f"snag.{line}", f"Line {line}: say what the snag is.")
        held.snags[line] = f"{SEVERAL} ".join(one for one in said.splitlines() if one.strip())
    elif result == "no_access":
        missing = f"Line {line}: say why it could not be looked at."
        held.no_access[line] = read.words(f"no_access.{line}", missing)


def _snag(read: Read, number: int, held: Held) -> None:
    answer = text(read.form, f"again.{number}")
    if answer == "cleared":
        held.cleared.append(number)
    elif answer == "still":
        held.still[number] = read.words(
            f"still.{number}", f"Snag {number}: say what is still wrong."
        )


def _photographs(read: Read, lines: Iterable[int]) -> dict[int, list[Stored]]:
    found: dict[int, list[Stored]] = {}
    for line in lines:
        name = f"photographs.{line}"
        for file in files_of(read.form, name):
            called = PurePath(file.filename or "").name
            try:
                stored = store_received(
                    data=file.file.read(), name=called, kind=ReceivedKind.PHOTOGRAPH
                )
            except InvalidDocumentError as error:
                words = without_commands(error.text())
                read.problems.append((name, f"“{called[:60]}” was not taken. {words}"))
            else:
                found.setdefault(line, []).append(replace(stored, line=line))
    return found
