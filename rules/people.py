"""Who acts, in which role, and what each role may decide (architecture: roles apart from state)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rules.errors import NotPermittedError


class Role(StrEnum):
    """The roles of the service. A contractor sees and answers its own orders only.

    A client and a landlord come by a link to one case alone.
    """

    ASSESSOR = "assessor"
    TECHNICAL_OFFICER = "technical_officer"
    APPROVING_OFFICER = "approving_officer"
    FINANCE = "finance"
    CONTRACTOR = "contractor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CLIENT = "client"
    LANDLORD = "landlord"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody recording a decision.

    Args:
        identity: An officer's e-mail address, or a contractor's code.
        name: The name to print.
        role: Their role.
        authorities: Codes of the authorities they serve; empty for all.
        approval_limit_pence: Delegated limit in pence, or None for no power to approve. Of finance
            it is what they may release in one payment, None for any sum.
        last_day: The last day on which they serve, or None while no end is known.
    """

    identity: str
    name: str
    role: Role
    authorities: frozenset[str] = frozenset()
    approval_limit_pence: int | None = None
    last_day: date | None = None


def check_serves(*, actor: Actor, on: date) -> None:
    """Refuse what somebody who has left would do.

    Raises:
        NotPermittedError: Their last day is over.
    """
    if actor.last_day is not None and actor.last_day < on:
        raise NotPermittedError(
            f"{actor.name} has left: their last day was {actor.last_day:%-d %B %Y}.",
            why="Only people who serve now may record anything.",
            next_step="Record it in the name of an officer who serves; an administrator imports "
            "officers with their last days.",
        )


def parse_seats(text: str) -> dict[str, tuple[str, ...]]:
    """Return in whose name each user of a machine may record, from ``alice=a@x,b@x;bob=FIRM``.

    Raises:
        ValueError: Something in it is not a user, ``=`` and one or more people.
    """
    seats: dict[str, tuple[str, ...]] = {}
    for part in filter(str.strip, text.split(";")):
        user, _, named = part.partition("=")
        people = tuple(one.strip() for one in named.split(","))
        if not user.strip() or not all(people):
            raise ValueError(part)
        seats[user.strip()] = (*seats.get(user.strip(), ()), *people)
    return seats


def check_seat(*, user: str, people: tuple[str, ...] | None, by: str) -> None:
    """Refuse a record in the name of somebody whom a user of the machine does not stand for.

    Args:
        user: The operating system's user.
        people: In whose name they may record, or None where anybody may.
        by: In whose name they want to.

    Raises:
        NotPermittedError: It is not one of them.
    """
    if people is None or by.strip().casefold() in {one.casefold() for one in people}:
        return
    raise NotPermittedError(
        f"You are signed in to this machine as {user} and may not record as “{by}”.",
        why=f"{user} records as {', '.join(people)}."
        if people
        else "HANDRAIL_CLI_OFFICERS names nobody for you.",
        next_step="Record in your own name, or ask the operator to add you to "
        "HANDRAIL_CLI_OFFICERS.",
    )


BY_LINK: Final = frozenset({Role.CONTRACTOR, Role.CLIENT, Role.LANDLORD})
"""Those without an account: they come by a link, and see no case whole."""

STAFF: Final = frozenset(Role) - BY_LINK
"""Officers of every kind."""

OF_ONE_CASE: Final = frozenset({Role.CLIENT, Role.LANDLORD})
"""Those who are who they are on one case alone, and come by its link and no other way."""


def of_one_case(role: Role, *, name: str) -> Actor:
    """Return the client or the landlord of a case, as whoever records by its link.

    On record they are “the client” and “the landlord”: names stand on the case, where they can be
    corrected and erased.
    """
    assert role in OF_ONE_CASE, role  # noqa: S101 - others have an identity of their own
    return Actor(identity=f"the {role}", name=name, role=role)


OFFICERS: Final = frozenset({Role.TECHNICAL_OFFICER})
"""Grant technical officers."""


MAY_HAND_ON: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""The roles that give a case to somebody else; others take one that is nobody's."""

