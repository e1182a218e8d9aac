"""The demo's mini-competitions: contractors quote in time, an officer marks and awards."""

from decimal import Decimal
from typing import Final

from desk.demonstration.scene import PLAN, Said, Scene
from services.cases.clocks.calendar import calendar_for
from services.competitions.competition import AwardQuote, ExtendDeadline, ScoreQuote
from services.competitions.competitions import competition_in_force, due_on, invited, standing
from services.competitions.evaluations import Evaluation, evaluation_of
from services.competitions.quoting import DeclineToQuote, RecordQuote
from services.demonstration.seen import queries
from services.session import AnyRow

MORE_DAYS: Final = 5
"""Working days by which an officer puts off a deadline that brought too few quotes."""

_BESPOKE_WORKS: Final = 14_800_00  # pence without VAT, over the bespoke lines of a case
_AT_MOST: Final = 3  # contractors that quote; a fourth says that it will not


def quote_or_award(scene: Scene) -> Said | None:
    """Return what somebody says next in a mini-competition, or None while it rests sealed.

    Args:
        scene: What can be seen.
    """
    competition = competition_in_force(scene.conn, case_id=scene.case.id)
    if competition.status != "open":
        return _mark_or_award(scene, competition)
    held = standing(scene.conn, award_id=competition.award_id)
    if scene.today > due_on(competition):
        return _more_time(scene) if len(held) < 2 else None  # the sweep opens two or more
    waiting = [code for code in invited(competition) if code not in held]
    if not waiting:
        return None
    if len(held) >= _AT_MOST:
        decision = DeclineToQuote(waiting[0])
        return Said(decision, waiting[0], "Our gangs are taken until the new year.")
    return _quote(scene, contractor=waiting[0], so_far=len(held))


def _quote(scene: Scene, *, contractor: str, so_far: int) -> Said:
    amounts = {
        line: pence * (100 + 6 * so_far + (7 * line + 5 * so_far) % 9) // 100_00 * 1_00
        for line, pence in _worth(scene).items()
    }
    return Said(RecordQuote(contractor, amounts), contractor, "Our price for the works.")


def _worth(scene: Scene) -> dict[int, int]:
    """Return what each line is worth, in pence: as estimated, or its share of the bespoke works."""
    lines = queries.works_lines(scene.conn, case_id=scene.case.id)
    bespoke = [line.line for line in lines if line.code is None]
    weights = range(1, len(bespoke) + 1)
    estimate = queries.newest_price(scene.conn, case_id=scene.case.id, kind="estimate")
    estimated = queries.price_lines(scene.conn, price_id=estimate.id) if estimate else []
    return {row.line: row.net_pence for row in estimated} | {
        line: _BESPOKE_WORKS * weight // sum(weights)
        for line, weight in zip(bespoke, reversed(weights), strict=True)
    }


def _more_time(scene: Scene) -> Said:
    calendar = calendar_for(scene.conn, authority=scene.case.authority)
    until = calendar.add(scene.today, MORE_DAYS)
    words = "One firm asked for more time; the works are out of the ordinary."
    return scene.said(ExtendDeadline(until), words)


def _mark_or_award(scene: Scene, competition: AnyRow) -> Said:
    found = evaluation_of(scene.conn, case=scene.case, competition=competition, on=scene.today)
    if found.missing:
        return _mark(scene, found)
    words = "First, as the quotes were announced to be compared."
    best = found.ranked[0].contractor
    return scene.said(AwardQuote(best), words, PLAN)


def _mark(scene: Scene, found: Evaluation) -> Said:
    contractor, criteria = next(iter(found.missing.items()))
    worth = 70 + 8 * sorted(found.priced).index(contractor)
    marks = {name: Decimal(worth - 3 * number) for number, name in enumerate(criteria)}
    words = "Marked on the programme and the method sent with the quote."
    return scene.said(ScoreQuote(contractor, marks), words)
