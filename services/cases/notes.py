"""Notes on a case's file: what was said or seen, and what to know before going to the home.

A note is corrected by a version of it that counts from then on; what it said before is kept. The
record's chain, which nobody can erase, says that there is a note and not what it says.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert

from models.asked import rows
from models.base import rows_by
from models.case_queries import live_order
from models.people import name_of
from models.tables.files import ACCESS, CaseNote
from rules.cases import AccessKind, NoteKind
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDecisionError, UnknownReferenceError
from rules.people import MAY_KEEP_FILE
from services.cases.effect import Context, Effect, applies

LONGEST: Final = 10_000
"""Characters of a note; more is a document, to be attached."""

_KEEP: Final = insert(CaseNote)
HELD: Final = rows_by(CaseNote, "case_id").order_by(CaseNote.number, CaseNote.version)
_OF_ACCESS: Final = frozenset(ACCESS.split())
_CHANGED: Final = ("words", "with_whom", "happened_on", "for_contractor", "withdrawn")
_OPEN: Final = ("happened_on", "for_contractor", "withdrawn")
"""What of a note is nothing personal, so that its change is said on the record."""


@decided(
    "record-note",
    at=None,
    by=MAY_KEEP_FILE,
    any_time=True,
    of_file=True,
    sealed=frozenset({"words", "with_whom"}),
    usual_reason="kept on the case’s file",
)
class RecordNote(BaseDecision):
    """A note for the file: a call, a visit, or what else was said, seen or agreed."""

    words: str = particular("What was said, seen or agreed.", long=True, label="The note")
    kind_of_note: NoteKind = particular(
        "What it is of.", "--of", default=NoteKind.NOTE, label="What it is of"
    )
    with_whom: str = particular("With whom.", "--with", default="", label="With whom")
    happened_on: date | None = particular("When; today if left out.", "--on", default=None)

    def problems(self) -> tuple[str, ...]:
        """Return a note that says nothing, or too much."""
        return _problems(self.words, self.with_whom)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that there is a note; what it says is on the file."""
        return f"Note{known(' {}', facts['number'])} for the file: {facts.words('kind_of_note')}."


@decided(
    "record-access",
    at=None,
    by=MAY_KEEP_FILE,
    any_time=True,
    of_file=True,
    sealed=frozenset({"words"}),
    usual_reason="to be known before a visit",
)
class RecordAccess(BaseDecision):
    """What to know before going to the home: a key safe, a dog, a carer, two at a visit.

    Of each it is said whether contractors are told. Work orders carry exactly those; an offer
    says nothing of them.
    """

    about: AccessKind = particular("What it is about.")
    words: str = particular("What to know.", long=True)
    for_contractor: bool = particular(
        "Contractors are told of it, or it stays with us.",
        "--tell-contractor/--keep-inside",
        label="Tell the contractor",
    )

    def problems(self) -> tuple[str, ...]:
        """Return a note that says nothing, or too much."""
        return _problems(self.words, "")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what it is about and who is told; what it says is on the file."""
        told = "contractors are told" if facts["for_contractor"] else "it stays with us"
        return f"Note{known(' {}', facts['number'])} on access: {facts.words('about')}; {told}."


@decided(
    "correct-note",
    at=None,
    by=MAY_KEEP_FILE,
    any_time=True,
    of_file=True,
    sealed=frozenset({"words", "with_whom"}),
)
class CorrectNote(BaseDecision):
    """A note was wrong or holds no longer; what it said before stays on the file."""

    number: int = particular(
        "Which note of the case; `handrail case file` shows.",
        label="Which note",
        hint="What is corrected, or holds no longer.",
        offers="notes",
    )
    words: str | None = particular("What it says.", default=None, long=True)
    with_whom: str | None = particular("With whom.", "--with", default=None)
    happened_on: date | None = particular("When.", "--on", default=None)
    for_contractor: bool | None = particular(
        "Contractors are told of it, or it stays with us.",
        "--tell-contractor/--keep-inside",
        default=None,
    )
    withdrawn: bool = particular("It holds no longer.", "--withdraw", default=False)

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        said = any(getattr(self, name) is not None for name in _CHANGED[:-1])
        found = []
        if not said and not self.withdrawn:
            found.append("Say what is corrected, or that the note is withdrawn.")
        if said and self.withdrawn:
            found.append("A note is corrected or withdrawn, not both.")
        words = self.words if self.words is not None else "as it was"
        return (*found, *_problems(words, self.with_whom or ""))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which note, and what of it changed."""
        if facts["withdrawn"]:
            return f"Note {facts['number']} is withdrawn."
        changed = ", ".join(facts["changed"] or ()).replace("_", " ")
        return f"Note {facts['number']} is corrected: {changed}."


def _problems(words: str, with_whom: str) -> tuple[str, ...]:
    found = list(unwritable(words + with_whom))
    if not words.strip():
        found.append("Say what is to be noted.")
    if len(words) > LONGEST:
        found.append(f"A note has at most {LONGEST:,} characters; attach a document instead.")
    if len(with_whom) > 200:
        found.append("Say with whom in 200 characters at most.")
    return tuple(found)


@applies(RecordNote)
def record_note(context: Context, decision: RecordNote) -> Effect:
    """Keep a note under the case's next number."""
    return _first(
        context,
        kind=decision.kind_of_note.value,
        words=decision.words.strip(),
        with_whom=decision.with_whom.strip(),
        happened_on=_day(context, decision.happened_on),
        for_contractor=False,
    )