MAY_KEEP_FILE: Final = STAFF - {Role.AUDITOR}
"""The roles that keep a case's file: notes, access, contact details, documents received."""


def may_see(actor: Actor, *, authority: str) -> bool:
    """Say whether somebody may look at the cases of an authority; whoever comes by a link, none."""
    if actor.role in BY_LINK:
        return False
    return not actor.authorities or authority in actor.authorities


def check_may_decide(*, actor: Actor, kind: str, roles: frozenset[Role], authority: str) -> None:
    """Refuse a decision that the actor's role or authority does not allow.

    Args:
        actor: Who wants to record it.
        kind: The kind of decision.
        roles: Who may record it, as it is declared.
        authority: Code of the case's authority.

    Raises:
        NotPermittedError: The role may not decide this, or the authority is not theirs.
    """
    _check(actor=actor, allowed=roles, what=f"“{kind}”", authority=authority)


MAY_CHANGE_MANY: Final = OFFICERS | {Role.MANAGER}
"""The roles that may price many cases again, or ask for a batch award."""


def check_may_change_many(*, actor: Actor, what: str, authorities: Iterable[str]) -> None:
    """Refuse what changes many cases at once to somebody whose role or authority does not allow it.

    Args:
        actor: Who asks for it.
        what: What it is, such as ``a repricing``.
        authorities: Codes of the authorities that are named; may be empty.

    Raises:
        NotPermittedError: The role may not ask for it, or an authority is not theirs.
    """
    for authority in sorted(authorities) or sorted(actor.authorities)[:1] or ("",):
        _check(actor=actor, allowed=MAY_CHANGE_MANY, what=what, authority=authority)


MAY_WORD_LETTERS: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""The roles that may give an authority letters of its own."""


def check_may_word_letters(*, actor: Actor, authority: str) -> None:
    """Refuse a change of an authority's letters to somebody whose role or authority is another.

    Raises:
        NotPermittedError: The role may not change them, or the authority is not theirs.
    """
    what = "the wording of letters"
    _check(actor=actor, allowed=MAY_WORD_LETTERS, what=what, authority=authority)


MAY_CLOSE_DAYS: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""The roles that may close a day, or open one again."""


def check_may_close_days(*, actor: Actor, authority: str) -> None:
    """Refuse a closed day from somebody whose role or authority does not allow it.

    Args:
        actor: Who wants to close or open it.
        authority: Code of the authority it is closed for, or an empty string for all of them.

    Raises:
        NotPermittedError: The role may not, or the authority is not theirs.
    """
    theirs = authority or min(actor.authorities, default="")
    _check(actor=actor, allowed=MAY_CLOSE_DAYS, what="a closed day", authority=theirs)
    if actor.authorities and not authority:
        raise NotPermittedError(
            f"{actor.name} does not serve every authority.",
            why=f"Their authorities are {', '.join(sorted(actor.authorities))}.",
            next_step="Say which one with --authority, or ask somebody who serves all of them.",
        )


MAY_SEND_AWAY: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""The roles that may record anybody's absence; everybody records their own."""


def check_may_record_absence(*, actor: Actor, of: Actor) -> None:
    """Refuse an absence of somebody else to whoever does not manage their authorities.

    Raises:
        NotPermittedError: The role may not, or an authority of theirs is not the actor's.
    """
    if actor.identity == of.identity:
        return
    for authority in sorted(of.authorities) or [""]:
        _check(actor=actor, allowed=MAY_SEND_AWAY, what="another's absence", authority=authority)


MAY_IMPORT: Final = STAFF - {Role.AUDITOR}
"""The roles that may bring in a file, where not fewer may."""

_PLANNERS: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
_PAID: Final = ("partnership_budget", "partnership_capital", "partnership_terms", "printed_tables")
IMPORTED_BY: Final[Mapping[str, frozenset[Role]]] = {
    "officers": frozenset({Role.ADMINISTRATOR}),
    **dict.fromkeys(("successions", "arrangements"), _PLANNERS),
    **dict.fromkeys(_PAID, _PLANNERS | {Role.FINANCE}),
}
"""The kinds of file that fewer roles may bring in: who has powers, who delivers, who pays what."""


