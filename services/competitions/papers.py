"""The specification of a mini-competition, read from what was frozen with the invitation."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.contacts import authority_of, officer_of, works_title
from models.tables.contractors import Lot
from rules.clocks.dates import london_date
from rules.competitions.competition import in_words_of
from rules.competitions.evaluation import weights_in_words
from rules.competitions.tender_papers import SpecificationPaper
from rules.documents.paper_lines import UnpricedLine
from services.cases.clocks.terms import days_given
from services.competitions.competitions import competition_in_force
from services.competitions.evaluations import inputs_of


def specification_paper(conn: Connection, *, case: AnyRow) -> SpecificationPaper:
    """Return the specification of the newest competition of a case as it is printed."""
    competition = competition_in_force(conn, case_id=case.id)
    written_on = london_date(competition.invited_at)
    inputs = inputs_of(conn, case=case, competition=competition, on=written_on)
    title = select(Lot.title).where(Lot.code == competition.lot)
    return SpecificationPaper(
        case_reference=case.reference,
        written_on=written_on,
        authority=authority_of(conn, case=case),
        officer=officer_of(conn, case=case),
        lot_title=conn.execute(title).scalar_one_or_none() or "",
        works_title=works_title(case),
        postcode_area=case.postcode.split(" ")[0],
        lines=tuple(
            UnpricedLine(
                line=line.line,
                code=line.code or "",
                description=line.description,
                location=line.location,
                quantity=line.quantity,
                unit=line.unit,
            )
            for line in sorted(inputs.lines, key=lambda line: line.line)
        ),
        deadline=in_words_of(competition.deadline),
        weighing=weights_in_words(
            price_weight=competition.price_weight, quality_weights=competition.quality_weights
        ),
        criteria=tuple(sorted(competition.quality_weights)),
        start_days=days_given(conn, case=case, clock="start_works", on=written_on),
        works_days=days_given(conn, case=case, clock="finish_works", on=written_on),
    )
