"""A grant that leaves lines out, is paid from a later day, or is more than approved before."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from models.base import AnyRow
from models.case_queries import price_lines
from rules.clocks.dates import DEFERRED_WITHIN
from rules.clocks.workdays import in_words
from rules.documents.items import item_of, items_words, stored_item, typed_item
from rules.errors import InvalidDecisionError, StatuteError
from rules.money import pounds
from rules.variations import Limb
from services.cases.effect import Context
from services.cases.in_hand import CaseInHand
from services.grants.findings import Findings


def left_out_of(
    context: Context, said: Mapping[str, str], *, price_id: int, found: Findings
) -> tuple[dict[str, str], int]:
    """Return the lines of a price that are not eligible, each with its reason, and their total.

    Raises:
        InvalidDecisionError: One is no line of it, all are left out, or one has no reason.
        StatuteError: A line that was found not to meet s.24(3) is not left out.
    """
    lines = {
        str(item_of(line=row.line, covers=row.covers)): row
        for row in price_lines(context.conn, price_id=price_id)
    }
    left = {str(typed_item(item)): " ".join(why.split()) for item, why in said.items()}
    wrong = list(_wrong(left, lines))
    if wrong:
        raise InvalidDecisionError(" ".join(wrong), next_step="Nothing was recorded.")
    out = {n for item in left for n in lines[item].covers or (lines[item].line,)}
    for finding in (found.necessary, found.practicable):
        named = sorted(set(finding.but if finding else ()) - out)
        if finding is not None and named:
            raise StatuteError(
                f"{items_words(named).capitalize()} {'was' if len(named) == 1 else 'were'} found "
                f"not to be {finding.words}.",
                why="What is not so is no part of the grant.",
                section="s.24(3)",
                next_step="Leave it out, with the reason: `--left-out`.",
            )
    return left, sum(lines[item].net_pence + lines[item].vat_pence for item in left)


def _wrong(left: Mapping[str, str], lines: Collection[str]) -> Iterator[str]:
    unknown = [stored_item(item) for item in left if item not in lines]
    if unknown:
        yield f"The price has no {items_words(unknown)}."
    if left and not set(lines) - set(left):
        yield "Where no line is eligible, the grant is refused."
    for item, why in left.items():
        if not why:
            yield f"Say why {items_words([stored_item(item)])} is not eligible."


def still_left_out(earlier: AnyRow, lines: Mapping[str, int]) -> int:
    """Return what the lines that an approval left out come to in an order as varied, with VAT."""
    return sum(lines.get(item, 0) for item in earlier.left_out or ())


def check_deferred(case: CaseInHand, pay_from: date | None, *, today: date) -> None:
    """Refuse a payment date that is not to come, or more than 12 months after the application.

    Raises:
        StatuteError: It is.
    """
    last = case.row.applied_on and case.row.applied_on + DEFERRED_WITHIN
    if pay_from is None or (last and today < pay_from <= last):
        return
    raise StatuteError(
        f"Payment cannot be deferred to {in_words(pay_from)}.",
        why="The notified day is to come, and at most twelve months after the application"
        + (f": {in_words(last)}." if last else "."),
        section="s.36",
        next_step="Give such a day, or defer nothing.",
    )


def check_raised(
    earlier: AnyRow | None, *, grant_pence: int, limb: Limb | None, in_control: bool
) -> Limb | None:
    """Return the limb of s.34(5) for which a grant is more than was approved before; None if not.

    Raises:
        HandrailError: It is more and no limb is named, one is named where nothing was approved, or
            the circumstances were in the applicant's control.
    """
    check_control(limb, in_control=in_control)
    before = earlier.grant_pence if earlier and earlier.outcome == "approved" else None
    if before is None and limb is not None:
        raise InvalidDecisionError(
            "Nothing was approved before.",
            why="The limb of s.34(5) is of a grant that is redetermined.",
            next_step="Leave `--limb` out.",
        )
    if before is None or grant_pence <= before:
        return None
    if limb is None:
        raise StatuteError(
            f"The grant would be {pounds(grant_pence)}, and {pounds(before)} was approved.",
            why="A grant is redetermined only for circumstances beyond the applicant's control: "
            "the works or ancillary charges cost more, or works are needed that could not be "
            "foreseen.",
            section="s.34(5)",
            next_step="Say which: `--limb works_cost`, `ancillary_cost` or `unforeseeable_works`.",
        )
    return limb


def check_control(limb: Limb | None, *, in_control: bool) -> None:
    """Refuse to redetermine a grant for what was in the applicant's control.

    Raises:
        HandrailError: It was; or that is said where nothing is redetermined.
    """
    if not in_control:
        return
    if limb is None:
        raise InvalidDecisionError(
            "Nothing is redetermined here.", next_step="Leave out in whose control it was."
        )
    raise StatuteError(
        "The circumstances were in the applicant's control.",
        why="A grant is redetermined only for those that were beyond it.",
        section="s.34(5)",
        next_step="The grant stays as it was approved; somebody else pays what is more.",
    )
