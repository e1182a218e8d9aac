"""Works made from a package: its basket, with one case's quantities, additions and omissions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.imports.cells import CellError
from rules.imports.numbers import quantity


@dataclass(frozen=True, slots=True)
class Alterations:
    """How the works of one case differ from a package's basket, as somebody typed it.

    Args:
        quantities: ``CODE=QUANTITY`` for items of the basket in another quantity.
        adds: ``CODE=QUANTITY`` for schedule items that the basket does not have.
        omits: Codes of the basket that are left out.
    """

    quantities: Sequence[str] = ()
    adds: Sequence[str] = ()
    omits: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FromPackage:
    """What the works come to.

    Args:
        quantities: Quantity by code: the basket's items in its order, then those added.
        problems: What cannot be, each as a clause.
    """

    quantities: Mapping[str, Decimal]
    problems: tuple[str, ...]


def works_of(*, basket: Mapping[str, Decimal], altered: Alterations) -> FromPackage:
    """Return the works that a package makes, finding every problem at once.

    Args:
        basket: The package's default quantities by code.
        altered: How the case differs.
    """
    problems: list[str] = []
    measured = _entries(altered.quantities, "--quantity", problems)
    added = _entries(altered.adds, "--add", problems)
    omitted = {code.strip() for code in altered.omits}
    problems += [
        f"--quantity {code}: it is not in the package; --add adds it"
        for code in measured
        if code not in basket
    ]
    problems += [
        f"--add {code}: it is in the package; --quantity changes how much"
        for code in added
        if code in basket
    ]
    problems += [
        f"--omit {code}: it is not in the package" for code in sorted(omitted - basket.keys())
    ]
    problems += [
        f"--omit {code}: --quantity asks for it as well"
        for code in sorted(omitted & measured.keys() & basket.keys())
    ]
    kept = {
        code: measured.get(code, amount) for code, amount in basket.items() if code not in omitted
    }
    works = kept | {code: amount for code, amount in added.items() if code not in basket}
    if not works and not problems:
        problems.append("everything is omitted and nothing added")
    return FromPackage(works, tuple(problems))


def _entries(entries: Iterable[str], option: str, problems: list[str]) -> dict[str, Decimal]:
    """Return ``CODE=QUANTITY`` entries by code; add what is wrong with them to the problems."""
    found: dict[str, Decimal] = {}
    for entry in entries:
        code, separator, amount = (part.strip() for part in entry.rpartition("="))
        if not separator or not code:
            problems.append(f"{option} {entry[:60]}: write it as CODE=QUANTITY")
        elif code in found:
            problems.append(f"{option} {code}: it is given twice")
        else:
            try:
                found[code] = quantity(amount)
            except CellError as error:
                problems.append(f"{option} {code}: {amount[:40]!r}: {error.wrong}")
    return found
