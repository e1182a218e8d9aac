"""What of the Act holds the approval of a grant up, each with what would clear it."""

from collections.abc import Iterator, Sequence

from models.case_queries import consent_of
from rules.clocks.dates import london_date
from rules.errors import HandrailError, StatuteError
from rules.money import pounds
from services.cases.in_hand import CaseInHand
from services.grants.consulting import not_consulted
from services.grants.findings import against_findings
from services.grants.fundings import child_on, waiver_of


def holding(case: CaseInHand) -> Iterator[HandrailError]:
    """Yield what of the Act still holds the approval of a case up, and what would clear it."""
    row, reference, today = case.row, case.reference, london_date(case.now)
    if row.recommended_on is None:
        yield StatuteError(
            f"{reference} has no assessor's recommendation.",
            why="The works must be necessary and appropriate for the disabled person's needs.",
            section="s.24(3)(a)",
            next_step="Import the case again with its recommended_on date.",
        )
    if row.applied_on is None:
        yield StatuteError(
            f"{reference} has no date of application.",
            why="A grant is approved on an application.",
            section="s.2, s.34(1)",
            next_step="Import the case again with its applied_on date.",
        )
    consent = consent_of(case.conn, case_id=case.id)
    if consent is not None and consent.valid_to is not None and consent.valid_to < today:
        yield StatuteError(
            f"The landlord's consent lapsed on {consent.valid_to:%-d %B %Y}.",
            section="s.24(3)(b)",
            next_step="The next sweep opens the consent again and asks the landlord afresh.",
        )
    asked = not_consulted(case)
    if asked is not None:
        yield asked
    yield from against_findings(case, but_necessary=asked is not None)
    if (means := against_means_test(case)) is not None:
        yield means


def all_of(against: Sequence[HandrailError]) -> HandrailError:
    """Return one refusal that says all of several; one alone as it is."""
    if len(against) == 1:
        return against[0]
    return StatuteError(
        " ".join(one.what for one in against),
        why=" ".join(dict.fromkeys(filter(None, (one.why for one in against)))),
        section="; ".join(dict.fromkeys(one.section for one in against if one.section)),
        next_step=" ".join(dict.fromkeys(one.next_step for one in against)),
    )


def against_means_test(case: CaseInHand) -> StatuteError | None:
    """Return that a contribution is recorded of somebody for whom there is no means test."""
    row, reference = case.row, case.reference
    waived = waiver_of(case.conn, case_id=row.id) is not None
    if not row.contribution_pence or waived or not child_on(row, today=london_date(case.now)):
        return None
    return StatuteError(
        f"A contribution of {pounds(row.contribution_pence)} is recorded on {reference}, and "
        "the disabled person was under 18 at the application.",
        why="There is no means test for a child or young person.",
        section="s.30; Housing Renewal Grants Regulations 1996, regulation 5",
        next_step="Import the case again with a contribution of 0, or with the right date of "
        "birth; then record the approval again.",
    )
