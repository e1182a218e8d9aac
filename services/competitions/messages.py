"""What contractors are told of a mini-competition: each once, and never anybody's price.

A message goes in the transaction of the decision or the task that it tells of.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from models.base import AnyRow
from models.contacts import contractor_of, works_title
from rules.competitions.competition import in_words_of
from rules.competitions.evaluation import Ranked, shown, weights_in_words
from services.cases import CaseInHand, tell


def _tell(
    case: CaseInHand,
    kind: str,
    contractor: str,
    once_for: object,
    context: Mapping[str, Any],
    attachments: Sequence[Mapping[str, str]] = (),
) -> None:
    firm = contractor_of(case.conn, code=contractor)
    about = {"contractor_name": firm.name, "works_title": works_title(case.row)}
    tell(
        case,
        kind=kind,
        once_for=f"{once_for}:{contractor}",
        to=firm,
        context=about | dict(context),
        attachments=attachments,
    )


def tell_invited(
    case: CaseInHand,
    competition: AnyRow,
    *,
    contractors: Iterable[str],
    lot_title: str,
    specification: Mapping[str, str],
) -> None:
    """Invite contractors to quote, with the specification attached."""
    weights = competition.quality_weights
    weighing = weights_in_words(price_weight=competition.price_weight, quality_weights=weights)
    context = {
        "lot_title": lot_title,
        "postcode_area": _postcode_area(case),
        "deadline": in_words_of(competition.deadline),
        "criteria": sorted(weights),
        "weighing": list(weighing),
    }
    for code in contractors:
        _tell(case, "invitation_to_quote", code, competition.award_id, context, [specification])


def _postcode_area(case: CaseInHand) -> str:
    return str(case.row.postcode).split(" ")[0]


def tell_received(case: CaseInHand, competition: AnyRow, *, contractor: str, quote_id: int) -> None:
    """Acknowledge a quote that was sealed."""
    _tell(case, "quote_received", contractor, quote_id, _times(case, competition))


def tell_late(case: CaseInHand, competition: AnyRow, *, contractor: str, quote_id: int) -> None:
    """Say to a contractor that its quote came too late, and was not kept."""
    _tell(case, "quote_late", contractor, quote_id, _times(case, competition))


def _times(case: CaseInHand, competition: AnyRow) -> dict[str, str]:
    deadline = in_words_of(competition.deadline)
    return {"received": in_words_of(case.now), "deadline": deadline}


def tell_withdrawn_quote(
    case: CaseInHand, competition: AnyRow, *, contractor: str, quote_id: int, in_time: bool
) -> None:
    """Acknowledge that a quote was withdrawn, and say whether another may be sent in time."""
    again_until = in_words_of(competition.deadline) if in_time else ""
    _tell(case, "quote_withdrawn", contractor, quote_id, {"again_until": again_until})


def tell_extended(
    case: CaseInHand, competition: AnyRow, *, contractors: Mapping[str, bool], until: datetime
) -> None:
    """Tell contractors of a longer deadline.

    Args:
        competition: The competition as it was.
        contractors: Their codes, each with whether it has a quote in.
    """
    days = {"earlier": in_words_of(competition.deadline), "deadline": in_words_of(until)}
    once_for = f"{competition.award_id}:{until:%Y%m%d}"
    for code, quoted in contractors.items():
        _tell(case, "quote_deadline_extended", code, once_for, days | {"quoted": quoted})


def tell_cancelled(
    case: CaseInHand, competition: AnyRow, *, contractors: Iterable[str], unopened: bool
) -> None:
    """Tell contractors that their quotes are no longer asked for.

    Args:
        unopened: Whether quotes were still sealed, and so are destroyed unread.
    """
    for code in contractors:
        award_id = competition.award_id
        _tell(case, "competition_cancelled", code, award_id, {"unopened": unopened})


def tell_chosen(case: CaseInHand, competition: AnyRow, *, contractor: str) -> None:
    """Tell the contractor whose quote was chosen, and that it is not to begin yet (s.29)."""
    area = {"postcode_area": _postcode_area(case)}
    _tell(case, "quote_chosen", contractor, competition.award_id, area)


def tell_regret(
    case: CaseInHand,
    competition: AnyRow,
    *,
    winner: str,
    ranked: Sequence[Ranked],
    marks: Mapping[str, Mapping[str, Any]],
) -> None:
    """Tell those who quoted and were not chosen how their own quote did.

    Points for price are not told: with a contractor's own total they would give away the lowest.

    Args:
        marks: Each contractor's marks by criterion.
    """
    chosen = contractor_of(case.conn, code=winner).name
    for quote in ranked:
        if quote.contractor == winner:
            continue
        own = marks.get(quote.contractor, {})
        context = {
            "winner_name": chosen,
            "place": quote.place,
            "place_on_price": quote.place_on_price,
            "quotes": len(ranked),
            "marks": [f"{name}: {own[name].normalize():f} of 100" for name in sorted(own)],
            "quality_points": shown(quote.quality_points),
            "quality_weight": 100 - competition.price_weight,
        }
        _tell(case, "quote_regret", quote.contractor, competition.award_id, context)
