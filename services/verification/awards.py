"""Awards: each is worked out again from the inputs that were frozen with it, figure by figure.

Quotes are sealed as long as they must be. An award of a version of Handrail that froze no inputs
cannot be worked out again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, and_, literal, or_, select

from models.base import AnyRow
from models.tables.competition import Competition, Quote
from models.tables.contractors import ContractorDocument, HandedDocument
from models.tables.prices import Award, Offer, Price
from rules.competitions.evaluation import Ranked, shown
from rules.errors import HandrailError
from rules.money import pounds
from rules.pricing.works import Priced
from rules.tenders.routes import Route
from rules.tenders.tendering import Tendered, TenderInputs, from_plain, tender
from services.competitions.competitions import competition_of
from services.competitions.evaluations import compared_on
from services.verification.checks import Check, Finding, among, broken, of_case
from services.verification.since import Cases

COMPETITIONS: Final = (
    Check(
        of_case(Award, Quote.contractor, Quote.status, Competition.status.label("stands"))
        .join(Competition, Competition.award_id == Award.id)
        .join(Quote, Quote.award_id == Award.id)
        .where(
            or_(
                and_(Quote.status == "sealed", Competition.status != "open"),
                and_(Quote.status == "opened", Competition.status == "open"),
            )
        ),
        "The quote of {contractor} is {status}, and its competition is {stands}.",
    ),
)
"""A quote is sealed while its competition is open, and opened with all the others."""

_AWARDS: Final = (
    of_case(Award, *Award.__table__.c, Price.net_pence, Price.total_pence)
    .outerjoin(Price, Price.id == Award.price_id)
    .order_by(Award.id)
)
_BY_RULE: Final = _AWARDS.where(Award.route != Route.QUOTES).execution_options(yield_per=500)
_ON_QUOTES: Final = _AWARDS.where(Award.route == Route.QUOTES, Award.price_id.is_not(None))
_FIGURES: Final = ("place", "total_pence", "net_pence", "saving_pence", "above_lowest_pence")
_CANNOT: Final = (HandrailError, ValueError, ArithmeticError, LookupError, TypeError)


def replayed_awards(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield what differs between an award by rule and what comes of its frozen inputs again."""
    yield from _replayed(conn.execute(among(_BY_RULE, cases)), _by_rule)


