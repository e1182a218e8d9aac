"""The means test, assessed from income and capital: the contribution and its sum on record."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from models.asked import one, reference_rows
from models.base import AnyRow, Instant, rows_by
from models.tables.funding import MeansAssessment, MeansTestTerms
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError
from rules.grants.means_test import SHIPPED, Basis, Means, SumLine, Terms, assess, from_plain
from rules.grants.means_test import to_plain as lines_to_plain
from rules.money import pounds
from rules.people import OFFICERS
from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.grants.funding import recorded
from services.grants.fundings import child_on

_TERMS: Final = (
    select(*MeansTestTerms.__table__.c)
    .where(MeansTestTerms.authority.in_((bindparam("authority"), "")))
    .order_by(MeansTestTerms.authority.desc(), MeansTestTerms.valid_from.desc())
)
_KEEP: Final = insert(MeansAssessment)
ASSESSED: Final = rows_by(MeansAssessment, "case_id").order_by(MeansAssessment.id.desc())
"""The assessments of a case, by ``case_id``: the newest, which stands, first."""

STANDS: Final = ASSESSED.limit(1)
"""The assessment that stands, by ``case_id``."""

_ERASE: Final = (
    update(MeansAssessment)
    .where(
        MeansAssessment.case_id == bindparam("of_case"),
        MeansAssessment.assessed_at > bindparam("since", type_=Instant),
    )
    .values(lines=[])
)


@decided(
    "assess-means",
    at=None,
    by=OFFICERS,
    before_approval=True,
    sealed=frozenset({"income", "allowances", "capital_pence", "passported"}),
)
class AssessMeans(BaseDecision):
    """The contribution, by the means test of the disabled occupant and a partner (s.30)."""

    basis: Basis = particular(
        "Whether the applicant is an owner or a tenant, or the disabled person is a child or "
        "qualifying young person, for whom there is no test.",
        label="Whose application",
    )
    income: Mapping[str, int] = particular(
        "Weekly income of the disabled occupant and a partner, by what it is; what the "
        "regulations disregard is left out.",
        default_factory=dict,
        unit="pounds",
        entry="WHAT=POUNDS",
        example="state pension=221.20",
        label="Weekly income",
    )
    allowances: Mapping[str, int] = particular(
        "The applicable amount: each weekly allowance and premium.",
        "--allowance",
        default_factory=dict,
        unit="pounds",
        entry="WHAT=POUNDS",
        example="housing allowance=61.30",
        label="Weekly allowances and premiums",
    )
    capital_pence: int = particular(
        "Savings and other capital of both.", "--capital", unit="pounds", default=0, label="Capital"
    )
    aged_60: bool = particular(
        "The elder of them is 60 or over.", default=False, label="Aged 60 or over"
    )
    passported: str = particular(
        "The benefit on which nothing is asked for.",
        default="",
        offers="passporting",
        label="Benefit received",
        hint="Leave empty where none is received.",
    )
    earlier: Mapping[date, int] = particular(
        "The contribution assessed on an earlier grant for this dwelling, by the day of its "
        "approval.",
        default_factory=dict,
        unit="pounds",
        entry="DAY=POUNDS",
        example="2021-05-04=900.00",
        label="Earlier grants on this home",
        seldom=True,
    )
    undone: Mapping[date, int] = particular(
        "The same of an earlier grant that came to nothing and whose works were not done "
        "satisfactorily: it takes nothing off, and the sum says so.",
        "--earlier-undone",
        default_factory=dict,
        unit="pounds",
        entry="DAY=POUNDS",
        example="2021-05-04=900.00",
        label="Earlier grants of nothing, works not done",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return sums below zero, and a test without an applicable amount."""
        sums = (*self.income.values(), *self.allowances.values(), *self.earlier.values())
        sums = (*sums, *self.undone.values())
        found = ["No sum is below zero."] if min((*sums, self.capital_pence)) < 0 else []
        untested = self.basis is Basis.YOUNG_PERSON or self.passported
        if untested and (self.income or self.allowances or self.capital_pence):
            found.append("Where there is no test, give no income, allowances or capital.")
        if not untested and not self.allowances:
            found.append("Give the allowances and premiums that make up the applicable amount.")
        if self.earlier.keys() & self.undone.keys():
            found.append("Give an earlier grant as counted or as not counted, not as both.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was assessed, and before; the sum stands on the case's file."""
        before = known("; before, {}", facts.pounds_before("contribution_pence"))
        at = known(" at {}", facts.pounds("contribution_pence"))
        return f"The contribution is assessed{at} ({facts.words('basis')}){before}."


def terms_of(conn: Connection, *, authority: str, on: date) -> Terms:
    """Return the terms of the means test that hold for an authority on a day: its own first."""
    for row in reference_rows(conn, _TERMS, authority=authority):
        if row.valid_from <= on:
            return _terms(row)
    return SHIPPED


def _terms(row: AnyRow) -> Terms:
    return Terms(
        valid_from=row.valid_from,
        bands_pence=(row.band_1_pence, row.band_2_pence, row.band_3_pence),
        owner=(row.owner_1, row.owner_2, row.owner_3, row.owner_4),
        tenant=(row.tenant_1, row.tenant_2, row.tenant_3, row.tenant_4),
        capital_free_pence=row.capital_free_pence,
        tariff_pence=row.tariff_pence,
        tariff_60_pence=row.tariff_60_pence,
        passporting=row.passporting,
        verified=row.verified,
    )


def assessment_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the assessment that stands on a case, or None."""
    return one(conn, STANDS, case_id=case_id)


def sum_printed(conn: Connection, *, case_id: int, contribution_pence: int) -> tuple[SumLine, ...]:
    """Return the sum that led to a contribution; nothing where none is on record of it."""
    found = assessment_of(conn, case_id=case_id)
    if found is None or found.contribution_pence != contribution_pence:
        return ()
    return from_plain(found.lines)


@applies(AssessMeans)
def assess_means(context: Context, decision: AssessMeans) -> Effect:
    """Work the contribution out by the terms of the day of application, and keep its sum."""
    row, case = context.case.row, context.case
    applied_on = row.applied_on or context.today
    _check_whose(context, decision)
    terms = terms_of(context.conn, authority=row.authority, on=applied_on)
    passported = _passported(decision, terms, authority=row.authority)
    means = Means(
        basis=decision.basis,
        income=decision.income,
        allowances=decision.allowances,
        capital_pence=decision.capital_pence,
        aged_60=decision.aged_60,
        passported=passported,
        earlier=decision.earlier,
        undone=decision.undone,
    )
    found = assess(means=means, terms=terms, applied_on=applied_on)
    lines, held = lines_to_plain(found.lines), assessment_of(context.conn, case_id=case.id)
    if held is not None and (held.basis, held.lines) == (decision.basis.value, lines):
        raise AlreadyDecidedError(
            f"The means test on {case.reference} is assessed so already, at "
            f"{pounds(held.contribution_pence)}.",
            next_step="Nothing was changed.",
        )
    context.conn.execute(
        _KEEP,
        {
            "case_id": case.id,
            "basis": decision.basis.value,
            "passported": passported,
            "contribution_pence": found.contribution_pence,
            "terms_from": terms.valid_from,
            "lines": lines,
            "assessed_by": context.actor.identity,
            "assessed_at": context.now,
        },
    )
    before = {"before": {"contribution_pence": row.contribution_pence}}
    case.set(contribution_pence=found.contribution_pence)
    facts = {"contribution_pence": found.contribution_pence, "verified": terms.verified}
    return recorded(context, facts | before, contribution_pence=found.contribution_pence)


def _check_whose(context: Context, decision: AssessMeans) -> None:
    """Refuse to test a child, and to reckon an owner's loan for a tenant or the other way round."""
    row = context.case.row
    if child_on(row, today=context.today) and decision.basis is not Basis.YOUNG_PERSON:
        raise StatuteError(
            f"The disabled person on {context.case.reference} was under 18 at the application.",
            why="There is no means test for a child or qualifying young person.",
            section="SI 1996/2890 reg. 5",
            next_step="Record it as `--basis young_person`, or correct the date of birth.",
        )
    owner = row.tenure == "owner"
    if decision.basis is (Basis.TENANT if owner else Basis.OWNER):
        raise InvalidDecisionError(
            f"{context.case.reference} is the case of {'an owner' if owner else 'a tenant'}.",
            why="The loan that a pound of income raises differs between owners and tenants.",
            next_step=f"Give `--basis {'owner' if owner else 'tenant'}`, or correct the tenure.",
        )


def _passported(decision: AssessMeans, terms: Terms, *, authority: str) -> str:
    """Return the benefit as the terms name it.

    Raises:
        InvalidDecisionError: They do not name it.
    """
    asked = decision.passported.strip().casefold()
    if not asked:
        return ""
    found = next((name for name in terms.passporting if name.casefold() == asked), None)
    if found is None:
        raise InvalidDecisionError(
            f"{authority} does not name that benefit as one on which nothing is asked for.",
            why=f"It names: {', '.join(terms.passporting) or 'none'}.",
            next_step="Name one of them, or give income, allowances and capital.",
        )
    return found


def erase_assessments(case: CaseInHand, *, since: datetime) -> int:
    """Erase the sums of a closed case's means tests; what was assessed, by whom and when stays."""
    return case.conn.execute(_ERASE, {"of_case": case.id, "since": since}).rowcount
