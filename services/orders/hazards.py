"""A hazard found in a home while it is surveyed or worked on: the landlord is told, and asked.

A hazard, and what its landlord did of it, are decisions and no table: what is owed follows from
them (``rules/hazards.py``). The law binds the landlord, and nothing of it is enforced here.
"""

from datetime import date
from typing import Final

from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, rows_by
from models.contacts import landlord_of
from models.tables.record import Decision
from rules.clocks.clock_names import CLOCKS
from rules.clocks.workdays import in_words
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.hazards import COUNTED, LAW, Did, HazardKind, owed, why_no_clocks
from rules.people import MAY_KEEP_FILE, Role
from services.cases.clocks.calendar import EVERYBODY, calendar_for
from services.cases.effect import Context, Effect, applies
from services.cases.messages import tell
from services.orders.works import own_order

LONGEST: Final = 2_000
"""Characters of what a hazard is and where."""

_HAZARDS: Final = (
    rows_by(Decision, "case_id")
    .where(Decision.kind.in_(("record-hazard", "landlord-did")))
    .order_by(Decision.id)
)


@decided(
    "record-hazard", at=None, by=MAY_KEEP_FILE | {Role.CONTRACTOR}, any_time=True, of_file=True
)
class RecordHazard(BaseDecision):
    """A hazard is found in a home: a social landlord is told what it owes (SI 2025/1042)."""

    hazard: HazardKind = particular("What it is of.", label="What the hazard is of")
    what: str = particular(
        "What was seen, and where.",
        long=True,
        label="What was seen, and where",
        hint="The landlord reads it. Say nothing of anybody’s health.",
    )
    emergency: bool = particular(
        "Whether it is an imminent and significant risk to health or safety.",
        "--emergency/--no-emergency",
        label="Is it an emergency?",
        hint="An imminent and significant risk to health or safety.",
        answers=("An emergency", "No emergency"),
    )
    told: str = particular(
        "How the landlord was told before our letter, such as by telephone.",
        default="",
        label="How the landlord was told already",
        hint="Empty where our letter is the first it hears of it.",
    )
    aware_on: date | None = particular(
        "When the landlord knew; today if left out.", default=None, label="When the landlord knew"
    )

    def problems(self) -> tuple[str, ...]:
        """Return a hazard that says nothing, or too much."""
        words = f"{self.what}{self.told}"
        found = list(unwritable(words))
        if not self.what.strip() or len(words) > LONGEST:
            found.append(f"Say what was seen and where, in {LONGEST:,} characters at most.")
        if self.aware_on is not None and not self.told.strip():
            found.append("A landlord that knew already was told somehow: say how.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was found, and since when the landlord knows."""
        urgent = "an emergency" if facts["emergency"] else "no emergency"
        knew = known("; the landlord knows since {}", facts.day("knew_on"))
        what = f"{facts.words('hazard')}, {urgent}{knew}: {facts['what']}"
        return f"Hazard{known(' {}', facts['number'])}, {what}."


@decided("landlord-did", at=None, by=MAY_KEEP_FILE, any_time=True, of_file=True)
class LandlordDid(BaseDecision):
    """What a landlord did of a hazard: it ends the clocks that asked for it."""

    number: int = particular("Which hazard.", "--hazard", label="Which hazard", offers="hazards")
    did: Did = particular("What it did.", label="What the landlord did")
    did_on: date = particular("When.", "--on", label="When")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what the landlord did, and when."""
        return f"Hazard {facts['number']}: {facts.words('did')} on {facts.day('did_on')}."


def hazards_on(conn: Connection, *, case_id: int) -> dict[int, tuple[AnyRow, dict[Did, date]]]:
    """Return the hazards of a case by number, each with what its landlord did and when."""
    found: dict[int, tuple[AnyRow, dict[Did, date]]] = {}
    for row in rows(conn, _HAZARDS, case_id=case_id):
        if row.kind == "record-hazard":
            found[row.facts["number"]] = (row, {})
        else:
            day = date.fromisoformat(row.facts["did_on"])
            found[row.facts["number"]][1][Did(row.facts["did"])] = day
    return found


def hazards_offered(conn: Connection, case: AnyRow, _: date) -> list[tuple[str, str]]:
    """Return the hazards of a case as a form offers them."""
    held = hazards_on(conn, case_id=case.id)
    return [(str(one), f"Hazard {one}: {row.facts['what'][:80]}") for one, (row, _) in held.items()]


def check_finder(context: Context) -> None:
    """Refuse a contractor that has no order here."""
    if context.actor.role is Role.CONTRACTOR:
        own_order(context)


@applies(RecordHazard, check=check_finder)
def record_hazard(context: Context, decision: RecordHazard, _: None) -> Effect:
    """Keep the hazard; tell a social landlord what the regulations ask of it, and by when."""
    case, knew_on = context.case, decision.aware_on or context.today
    _check_day(context, knew_on)
    number = len(hazards_on(context.conn, case_id=case.id)) + 1
    none = why_no_clocks(case.row.tenure, case.row.tenancy)
    facts = {"number": number, "knew_on": knew_on.isoformat(), "binds": not none}
    if none:
        return Effect(to=None, facts=facts, notice=f"It is hazard {number}. {none}")
    due = _owed(context, (decision.emergency, knew_on), {})
    _run(context, number, {}, due, why="")
    asks = [f"{CLOCKS[name].title}: by {in_words(day)}" for name, day in due.items()]
    landlord = landlord_of(context.conn, case=case.row)
    tell(
        case,
        kind="hazard_to_landlord",
        once_for=str(number),
        to=landlord,
        context={
            "hazard": decision.hazard.replace("_", " "),
            "what": decision.what.strip(),
            "emergency": decision.emergency,
            "told": decision.told.strip(),
            "knew_on": knew_on,
            "asks": asks,
        },
    )
    notice = f"It is hazard {number}; {landlord.name} is written to ({LAW}). {'; '.join(asks)}."
    return Effect(to=None, facts=facts, notice=notice)


def check_hazards(context: Context) -> dict[int, tuple[AnyRow, dict[Did, date]]]:
    """Return the hazards of a case; refuse where none was recorded."""
    held = hazards_on(context.conn, case_id=context.case.id)
    if not held:
        raise StepNotOpenError(
            f"No hazard is recorded on {context.case.reference}.",
            next_step=f"`handrail decide {context.case.reference} record-hazard` records one.",
        )
    return held


@applies(LandlordDid, check=check_hazards)
def landlord_did(
    context: Context, decision: LandlordDid, held: dict[int, tuple[AnyRow, dict[Did, date]]]
) -> Effect:
    """Keep what the landlord did, end the clocks that it answers and start those it begins."""
    _check_day(context, decision.did_on)
    found, did = held.get(decision.number, (None, {}))
    if found is None or decision.did in did or Did.RECORDED_IN_ERROR in did:
        raise InvalidDecisionError(
            f"Hazard {decision.number} of {context.case.reference} does not wait for that.",
            why="It is recorded already." if found else "There is no such hazard.",
            next_step=f"Those on record: {', '.join(map(str, held))}.",
        )
    knew_on = date.fromisoformat(found.facts["knew_on"])
    if decision.did_on < knew_on:
        raise InvalidDecisionError(
            f"The landlord knew of hazard {decision.number} on {in_words(knew_on)} only.",
            next_step="Check the date; nothing was recorded.",
        )
    if found.facts["binds"]:
        hazard = (found.facts["emergency"], knew_on)
        before = _owed(context, hazard, did)
        after = _owed(context, hazard, did | {decision.did: decision.did_on})
        _run(context, decision.number, before, after, why=decision.did.replace("_", " "))
    return Effect(to=None)


def _check_day(context: Context, day: date) -> None:
    if day > context.today:
        raise InvalidDecisionError(
            f"{in_words(day)} is yet to come.", next_step="Record it once it has happened."
        )


def _owed(context: Context, hazard: tuple[bool, date], did: dict[Did, date]) -> dict[str, date]:
    emergency, aware_on = hazard
    days = {name: context.case.days(name) for name in COUNTED}
    calendar = calendar_for(context.conn, authority=EVERYBODY)
    return owed(emergency=emergency, aware_on=aware_on, did=did, calendar=calendar, days=days)


def _run(
    context: Context, number: int, before: dict[str, date], after: dict[str, date], *, why: str
) -> None:
    for name in sorted(before.keys() - after.keys()):
        context.case.stop_clock(name, subject=str(number), why=why)
    for name in sorted(after.keys() - before.keys()):
        context.case.start_clock(name, subject=str(number), due_on=after[name])
