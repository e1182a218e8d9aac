"""Sign-off: what still stands between works said to be complete and the certified date."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.sentences import spoken


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known about an order's completion.

    Args:
        lines: Every line number of the order.
        results: The newest finding of each inspected line: ``pass``, ``snag`` or ``cleared``.
        snags: The words of each open snag, by line.
        certificates_needed: Kinds of certificate the lines call for.
        certificates_held: Kinds received.
        client_agrees: The client's own answer, or None while not asked.
        variation: Who holds a variation of the order that is open, and what it waits for.
    """

    lines: frozenset[int]
    results: Mapping[int, str]
    snags: Mapping[int, str]
    certificates_needed: frozenset[str]
    certificates_held: frozenset[str]
    client_agrees: bool | None
    variation: tuple[str, str] | None = None

    @property
    def not_inspected(self) -> tuple[int, ...]:
        """Lines nobody has looked at."""
        return tuple(sorted(self.lines - set(self.results)))

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
    if known.not_inspected:
        found.append(("technical officer", f"inspection of {line_words(known.not_inspected)}"))
    if known.snags:
        found.append(("contractor", f"snags cleared on {line_words(tuple(sorted(known.snags)))}"))
    found += [
        ("contractor", f"the {kind.replace('_', ' ')} certificate")
        for kind in known.certificates_missing
    ]
    if known.client_agrees is None:
        found.append(("client", "the client's own agreement"))
    elif not known.client_agrees:
        found.append(("technical officer", "what the client says is outstanding put right"))
    return tuple(found)


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
