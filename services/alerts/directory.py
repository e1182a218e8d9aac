"""Who is who for the alerts that stand: officers, holders and firms, in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from models.asked import Question, reference_rows
from models.base import AnyRow, Base
from models.contacts import reached_by
from models.people import absences, staff
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Alert
from models.tables.competition import Competition, Quote
from models.tables.contractors import Contractor
from models.tables.files import ContactChange
from models.tables.prices import Award, Offer
from models.tables.record import Decision
from models.tables.reference import Authority, Provider
from rules.alerts.alert_words import Level
from rules.alerts.alerts import Concern, told_of
from rules.clocks.dates import london_date
from rules.clocks.targets import Rung
from rules.documents.paper_lines import Contact
from rules.officers import Absence, answering, holder_words, serves_on
from rules.parties import Party, party_of
from rules.pathway import StepName
from rules.people import Actor
from services.alerts.live_alerts import LiveAlert
from services.cases.clocks.terms import clock_terms
from services.competitions.competitions import LIVE, invited

_CASES: Final = select(Alert.case_id).where(Alert.cleared_at.is_(None), Alert.case_id.is_not(None))
_LAST_SPECIFIED: Final = (
    select(func.max(Decision.id))
    .where(Decision.kind == "specify", Decision.case_id == Case.id)
    .correlate(Case)
    .scalar_subquery()
)
_STEP: Final = and_(CaseStep.case_id == Case.id, CaseStep.current, CaseStep.closed_at.is_(None))
_GIVEN: Final = (
    select(Case.id, Case.officer, Case.assessor, Decision.actor.label("specified"))
    .add_columns(CaseStep.step, CaseStep.owner, CaseStep.held_since)
    .outerjoin(Decision, Decision.id == _LAST_SPECIFIED)
    .outerjoin(CaseStep, _STEP)
    .order_by(CaseStep.held_since, CaseStep.id)
)
_LANDLORDS: Final = (
    select(ContactChange.case_id, ContactChange.field, ContactChange.after)
    .where(ContactChange.whose == "landlord")
    .order_by(ContactChange.id)
)
_OFFERED: Final = select(Offer.case_id, Offer.contractor).where(
    Offer.status.in_(("offered", "accepted"))
)
_COMPETING: Final = (
    select(Award.case_id, Award.placings, Competition.award_id)
    .join(Competition, Competition.award_id == Award.id)
    .where(Competition.status == "open")
    .order_by(Award.version)
)
_ANSWERED: Final = (
    select(Quote.award_id, Quote.contractor)
    .join(Competition, Competition.award_id == Quote.award_id)
    .where(Competition.status == "open", Quote.status.in_(LIVE))
)


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step of a case that is open: who owns it, and since when, London date."""

    name: StepName
    owner: str
    since: date


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody that the alerts that stand may concern.

    Args:
        today: The day on which it is asked who is there.
        staff: Every officer, by address.
        absences: Who is away when, and who stands in.
        given: Each case's officer, assessor, and who specified it last, by its row id.
        steps: The open steps of each case by name, the longest held first.
        offered: The contractor of the live offer or order of each case.
        competing: The contractors who were invited to quote for a case and have not answered.
        contractors: Every contractor by code.
        providers: Every registered provider by code.
        authorities: Every authority by code.
        landlords: How the landlord of a case is reached, where it says so itself, by row id.
    """

    today: date
    staff: dict[str, Actor]
    absences: tuple[Absence, ...]
    given: dict[int, AnyRow]
    steps: dict[int, dict[str, OpenStep]]
    offered: dict[int, str]
    competing: dict[int, tuple[str, ...]]
    contractors: dict[str, Contact]
    providers: dict[str, Contact]
    authorities: dict[str, Contact]
    landlords: dict[int, dict[str, str]]

    def answers(self, identity: str | None) -> str:
        """Return who answers today for what is somebody's, or an empty string for nobody."""
        return answering(identity or "", staff=self.staff, absences=self.absences, on=self.today)

    def officer(self, alert: LiveAlert) -> str:
        """Return the address of who answers today for an alert's case, or an empty string.

        That is its officer or who stands in; of a case that is nobody's, whoever specified it.
        """
        given = self.given.get(alert.case_id or 0)
        return (self.answers(given.officer) or self.answers(given.specified)) if given else ""

    def assessor(self, alert: LiveAlert) -> str:
        """Return the address of who answers today as the assessor of an alert's case, or empty."""
        given = self.given.get(alert.case_id or 0)
        return self.answers(given.assessor) if given else ""

    def owner(self, step: OpenStep, alert: LiveAlert) -> str:
        """Return who holds a step of an alert's case: by name where the case is somebody's."""
        return holder_words(
            step.owner,
            officer=self.name_of(self.officer(alert)),
            assessor=self.name_of(self.assessor(alert)),
        )

    def name_of(self, address: str) -> str:
        """Return an officer's name, or the address where nobody has it."""
        return self.staff[address].name if address in self.staff else address

    def step(self, alert: LiveAlert) -> OpenStep | None:
        """Return the open step of an alert's clock; for the whole case, the longest held."""
        steps = self.steps.get(alert.case_id or 0, {})
        return steps.get(alert.step) if alert.step else next(iter(steps.values()), None)

    def firms(self, alert: LiveAlert) -> tuple[str, ...]:
        """Return the codes of the contractors that hold an alert's clock."""
        if alert.party is not Party.CONTRACTOR or alert.case_id is None:
            return ()
        if alert.step == StepName.TENDER:
            waited_for = self.competing.get(alert.case_id, ())
            named = (alert.clock_subject,) if alert.clock_subject in waited_for else ()
            return named or waited_for
        found = self.offered.get(alert.case_id)
        return (found,) if found else ()

    def provider(self, alert: LiveAlert) -> str:
        """Return the code of the registered provider that holds a clock and has an address."""
        if alert.party is not Party.LANDLORD or alert.tenure != "rp_tenant":
            return ""
        known = self.providers.get(alert.landlord or "")
        return alert.landlord or "" if known is not None and known.email else ""

    def holders(self, alert: LiveAlert) -> tuple[Contact, ...]:
        """Return who holds an alert's clock, as people to reach; nobody for the council's own."""
        if alert.party is Party.CONTRACTOR:
            return tuple(self.contractors[code] for code in self.firms(alert))
        if alert.party is Party.LANDLORD and alert.tenure != "council_tenant":
            known = self.providers.get(alert.landlord or "")
            known = known or Contact(name=alert.landlord or "the landlord")
            return (reached_by(known, self.landlords.get(alert.case_id or 0, {})),)
        if alert.party is Party.CLIENT:
            return (Contact(name=alert.client_name or "", phone=alert.client_phone or ""),)
        return ()

    def held_by(self, alert: LiveAlert) -> str:
        """Return who holds an alert's clock, in words; an empty string for what is no clock.

        A clock of the whole case is with whoever has held one of its open steps the longest.
        """
        if alert.party is None:
            return ""
        step = self.step(alert)
        if step is not None and not alert.step:
            return self.owner(step, alert)
        named = ", ".join(one.name for one in self.holders(alert))
        if named or step is None or party_of(step.owner) is not alert.party:
            return named or alert.party.value
        return self.owner(step, alert)

    def held_since(self, alert: LiveAlert) -> date | None:
        """Return since when its holder has it: or the clock's day 0."""
        step = self.step(alert)
        if step is not None and not alert.step:
            return step.since
        if step is not None and alert.opened_on and party_of(step.owner) is alert.party:
            return max(step.since, alert.opened_on)
        return alert.opened_on

    def told(self, alert: LiveAlert, *, ladder: tuple[Rung, ...]) -> tuple[str, ...]:
        """Return who is told of an alert, as ``rules.alerts.alerts.told_of`` says."""
        step = self.step(alert) if alert.step else None
        concern = Concern(
            kind="returned" if alert.level is Level.RETURNED else alert.kind,
            rung=alert.rung,
            authority=alert.authority,
            holder=alert.party,
            owner=step.owner if step else "",
            officer=self.officer(alert),
            assessor=self.assessor(alert),
            contractors=self.firms(alert),
            provider=self.provider(alert),
        )
        return told_today(
            concern, ladder=ladder, staff=self.staff, absences=self.absences, today=self.today
        )


