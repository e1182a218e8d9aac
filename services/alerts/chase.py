"""Chasing: whoever a case waits for is reminded at once, on somebody's word.

The watch reminds of what is nearly due or late by itself, once a day. This is for the officer who
will not wait for that. It goes to contractors and housing associations alone, in the words of the
watch's reminder, without the client's name; a client or a private landlord is called.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, select

from models.case_queries import live_offer
from models.contacts import authority_of, contractor_of, landlord_of, officer_at, works_title
from models.tables.record import Outbox
from rules.alerts.alert_words import reach, title_of
from rules.clocks import clock_words
from rules.clocks.clock_names import CLOCKS, ClockKind
from rules.decisions import BaseDecision, Facts, decided
from rules.documents.paper_lines import Contact
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.parties import Party
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies, tell
from services.cases.clocks.case_clocks import Running
from services.competitions.competitions import competition_of, invited, standing

_KEYS: Final[BindParameter[Any]] = bindparam("keys", expanding=True)
_SENT: Final = select(Outbox.key).where(Outbox.key.in_(_KEYS))
_KINDS: Final = {Party.CONTRACTOR: "reminder_to_contractor", Party.LANDLORD: "reminder_to_landlord"}


@dataclass(frozen=True, slots=True)
class _Waited:
    """Somebody to be reminded, of what, by which message once a day."""

    kind: str
    once: str
    to: Contact
    clocks: tuple[Running, ...]


@decided("chase", at=None, by=OFFICERS | {Role.MANAGER}, any_time=True)
class Chase(BaseDecision):
    """Whoever the case waits for is reminded now: its contractors, or the housing association."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say who was reminded, and of what."""
        whom = ", ".join(facts["whom"] or ()) or "whoever it waits for"
        return f"Reminded now: {whom}."


def check_chase(context: Context) -> tuple[_Waited, ...]:
    """Return who is to be reminded; each is, on one case, once a day at most."""
    reference = context.case.reference
    found = tuple(_waited_for(context))
    if not found:
        raise StepNotOpenError(
            f"{reference} waits for no contractor and no housing association.",
            why="Handrail reminds nobody else: a client or a private landlord is called.",
            next_step="Its page says who it is with.",
        )
    able = [one for one in found if one.to.email]
    if not able:
        raise InvalidDecisionError(
            f"No e-mail address of {_names(found)} is held.",
            next_step="Call them, or put the address on record first.",
        )
    keys = {f"{reference}:{one.kind}:{one.once}": one for one in able}
    for key in context.conn.execute(_SENT, {"keys": sorted(keys)}).scalars():
        del keys[key]
    if not keys:
        raise AlreadyDecidedError(
            f"{_names(able)} {'was' if len(able) == 1 else 'were'} reminded today already.",
            why="One reminder a day is enough to be read.",
            next_step="Call them, or remind them tomorrow.",
        )
    return tuple(keys.values())


@applies(Chase, check=check_chase)
def chase(context: Context, decision: Chase, waited: Sequence[_Waited]) -> Effect:
    """Write to each of them; the work that follows sends it."""
    del decision
    for one in waited:
        jobs = [_job(context, clock) for clock in one.clocks]
        late = any(clock.due_on < context.today for clock in one.clocks if clock.due_on)
        values = {"jobs": jobs, "late": late}
        tell(context.case, kind=one.kind, once_for=one.once, to=one.to, context=values)
    return Effect(to=None, facts={"whom": [one.to.name for one in waited]})


def _waited_for(context: Context) -> Iterator[_Waited]:
    case = context.case
    running = [
        clock
        for clock in case.clocks.running
        if CLOCKS[clock.name].kind is ClockKind.CONTRACT and clock.due_on is not None
    ]
    theirs = tuple(one for one in running if one.holder == Party.CONTRACTOR)
    if theirs:
        for code in _firms(context, theirs):
            once = f"{code}:{context.today}"
            to = contractor_of(context.conn, code=code)
            yield _Waited(_KINDS[Party.CONTRACTOR], once, to, theirs)
    asked = tuple(one for one in running if one.holder == Party.LANDLORD)
    if asked and case.row.tenure == "rp_tenant":
        to = landlord_of(context.conn, case=case.row)
        yield _Waited(_KINDS[Party.LANDLORD], str(context.today), to, asked)


def _firms(context: Context, clocks: Sequence[Running]) -> list[str]:
    """Return the contractor of the live offer or order, or those who have yet to quote."""
    if all(clock.step != StepName.TENDER for clock in clocks):
        offer = live_offer(context.conn, case_id=context.case.id)
        return [offer.contractor] if offer else []
    competition = competition_of(context.conn, case_id=context.case.id)
    if competition is None or competition.status != "open":
        return []
    answered = standing(context.conn, award_id=competition.award_id)
    return [code for code in invited(competition) if code not in answered]


def _job(context: Context, clock: Running) -> dict[str, Any]:
    case = context.case
    authority = authority_of(case.conn, case=case.row)
    officer = officer_at(case.conn, case=case.row, authority=authority, on=context.today)
    return {
        "case_reference": case.reference,
        "works_title": works_title(case.row),
        "postcode_area": case.row.postcode.split(" ")[0],
        "what": title_of(clock=clock.name, subject=""),
        "due": clock.due_on.isoformat() if clock.due_on else "",
        "standing": clock_words.timing(
            due_on=clock.due_on, today=context.today, calendar=case.calendar
        ),
        "ask": reach(name=officer.name, phone=officer.phone, email=officer.email),
    }


def _names(waited: Sequence[_Waited]) -> str:
    return ", ".join(one.to.name for one in waited)