def replayed_competitions(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield what differs between an award and what comes of its quotes, marks and inputs again."""
    on_quotes = conn.execute(among(_ON_QUOTES, cases)).all()
    yield from _replayed(on_quotes, partial(_on_quotes, conn))


def _replayed(
    awards: Iterable[AnyRow], differences: Callable[[AnyRow], Iterator[str]]
) -> Iterator[Finding]:
    for row in awards:
        if row.inputs:
            for words in differences(row):
                yield broken(row.place, f"Award {row.version} {words}")


def _by_rule(row: AnyRow) -> Iterator[str]:
    """Yield what does not hold of one award by rule, each as the rest of a sentence."""
    try:
        inputs = from_plain(row.inputs)
        found = tender(inputs)
    except _CANNOT as error:
        yield f"cannot be worked out again from its inputs: {error}"
        return
    yield from _columns(row, inputs)
    yield from _placings(row, found)
    if not _at_price(row, found.prices.priced):
        yield f"is not at the price of {row.contractor} that its inputs give."


def _at_price(row: AnyRow, prices: Mapping[str, Priced]) -> bool:
    priced = prices.get(row.contractor)
    asked = (priced.net_pence, priced.total_pence) if priced else None
    return asked == (row.net_pence, row.total_pence)


def _columns(row: AnyRow, inputs: TenderInputs) -> Iterator[str]:
    """Yield what the award says of itself otherwise than its inputs do."""
    package = inputs.package.code if inputs.package else None
    said = {
        "route": (row.route, inputs.route),
        "lot": (row.lot, inputs.lot),
        "rule": (row.rule, inputs.rule),
        "package": (row.package, package),
    }
    for name, (column, frozen) in said.items():
        if column != frozen:
            yield f"names the {name} {column}, and was made on {frozen}."


def _placings(row: AnyRow, found: Tendered) -> Iterator[str]:
    """Yield each contractor whose placing is not what comes of the inputs."""
    stored: dict[str, Mapping[str, Any]] = {one["contractor"]: one for one in row.placings}
    again = {placing.contractor: placing for placing in found.award.placings}
    if len(stored) != len(row.placings) or stored.keys() != again.keys():
        yield f"has placings of {_listed(stored)}, and was made on those of {_listed(again)}."
        return
    for code, placing in again.items():
        for name in _FIGURES:
            kept, right = stored[code].get(name), getattr(placing, name)
            if kept != right:
                label = name.removesuffix("_pence").replace("_", " ")
                yield (
                    f"keeps for {code} the {label} {_shown(name, kept)}, and its inputs give "
                    f"{_shown(name, right)}."
                )
        if bool(stored[code].get("reasons")) != bool(placing.reasons):
            yield f"says otherwise than its inputs whether {code} could be offered the works."


def _on_quotes(conn: Connection, row: AnyRow) -> Iterator[str]:
    """Yield what does not hold of one award on quotes, each as the rest of a sentence."""
    competition = competition_of(conn, case_id=row.case_id, version=row.version)
    if competition is None:
        yield "rests on quotes, and nobody was invited."
        return
    try:
        found = compared_on(conn, competition=competition, inputs=from_plain(row.inputs))
    except _CANNOT as error:
        yield f"cannot be worked out again from its quotes: {error}"
        return
    stored = {place["contractor"]: place for place in row.placings if place["place"] is not None}
    again = {quote.contractor: quote for quote in found.ranked}
    for code in sorted(stored.keys() | again.keys()):
        if code not in stored or code not in again:
            yield f"says otherwise than its quotes whether {code} has a place."
        elif not _as_ranked(stored[code], again[code]):
            yield f"places {code} otherwise than its quotes and marks do."
    if not _at_price(row, found.priced):
        yield f"is not at the quote of {row.contractor}."


def _as_ranked(kept: Mapping[str, Any], quote: Ranked) -> bool:
    figures = ("place", "total_pence", "net_pence")
    same = all(kept.get(name) == getattr(quote, name) for name in figures)
    return same and kept.get("points") == shown(quote.points)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "none"
    return pounds(value) if name.endswith("_pence") and isinstance(value, int) else str(value)


def _listed(codes: Mapping[str, object]) -> str:
    return ", ".join(sorted(codes)) or "nobody"


_PLACE: Final = literal("contractor ").concat(HandedDocument.contractor).label("place")

HANDED_DOCUMENTS: Final = (
    Check(
        select(_PLACE, HandedDocument.id, HandedDocument.document)
        .outerjoin(
            ContractorDocument,
            and_(
                ContractorDocument.contractor == HandedDocument.contractor,
                ContractorDocument.document == HandedDocument.document,
                ContractorDocument.valid_from == HandedDocument.valid_from,
            ),
        )
        .where(HandedDocument.state == "checked", ContractorDocument.id.is_(None)),
        "Document {id} ({document}) was checked, and the register holds none from its first day.",
    ),
)
"""What an officer checked is in the register."""

_OFFERS: Final = of_case(Offer, Offer.contractor, Offer.eligibility).where(
    Offer.eligibility.is_not(None)
)
_FILES: Final = select(
    _PLACE, HandedDocument.id, HandedDocument.path, HandedDocument.sha256
).order_by(HandedDocument.id)


def offered_as_found(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield each offer to a contractor that was not found eligible when it was made.

    An offer of an earlier version of Handrail kept nothing of what was found.
    """
    query = among(_OFFERS.order_by(Offer.id), cases).execution_options(yield_per=500)
    for row in conn.execute(query):
        found = {one["contractor"]: one["reasons"] for one in row.eligibility}
        if found.get(row.contractor, [""]):
            yield broken(
                row.place, f"{row.contractor} was offered works, and was not found eligible."
            )


def changed_files(conn: Connection, *, sha256_of: Callable[[str], str | None]) -> Iterator[Finding]:
    """Yield each document handed in whose file is missing or is another."""
    for row in conn.execute(_FILES):
        found = sha256_of(row.path)
        if found != row.sha256:
            fault = "is missing" if found is None else "is not the one that was handed in"
            yield broken(row.place, f"The file {row.path} of document {row.id} {fault}.")