def check_may_import(*, actor: Actor, kind: str) -> None:
    """Refuse a file from somebody whose role does not allow it.

    Raises:
        NotPermittedError: The role may not bring in files of that kind.
    """
    allowed = IMPORTED_BY.get(kind, MAY_IMPORT)
    theirs = min(actor.authorities, default="")
    _check(actor=actor, allowed=allowed, what=f"an import of {kind}", authority=theirs)


def check_administers(*, actor: Actor, what: str = "an invitation to sign in") -> None:
    """Refuse what has to do with signing in from somebody who is no administrator.

    Raises:
        NotPermittedError: They are not.
    """
    theirs = min(actor.authorities, default="")
    allowed = frozenset({Role.ADMINISTRATOR})
    _check(actor=actor, allowed=allowed, what=what, authority=theirs)


def check_may_carry_on(*, actor: Actor, authority: str) -> None:
    """Refuse to have a case carried on for somebody whose role or authority does not allow it.

    Raises:
        NotPermittedError: An auditor changes nothing, a contractor answers its own offers only, or
            the authority is not theirs.
    """
    allowed = STAFF - {Role.AUDITOR}
    _check(actor=actor, allowed=allowed, what="that a case is carried on", authority=authority)


MAY_ENTER: Final = OFFICERS | {Role.ASSESSOR, Role.MANAGER, Role.ADMINISTRATOR}
"""The roles that may open a case at the desk, and enter its works lines."""


def check_may_enter(*, actor: Actor, authority: str) -> None:
    """Refuse a new case, or a works line, from somebody whose role or authority does not allow it.

    Args:
        actor: Who wants to enter it.
        authority: Code of the case's authority.

    Raises:
        NotPermittedError: The role may not enter cases, or the authority is not theirs.
    """
    _check(actor=actor, allowed=MAY_ENTER, what="a case or its works", authority=authority)


MAY_ERASE: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""The roles that decide what is erased of closed cases, hold one back, and give out what is held
on a person."""


def check_may_erase(*, actor: Actor, what: str, authority: str) -> None:
    """Refuse what concerns the keeping of personal data to whom it is not given.

    Args:
        what: What it is, such as ``what is erased``.
        authority: The authority whose cases they are.

    Raises:
        NotPermittedError: Their role may not, or the authority is not theirs.
    """
    _check(actor=actor, allowed=MAY_ERASE, what=what, authority=authority)


def _check(*, actor: Actor, allowed: frozenset[Role], what: str, authority: str) -> None:
    if actor.role not in allowed:
        who = " or ".join(sorted(role.replace("_", " ") for role in allowed))
        raise NotPermittedError(
            f"{actor.name} is {_a(actor.role)} and may not record {what}.",
            next_step=f"Ask {_a(who)} to record it.",
        )
    if actor.authorities and authority not in actor.authorities:
        raise NotPermittedError(
            f"{actor.name} does not serve authority {authority}.",
            why=f"Their authorities are {', '.join(sorted(actor.authorities))}.",
            next_step="Ask an officer of that authority to record it.",
        )


def check_second_person(*, actor: Actor, earlier: Mapping[str, str], act: str) -> None:
    """Refuse a decision by someone whose earlier part in the case rules them out.

    Args:
        actor: Who wants to record it.
        earlier: The kind of decision that must be another's, by identity of who recorded it.
        act: What the actor wants to do, for the message.

    Raises:
        NotPermittedError: The actor recorded one of those.
    """
    if actor.identity in earlier:
        raise NotPermittedError(
            f"{actor.name} recorded “{earlier[actor.identity]}” on this case and so may not {act}.",
            why="Two people are needed.",
            next_step="Ask a colleague with the same role.",
        )


def _a(noun: str) -> str:
    words = "finance officer" if noun == Role.FINANCE else noun.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
