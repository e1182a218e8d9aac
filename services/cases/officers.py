"""Whose case it is: given, taken, handed on. A case whose officer has left is nobody's."""

from typing import Any, Final

from models.people import name_of, staff
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, NotPermittedError, UnknownReferenceError
from rules.officers import serves_on
from rules.people import MAY_HAND_ON, OFFICERS, Actor, Role, check_may_decide
from services.cases.corrections import before_and_after
from services.cases.effect import Context, Effect, applies

_ROLE_OF: Final = {"officer": Role.TECHNICAL_OFFICER, "assessor": Role.ASSESSOR}


def _said(facts: Facts, what: str) -> str:
    before = known(" Before: {}.", facts["name_before"])
    return f"The case’s {what} is {facts['name'] or facts[what]}.{before}"


@decided("assign-officer", at=None, by=OFFICERS | MAY_HAND_ON, any_time=True, of_file=True)
class AssignOfficer(BaseDecision):
    """The case has an officer: it is taken by one while it is nobody's, or a manager hands it on.

    Alerts, work lists and the board name them from then on.
    """

    officer: str = particular(
        "Whose it is: a technical officer's e-mail address.", "--to", offers="officers"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say whose the case is, and whose it was."""
        return _said(facts, "officer")


@decided(
    "assign-assessor",
    at=None,
    by=OFFICERS | MAY_HAND_ON | {Role.ASSESSOR},
    any_time=True,
    of_file=True,
)
class AssignAssessor(BaseDecision):
    """The case has an assessor: whoever recommended the works, or took it over."""

    assessor: str = particular(
        "Who it is: an assessor's e-mail address.", "--to", offers="assessors"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say whose the case is, and whose it was."""
        return _said(facts, "assessor")


def check_may_hand_over(actor: Actor) -> None:
    """Refuse whoever neither takes cases nor hands them on.

    Raises:
        NotPermittedError: Their role does neither.
    """
    check_may_decide(
        actor=actor,
        kind="hand-over",
        roles=AssignOfficer.roles | AssignAssessor.roles,
        authority=min(actor.authorities, default=""),
    )


def check_assign(context: Context) -> None:
    """Refuse a case to an officer where it has one; a manager hands those on."""
    held = _officer(context)
    if context.actor.role in MAY_HAND_ON or held is None:
        return
    raise NotPermittedError(
        f"{context.case.reference} has an officer: {held.name}.",
        why="An officer takes a case that nobody has; one that somebody has is handed on.",
        next_step="Ask a manager or an administrator to hand it on.",
    )


def _officer(context: Context) -> Actor | None:
    """Return the case's officer, if it has one who serves."""
    found = staff(context.conn).get(context.case.row.officer or "")
    return found if serves_on(found, context.today) else None


@applies(AssignOfficer, check=check_assign)
def assign_officer(context: Context, decision: AssignOfficer, _: None) -> Effect:
    """Give the case to an officer who serves its authority; an officer takes it for themselves."""
    mine = decision.officer == context.actor.identity
    if context.actor.role not in MAY_HAND_ON and not mine:
        raise NotPermittedError(
            f"{context.actor.name} may take {context.case.reference}, and not give it away.",
            next_step="Ask a manager or an administrator to give it to somebody else.",
        )
    return _assign(context, "officer", decision.officer)


@applies(AssignAssessor)
def assign_assessor(context: Context, decision: AssignAssessor) -> Effect:
    """Name the assessor of the case."""
    return _assign(context, "assessor", decision.assessor)


def _assign(context: Context, what: str, identity: str) -> Effect:
    case = context.case
    person = _able(context, what, identity)
    before = getattr(case.row, what)
    facts: dict[str, Any] = before_and_after(
        {what: before}, {what: person.identity}, what=f"{case.reference}"
    )
    case.set(**{what: person.identity})
    names = {"name": person.name, "name_before": name_of(context.conn, before)}
    return Effect(to=None, facts=facts | names, notice=f"{what.capitalize()}: {person.name}.")


def _able(context: Context, what: str, identity: str) -> Actor:
    """Return the person, if they serve, in that role, the authority of the case."""
    person, authority = staff(context.conn).get(identity), context.case.row.authority
    if person is None:
        raise UnknownReferenceError(
            f"Nobody is known as “{identity}”.",
            next_step="Give an officer's e-mail address, as imported.",
        )
    wrong = []
    if person.role is not _ROLE_OF[what]:
        wrong.append(f"{person.name} is {person.role.replace('_', ' ')}.")
    if not serves_on(person, context.today):
        wrong.append(f"{person.name} has left.")
    if person.authorities and authority not in person.authorities:
        wrong.append(f"{person.name} does not serve authority {authority}.")
    if wrong:
        raise InvalidDecisionError(
            f"{person.name} cannot be the {what} of {context.case.reference}.",
            why=" ".join(wrong),
            next_step=f"Name a {_ROLE_OF[what].replace('_', ' ')} who serves {authority}.",
        )
    return person


def take_if_nobodys(context: Context) -> dict[str, Any]:
    """Let an officer who works on a case that is nobody's have it; return the facts of that."""
    if _officer(context) is not None:
        return {}
    context.case.set(officer=context.actor.identity)
    return {"officer": context.actor.identity}