@applies(RecordAccess)
def record_access(context: Context, decision: RecordAccess) -> Effect:
    """Keep what to know before going to the home, and who is told."""
    return _first(
        context,
        kind=decision.about.value,
        words=decision.words.strip(),
        with_whom="",
        happened_on=context.today,
        for_contractor=decision.for_contractor,
    )


def _first(context: Context, **said: Any) -> Effect:
    held = notes_on(context.conn, case_id=context.case.id)
    number = max((one.number for one in held), default=0) + 1
    _keep(context, number=number, version=1, withdrawn=False, **said)
    told = _told_already(context) if said["for_contractor"] else ""
    return Effect(to=None, facts={"number": number}, notice=f"It is note {number}.{told}")


def check_notes(context: Context) -> None:
    """Refuse to correct a note where none stands."""
    if all(one.withdrawn for one in notes_on(context.conn, case_id=context.case.id)):
        raise UnknownReferenceError(
            f"{context.case.reference} has no note.", next_step="Record one, if one is meant."
        )


@applies(CorrectNote, check=check_notes)
def correct_note(context: Context, decision: CorrectNote, _found: None) -> Effect:
    """Keep what a note says now as its next version."""
    held = notes_on(context.conn, case_id=context.case.id)
    note = next((one for one in held if one.number == decision.number), None)
    if note is None or note.withdrawn:
        raise UnknownReferenceError(
            f"There is no note {decision.number} on {context.case.reference}"
            f"{' any more: it was withdrawn' if note else ''}.",
            next_step=f"`handrail case file {context.case.reference}` lists its notes.",
        )
    before = {name: getattr(note, name) for name in _CHANGED}
    said = {name: getattr(decision, name) for name in _CHANGED}
    after = before | {name: value for name, value in said.items() if value is not None}
    changed = [name for name in _CHANGED if after[name] != before[name]]
    _check_change(context, note, after, changed)
    _keep(context, number=note.number, version=note.version + 1, kind=note.kind, **after)
    told = _told_already(context) if note.for_contractor or after["for_contractor"] else ""
    sides = {
        side: {name: _plain(values[name]) for name in _OPEN if name in changed}
        for side, values in (("before", before), ("after", after))
    }
    return Effect(to=None, facts={"changed": changed, **sides}, notice=told.strip())


def _check_change(
    context: Context, note: "Note", after: dict[str, Any], changed: list[str]
) -> None:
    if not changed:
        raise InvalidDecisionError(
            f"Note {note.number} says that already.", next_step="Nothing was changed."
        )
    _day(context, after["happened_on"])
    if after["for_contractor"] and note.kind not in _OF_ACCESS:
        raise InvalidDecisionError(
            f"Note {note.number} is a {note.kind}, and those are never sent to a contractor.",
            next_step="Record what contractors are to know of the home: "
            f"`handrail decide {context.case.reference} record-access`.",
        )


def _day(context: Context, on: date | None) -> date:
    if on is not None and on > context.today:
        raise InvalidDecisionError(
            "A note is of what has happened, and its day is yet to come.",
            next_step="Nothing was recorded.",
        )
    return on or context.today


def _told_already(context: Context) -> str:
    """Return what to do where the order has left without what is noted."""
    order = live_order(context.conn, case_id=context.case.id)
    if order is None:
        return ""
    return f" {order.number} has left as it was: tell the contractor yourself."


def _keep(context: Context, **said: Any) -> None:
    by = {"recorded_by": context.actor.identity, "recorded_at": context.now}
    context.conn.execute(_KEEP, {"case_id": context.case.id, **said, **by})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# ---- read


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it counts, with what it said before.

    Args:
        number: What it is known by on its case.
        kind: ``note``, ``call``, ``visit`` or what of the access it is about.
        for_contractor: Whether offers and orders carry it.
        withdrawn: It holds no longer.
        earlier: Its earlier versions, oldest first, each without earlier ones of its own.
    """

    number: int
    version: int
    kind: str
    happened_on: date
    with_whom: str
    words: str
    for_contractor: bool
    withdrawn: bool
    recorded_by: str
    recorded_by_name: str
    recorded_at: datetime
    earlier: tuple["Note", ...] = ()

    @property
    def of_access(self) -> bool:
        """Whether it says what to know before going to the home."""
        return self.kind in _OF_ACCESS


def notes_on(conn: Connection, *, case_id: int) -> list[Note]:
    """Return the notes of a case by number, each as its newest version says it."""
    found: dict[int, Note] = {}
    for row in rows(conn, HELD, case_id=case_id):
        before = found.get(row.number)
        earlier = (*before.earlier, _alone(before)) if before else ()
        values = {name: value for name, value in row._mapping.items() if name not in _KEYS}
        name = name_of(conn, row.recorded_by)
        found[row.number] = Note(**values, recorded_by_name=name, earlier=earlier)
    return list(found.values())


_KEYS: Final = ("id", "case_id")


def _alone(note: Note) -> Note:
    values = {name: getattr(note, name) for name in Note.__dataclass_fields__ if name != "earlier"}
    return Note(**values)


def access_for_contractor(conn: Connection, *, case_id: int) -> tuple[str, ...]:
    """Return what contractors are told before they go to the home, one each: exactly those."""
    return tuple(
        f"{AccessKind(note.kind).words}: {note.words}"
        for note in notes_on(conn, case_id=case_id)
        if note.for_contractor and not note.withdrawn
    )
