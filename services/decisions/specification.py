"""Decisions on what the works are: specified, and specified again before the grant is decided."""

from collections.abc import Mapping
from typing import Final

from models.base import AnyRow
from models.case_queries import works_lines
from rules.cases import COMPLETION_CERTIFICATES, PURPOSES
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidWorksError, StatuteError, StepNotOpenError
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS
from rules.sentences import several, spoken
from services.cases import CaseInHand, Context, Effect, applies
from services.cases.officers import take_if_nobodys
from services.competitions import competitions
from services.pricing.bespoke import answered

REST_ON_WORKS: Final = (StepName.PRICE, StepName.TENDER, StepName.CONSENT)
"""The steps whose outcome is about these very works; certificates are about the home."""


def read_letters(text: str) -> tuple[str, ...]:
    """Return letters of s.23(1) as typed, such as ``ef`` or ``e; f``."""
    return tuple(letter for letter in text.lower() if letter not in "; ,")


def read_certificates(text: str) -> tuple[str, ...]:
    """Return the certificates of a line, ; between them.

    Raises:
        ValueError: None is named.
    """
    names = tuple(name for part in text.split(";") if (name := part.strip().lower()))
    if not names:
        raise ValueError("Name the certificates, such as 7=building_control;electrical.")
    return names


@decided("specify", at=StepName.SPECIFY, by=OFFICERS)
class Specify(BaseDecision):
    """The works are specified: purposes of s.23(1), and lines ready to be priced."""

    purposes: tuple[str, ...] = particular(
        "Letters of s.23(1), such as ef.",
        "--purpose",
        default=(),
        reads=read_letters,
        repeat=False,
        label="Purposes of the works",
        hint="As s.23(1) names them; those of the case stand where none is ticked.",
        among=PURPOSES,
    )
    certificates: Mapping[int, tuple[str, ...]] = particular(
        f"Certificates that a bespoke line must end with: {', '.join(COMPLETION_CERTIFICATES)}.",
        "--certificates",
        default_factory=dict,
        entry="LINE=CERTIFICATES",
        example="7=building_control;electrical",
        reads=read_certificates,
        label="Certificates that a bespoke line must end with",
        hint="The schedule says it of its own lines.",
        offers="bespoke_lines",
        among={name: name.replace("_", " ").capitalize() for name in COMPLETION_CERTIFICATES},
    )
    no_certificates: Mapping[int, str] = particular(
        "Why a bespoke line needs no certificate.",
        "--no-certificates",
        default_factory=dict,
        entry="LINE=WHY",
        example="8=decoration only",
        label="Why a bespoke line needs no certificate",
        hint="Of each bespoke line: the certificates above, or why it needs none.",
        offers="bespoke_lines",
    )

    def problems(self) -> tuple[str, ...]:
        """Return unknown letters of s.23(1), unknown certificates and answers without an answer."""
        letters = (
            f"“{letter}” is not a purpose of s.23(1); give letters a to l."
            for letter in self.purposes
            if letter not in PURPOSES
        )
        unknown = (
            f"Line {line}: “{kind[:40]}” is not a certificate; use "
            f"{', '.join(COMPLETION_CERTIFICATES)}."
            for line, kinds in self.certificates.items()
            for kind in kinds
            if kind not in COMPLETION_CERTIFICATES
        )
        empty = (
            f"Line {line}: say why it needs no certificate."
            for line, why in self.no_certificates.items()
            if not why.strip()
        )
        both = (
            f"Line {line} either needs certificates or needs none."
            for line in sorted(self.certificates.keys() & self.no_certificates.keys())
        )
        return (*letters, *unknown, *empty, *both)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        lines = several(facts["lines"], "line") if facts["lines"] else "their lines"
        bespoke = known(", {} bespoke", len(facts["bespoke"] or ()) or None)
        letters, before = (
            ", ".join(held or ()) for held in (facts["purposes"], facts.before("purposes"))
        )
        changed = known(" (before {})", before) if before != letters else ""
        return (
            f"The works are specified: {lines}{bespoke}{known('; purposes {}', letters)}{changed}."
        )


@decided("specify-again", at=None, by=OFFICERS, before_approval=True)
class SpecifyAgain(BaseDecision):
    """The works are specified anew: their lines may change, and what rested on them is set aside.

    The price, the tender and the landlord's consent are made again for the works as they then are.
    """

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        aside = known("; set aside: {}", spoken(facts["set_aside"] or []))
        return f"The works are to be specified again{aside}."


def check_specify(context: Context) -> list[AnyRow]:
    """Return the works lines; there must be some."""
    case = context.case
    lines = works_lines(context.conn, case_id=case.id)
    if not lines:
        raise InvalidWorksError(
            f"Case {case.reference} has no works lines.",
            next_step="Import them: `handrail import works FILE`.",
        )
    return lines


@applies(Specify, check=check_specify)
def specify(context: Context, decision: Specify, lines: list[AnyRow]) -> Effect:
    """Close the specification: each line is priced from a schedule or bespoke.

    Of each bespoke line it is said which certificates it must end with, or why it needs none.
    A case that is nobody's is theirs who specified it.
    """
    case = context.case
    purposes = decision.purposes or case.row.purpose
    if not purposes:
        raise StatuteError(
            f"Case {case.reference} says no purpose for the works.",
            why="A grant is for a purpose the Act names.",
            section="s.23(1)",
            next_step="Give one or more letters a to l with --purpose.",
        )
    said = answered(case, lines, certificates=decision.certificates, none=decision.no_certificates)
    case.set(purpose=purposes)
    bespoke = [line.line for line in lines if line.code is None]
    facts = {
        "lines": len(lines),
        "bespoke": bespoke,
        "purposes": list(purposes),
        "before": {"purposes": list(case.row.purpose)},
    }
    return Effect(
        to=StepStatus.DONE,
        closes=True,
        outcome="bespoke" if bespoke else "schedule",
        facts=facts | said | take_if_nobodys(context),
    )


def check_specify_again(context: Context) -> None:
    """Refuse to open works again that are not specified yet."""
    case = context.case
    if case.step_status(StepName.SPECIFY) not in OVER:
        raise StepNotOpenError(
            f"The works of {case.reference} are not specified yet, so their lines may change now.",
            next_step=f"`handrail case line {case.reference} …` changes one; then specify them.",
        )


@applies(SpecifyAgain, check=check_specify_again)
def specify_again(context: Context, _: SpecifyAgain, __: None) -> Effect:
    """Open the specification again, and set aside whatever was priced, tendered and consented."""
    case = context.case
    why = f"the works are specified again: {context.reason}"
    competitions.cancel(case, reason=why)
    case.reopen(StepName.SPECIFY, reason=why)
    aside = [step for step in REST_ON_WORKS if _set_aside(case, step, why)]
    words = ", ".join(aside)
    notice = "Change the works lines, then specify them" + (
        f"; {words} {'is' if len(aside) == 1 else 'are'} made again for them." if aside else "."
    )
    return Effect(to=None, facts={"set_aside": list(aside)}, notice=notice)


def _set_aside(case: CaseInHand, step: StepName, why: str) -> bool:
    """Open a step again, if it has opened, whatever stage it had reached."""
    row = case.steps.get(step)
    if row is None:
        return False
    if row.status not in OVER:
        case.move(step, StepStatus.NOT_NEEDED, outcome="specified again")
    case.reopen(step, reason=why)
    return True
