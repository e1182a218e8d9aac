"""Certificates of bespoke works: no schedule says which they need, so an officer does.

Sign-off asks for them as for those of the schedule's lines. A line that answers neither "these" nor
"none, because" is not specified: works that nobody asked about would be signed off without.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.tables.cases import WorksLine
from rules.completion import line_words
from rules.errors import InvalidWorksError
from services.cases import CaseInHand

_SAY: Final = (
    update(WorksLine)
    .where(WorksLine.case_id == bindparam("of_case"), WorksLine.line == bindparam("of_line"))
    .values(certificates=bindparam("these"), no_certificates_because=bindparam("because"))
)


def answered(
    case: CaseInHand,
    lines: Sequence[AnyRow],
    *,
    certificates: Mapping[int, Collection[str]],
    none: Mapping[int, str],
) -> dict[str, Any]:
    """Keep what is said of bespoke lines now, and return what stands of all of them.

    Args:
        lines: The works lines of the case.
        certificates: Those a line must end with, by its number.
        none: Why a line needs none, by its number.

    Raises:
        InvalidWorksError: A line is not there or not bespoke, or a bespoke one is not answered.
    """
    bespoke = {line.line: line for line in lines if line.code is None}
    if strays := sorted((certificates.keys() | none.keys()) - bespoke.keys()):
        raise InvalidWorksError(
            f"No certificates can be named on {line_words(tuple(strays))} of {case.reference}.",
            why="The schedule says which certificates its codes need; an officer says it of "
            "bespoke lines.",
            next_step=f"The bespoke {line_words(tuple(sorted(bespoke)))}."
            if bespoke
            else "No line is bespoke.",
        )
    stands = {number: _stands(line, certificates, none) for number, line in bespoke.items()}
    _check_answered(case, stands)
    for number, (these, because) in stands.items():
        if number in certificates or number in none:
            values = {"of_case": case.id, "of_line": number, "these": these, "because": because}
            case.conn.execute(_SAY, values)
    if not stands:
        return {}
    return {
        "certificates": {
            str(number): list(these) if these else f"none: {because}"
            for number, (these, because) in sorted(stands.items())
        }
    }


def _stands(
    line: AnyRow, certificates: Mapping[int, Collection[str]], none: Mapping[int, str]
) -> tuple[tuple[str, ...], str]:
    if line.line in certificates:
        return tuple(sorted(set(certificates[line.line]))), ""
    if line.line in none:
        return (), none[line.line].strip()
    return line.certificates, line.no_certificates_because


def _check_answered(case: CaseInHand, stands: Mapping[int, tuple[tuple[str, ...], str]]) -> None:
    unanswered = sorted(number for number, said in stands.items() if not any(said))
    if unanswered:
        first = unanswered[0]
        raise InvalidWorksError(
            f"Nobody has said which certificates {line_words(tuple(unanswered))} of "
            f"{case.reference} must end with.",
            why="No schedule says it of bespoke works, and they would be signed off without any "
            "(s.37(4): works executed to the authority's satisfaction).",
            next_step=f"Specify with --certificates {first}=building_control;electrical, or "
            f'--no-certificates "{first}=why it needs none", for each of them.',
        )
