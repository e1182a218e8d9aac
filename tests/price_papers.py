"""Price and award records as real cases would fill them: a call-off, and a mini-competition."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from rules.decisions import Plan
from rules.pricing.award_record import (
    AwardRecordPaper,
    AwardRow,
    CompetitionRecord,
    ExplainedLine,
    Mark,
    QuoteRow,
    SignedDecision,
    TurnsRow,
)
from rules.tenders.awards import MINI_COMPETITION, ROTATION
from rules.tenders.price_words import METHODS, ROUTES, RULES, direction_statement
from rules.tenders.routes import Route
from tests import papers

PLAN = Plan(
    proportionate="The works are small beside the cost and the delay of a second estimate.",
    legal="Section 2(2)(b) lets us direct so in a particular case; the lot was tendered in 2025.",
    auditable="Every contractor's price and place is in this record.",
    necessary="Mrs Ashby cannot wash safely until the works are done.",
)
DIRECTION = SignedDecision(
    title="Direction under section 2(2)(b)",
    statement=direction_statement(contractor=papers.CONTRACTOR.name, total_pence=966_09),
    reason="Tendered rates, and three contractors compared on them.",
    plan=PLAN,
    name="Priya Sharma",
    role="technical officer",
    decided_on=date(2026, 2, 27),
)


def explained(
    number: int, *, quantity: str, rate: str, vat: str = "0", **words: str
) -> ExplainedLine:
    """Return a line with everything its price rests on; its net is quantity × rate."""
    plain = papers.priced(number, quantity=quantity, rate=rate, vat=vat, **words)
    kept = {field.name: getattr(plain, field.name) for field in fields(plain)}
    kept["steps"] = "indexation 2 % (× 1.02); tendered percentage -3.5 % (× 0.965)"
    return ExplainedLine(
        **kept,
        rate_source=words.get("rate_source", "schedule BASE in force from 1 January 2026"),
        relief_percent=Decimal(words.get("relief_percent", "100")),
    )


LINES = (
    explained(
        1, quantity="1", rate="642.00", unit="each", calculation="1 each × £642.00 = £642.00"
    ),
    explained(
        2,
        quantity="4.35",
        rate="58.20",
        calculation="4.35 m2 × £58.20 = £253.17",
        relief_percent="60",
    ),
    explained(3, quantity="6", rate="9.85", vat="0.20", calculation="6 m2 × £9.85 = £59.10"),
)
TOTAL = sum(line.total_pence for line in LINES)


def placing(place: int | None, contractor: str, *, above: int | None = None) -> AwardRow:
    """Return what is said of a contractor so much above the lowest, or that has no price."""
    priced = above is not None
    return AwardRow(
        place=place,
        contractor=contractor,
        code=contractor.split()[0].upper(),
        net_pence=TOTAL + above - 100 if above is not None else None,
        total_pence=TOTAL + above if above is not None else None,
        saving_pence=250_00 - above if above is not None else None,
        above_lowest_pence=above,
        explanation=f"Place {place}: no turn since 1 April 2025."
        if priced
        else "Not offered: its TrustMark registration expired on 31 January 2026.",
        chosen=place == 1,
    )


def award_record(**changes: object) -> AwardRecordPaper:
    """Return the record of a call-off by rotation, whose route an officer chose."""
    paper = AwardRecordPaper(
        case_reference="DFG-2026-0042",
        version=1,
        made_on=date(2026, 2, 26),
        authority=papers.AUTHORITY,
        officer=papers.OFFICER,
        client_name=papers.CLIENT.name,
        site_address=papers.CLIENT.address,
        works_title=papers.TITLE,
        route=ROUTES[Route.CALL_OFF],
        route_reasons=("Every line of the works is in a schedule of rates.", "No package fits."),
        route_override=replace(DIRECTION, title="Route chosen by the officer"),
        lot="lot SHOWERS, Showers and wet rooms",
        rule=RULES[ROTATION],
        contractor=papers.CONTRACTOR,
        lines=LINES,
        method=METHODS[Route.CALL_OFF],
        net_pence=sum(line.net_pence for line in LINES),
        vat_pence=sum(line.vat_pence for line in LINES),
        total_pence=TOTAL,
        declaration="The reliefs rest on the declaration signed on 12 January 2026, VAT-0042.",
        placings=(
            placing(1, "Avon Bathing & Access Ltd", above=0),
            placing(2, "Briar Baths Ltd", above=120_00),
            placing(3, "Cedar Care Ltd", above=250_00),
            placing(None, "Dunlin Doors Ltd"),
        ),
        turns_since=date(2025, 4, 1),
        turns=(
            TurnsRow(
                contractor="Avon Bathing & Access Ltd",
                code="AVON",
                turns=0,
                value_pence=0,
                last_on=None,
            ),
            TurnsRow(
                contractor="Briar Baths Ltd",
                code="BRIAR",
                turns=3,
                value_pence=18_412_50,
                last_on=date(2026, 2, 2),
            ),
        ),
        competition=None,
        decisions=(DIRECTION,),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own


def quote(contractor: str, answer: str, *points: str, net_pence: int | None = None) -> QuoteRow:
    """Return what became of an invitation; points are for price, for quality, and together."""
    price, quality, both = (Decimal(point) for point in points) if points else (None,) * 3
    return QuoteRow(
        contractor=contractor,
        answer=answer,
        net_pence=net_pence,
        marks=(Mark(criterion="programme", figure=Decimal(80)),) if points else (),
        price_points=price,
        quality_points=quality,
        points=both,
    )


def competition_record(**changes: object) -> AwardRecordPaper:
    """Return the record of a mini-competition with every kind of answer."""
    held = CompetitionRecord(
        invited="26 February 2026",
        deadline="12 March 2026 at 17:00",
        opened="13 March 2026 at 09:05",
        weights=tuple(
            Mark(criterion=name, figure=Decimal(weight))
            for name, weight in (("price", 70), ("programme", 20), ("care for the client", 10))
        ),
        quotes=(
            quote(
                "Avon Bathing & Access Ltd",
                "Quoted on 4 March 2026 at 10:12.",
                *("70", "24.5", "94.5"),
                net_pence=sum(line.net_pence for line in LINES),
            ),
            quote(
                "Briar Baths Ltd",
                "Quoted on 11 March 2026 at 16:58.",
                *("61.27", "28", "89.27"),
                net_pence=1_091_00,
            ),
            quote("Cedar Care Ltd", "Late: received on 13 March 2026 at 08:01; never opened."),
            quote("Dunlin Doors Ltd", "Declined to quote on 2 March 2026."),
        ),
    )
    changed: dict[str, object] = {
        "route": ROUTES[Route.QUOTES],
        "route_reasons": ("Line 1 (through-floor lift) is bespoke.",),
        "route_override": None,
        "rule": RULES[MINI_COMPETITION],
        "method": METHODS[Route.QUOTES],
        "competition": held,
        "turns_since": None,
        "turns": (),
        "decisions": (DIRECTION, replace(DIRECTION, title="Award of the mini-competition")),
    }
    return award_record(**changed | changes)
