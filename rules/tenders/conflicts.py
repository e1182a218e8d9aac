"""Conflicts of interest: a contractor's interest in somebody or something of a case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rules.identifiers import folded


@dataclass(frozen=True, slots=True)
class Conflict:
    """An interest as it is on record.

    Args:
        interest_in: One of ``rules.contractors.INTERESTS``.
        whom: The officer's e-mail, the client's surname or whole name, the address (its postcode
            last, or a postcode alone), or the case's reference.
        because: What the interest is.
        last_day: The last day on which it stands, or None.
    """

    interest_in: str
    whom: str
    because: str
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Parties:
    """Who and what a case is about, as far as a contractor may have an interest in it.

    Args:
        officers: What each officer is on the case, by e-mail: ``the case's officer``.
    """

    reference: str = ""
    client_name: str = ""
    address: str = ""
    postcode: str = ""
    officers: Mapping[str, str] = field(default_factory=dict)


NOBODY: Final = Parties()


def conflicts_with(
    conflicts: Sequence[Conflict], *, parties: Parties, on: date
) -> Iterator[tuple[str, str]]:
    """Yield each interest that a contractor has in a case on a day: in what, and its words."""
    for one in conflicts:
        if (one.last_day is None or on <= one.last_day) and (found := _in(one, parties)):
            yield found, one.because


def _in(one: Conflict, parties: Parties) -> str:
    """Return what of a case an interest is in, or an empty string."""
    meant = folded(one.whom)
    if one.interest_in == "officer":
        held = {folded(email): what for email, what in parties.officers.items()}
        return held.get(meant, "")
    if one.interest_in == "client":
        return "the client" if _is_named(one.whom, parties.client_name) else ""
    if one.interest_in == "case":
        return "the case" if meant == folded(parties.reference) else ""
    return "the address" if _is_at(one.whom, parties) else ""


def _is_named(whom: str, client: str) -> bool:
    """Say whether a client has a surname, or a whole name."""
    said, name = ([folded(word) for word in text.split()] for text in (whom, client))
    return bool(said) and name[-len(said) :] == said


def _is_at(whom: str, parties: Parties) -> bool:
    """Say whether an address, its postcode last, begins a case's own; a postcode alone will do."""
    said, address, postcode = map(_plain, (whom, parties.address, parties.postcode))
    if not postcode or not said.endswith(postcode):
        return False
    return address.startswith(said.removesuffix(postcode))


def _plain(text: str) -> str:
    return "".join(one for one in folded(text) if one.isalnum())