def told_today(
    concern: Concern,
    *,
    ladder: Sequence[Rung],
    staff: Mapping[str, Actor],
    absences: Iterable[Absence],
    today: date,
) -> tuple[str, ...]:
    """Return who is told of an alert on a day: whoever stands in for those who are away."""
    serving = tuple(one for one in staff.values() if serves_on(one, today))
    told = told_of(concern, staff=serving, ladder=ladder)
    answered = (answering(one, staff=staff, absences=absences, on=today) or one for one in told)
    return tuple(dict.fromkeys(answered))


def read_directory(
    conn: Connection, *, today: date, cases: Collection[int] | None = None
) -> Directory:
    """Read everybody that alerts that stand may concern, as they are today.

    Args:
        cases: The row ids of the cases that these are of; None for all that stand.
    """
    among: Any = _CASES if cases is None else sorted(cases)
    steps: dict[int, dict[str, OpenStep]] = defaultdict(dict)
    given: dict[int, AnyRow] = {}
    for row in conn.execute(_GIVEN.where(Case.id.in_(among))):
        given[row.id] = row
        if row.step is not None:
            since = london_date(row.held_since)
            steps[row.id][row.step] = OpenStep(StepName(row.step), row.owner, since)
    offered = conn.execute(_OFFERED.where(Offer.case_id.in_(among)))
    return Directory(
        today=today,
        staff=staff(conn),
        absences=absences(conn),
        given=given,
        steps=dict(steps),
        offered={row.case_id: row.contractor for row in offered},
        competing=_competing(conn, among),
        contractors=_contacts(conn, Contractor),
        providers=_contacts(conn, Provider),
        authorities=_contacts(conn, Authority),
        landlords=_landlords(conn, among),
    )


