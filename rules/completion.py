"""Sign-off: what still stands between works said to be complete and the certified date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules.agreement import View
from rules.sentences import spoken


class Confirmed(StrEnum):
    """Whether an assessor has confirmed that works meet what was recommended."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    MEETS = "meets"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known about an order's completion.

    Args:
        lines: Every line number of the order.
        results: The newest finding of each inspected line: ``pass``, ``snag`` or ``cleared``; of
            one that is left out of a sample by decision, ``not_looked_at``.
        snags: The words of every open snag of a line, by line.
        certificates_needed: Kinds of certificate the lines call for.
        certificates_held: Kinds received.
        client: The client's own view, or None while not asked.
        certificates_handed: Kinds that came as files, and that an officer has still to check.
        refused: What was handed in and does not count, and nothing handed in since makes up for;
            certificates apart, which are awaited until they are held.
        answered: Lines of which the contractor has answered every open snag.
        no_access: Lines that the officer came for and could not look at.
        remeasured: Lines measured otherwise than the order's version in force has them, in words.
        variation: Who holds a variation of the order that is open, and what it waits for.
    """

    lines: frozenset[int]
    results: Mapping[int, str]
    snags: Mapping[int, str]
    certificates_needed: frozenset[str]
    certificates_held: frozenset[str]
    client: View | None
    certificates_handed: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    answered: frozenset[int] = frozenset()
    no_access: frozenset[int] = frozenset()
    variation: tuple[str, str] | None = None
    remeasured: Mapping[int, str] = field(default_factory=dict)
    confirmed: Confirmed = Confirmed.NOT_ASKED

    @property
    def not_inspected(self) -> tuple[int, ...]:
        """Lines nobody has looked at."""
        return tuple(sorted(self.lines - set(self.results)))

    @property
    def not_looked_at(self) -> tuple[int, ...]:
        """Lines that nobody looks at, by a recorded decision to look at a sample."""
        left = (line for line, result in self.results.items() if result == "not_looked_at")
        return tuple(sorted(left))

    @property
    def certificates_missing(self) -> tuple[str, ...]:
        """Certificates called for and not received."""
        return tuple(sorted(self.certificates_needed - self.certificates_held))


def outstanding(known: Inspected) -> tuple[tuple[str, str], ...]:
    """Return everything that stands in the way of sign-off, as (who, what), most pressing first.

    Args:
        known: What is known about the order's completion.

    Source: s.37(4): payment only for works executed to the authority's satisfaction.
    """
    found: list[tuple[str, str]] = [known.variation] if known.variation else []
    if known.remeasured and not known.variation:
        words = "; ".join(known.remeasured.values())
        found.append(("technical officer", f"a variation for what was measured again ({words})"))
    if known.not_inspected:
        shut = tuple(sorted(known.no_access.intersection(known.not_inspected)))
        words = f" (no access to {line_words(shut)})" if shut else ""
        left = f"inspection of {line_words(known.not_inspected)}{words}"
        found.append(("technical officer", left))
    with_contractor = tuple(sorted(known.snags.keys() - known.answered))
    if with_contractor:
        found.append(("contractor", f"snags cleared on {line_words(with_contractor)}"))
    if known.answered:
        again = line_words(tuple(sorted(known.answered)))
        found.append(("technical officer", f"the snags on {again} looked at again"))
    found += [("contractor", f"{what}, once more") for what in known.refused]
    found += [
        ("technical officer", f"the {kind.replace('_', ' ')} certificate checked")
        if kind in known.certificates_handed
        else ("contractor", f"the {kind.replace('_', ' ')} certificate")
        for kind in known.certificates_missing
    ]
    if known.client is None:
        found.append(("client", "the client's own agreement"))
    elif known.client.holds:
        found.append(
            ("technical officer", "an answer in writing to what the client says is outstanding")
        )
    found += _CONFIRMATION.get(known.confirmed, ())
    return tuple(found)


_CONFIRMATION: Final = {
    Confirmed.ASKED: (("assessor", "the assessor's confirmation"),),
    Confirmed.MISSING: (("technical officer", "what the assessor finds missing put right"),),
}


def waiting_on(known: Inspected) -> tuple[str, str]:
    """Return who holds the sign-off up and what for; the officer certifies once nothing is left.

    Args:
        known: What is known about the order's completion.
    """
    left = outstanding(known)
    if not left:
        return "technical officer", "officer certifies the works"
    return left[0][0], "; ".join(what for _, what in left)


def line_words(lines: tuple[int, ...]) -> str:
    """Return line numbers as words, such as ``lines 1, 2 and 5`` or ``lines 1 to 9 and 12``.

    Args:
        lines: Line numbers in order.
    """
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    said = [
        part
        for run in runs
        for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))
    ]
    return f"{'line' if len(lines) == 1 else 'lines'} {spoken(said)}"