def _landlords(conn: Connection, cases: Any) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in conn.execute(_LANDLORDS.where(ContactChange.case_id.in_(cases))):
        found[row.case_id][row.field] = row.after
    return dict(found)


def _competing(conn: Connection, cases: Any) -> dict[int, tuple[str, ...]]:
    open_now = conn.execute(_COMPETING.where(Award.case_id.in_(cases))).all()
    if not open_now:
        return {}
    answered = {(row.award_id, row.contractor) for row in conn.execute(_ANSWERED)}
    return {
        row.case_id: tuple(one for one in invited(row) if (row.award_id, one) not in answered)
        for row in open_now
    }


def _contacts(conn: Connection, kind: type[Base]) -> dict[str, Contact]:
    names, question = _question_of(kind)
    return {
        code: Contact(**dict(zip(names, values, strict=True)))
        for code, *values in reference_rows(conn, question)
    }


@cache
def _question_of(kind: type[Base]) -> tuple[list[str], Question]:
    held = kind.__table__.c
    names = [name for name in ("name", "email", "phone", "address") if name in held]
    return names, select(held.code, *(held[name] for name in names)).order_by(held.code)


def told_by_person(
    conn: Connection, directory: Directory, alerts: Iterable[LiveAlert]
) -> dict[str, list[LiveAlert]]:
    """Return the alerts that each person, contractor or provider is to know of."""
    ladders: dict[str, tuple[Rung, ...]] = {}
    found: dict[str, list[LiveAlert]] = defaultdict(list)
    for alert in alerts:
        if alert.authority not in ladders:
            ladders[alert.authority] = clock_terms(conn, authority=alert.authority).ladder
        for person in directory.told(alert, ladder=ladders[alert.authority]):
            found[person].append(alert)
    return dict(found)
