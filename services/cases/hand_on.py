"""What a run leaves for later: the run that carries a case on, and the trouble it met."""

from rules.pathway import StepName
from services.cases.unit import in_hand, note_trouble


def ask_to_carry_on(case_ref: str) -> None:
    """Ask for a run of ``advance-case``."""
    with in_hand(case_ref) as case:
        case.request_advance()


def report_trouble(case_ref: str, step: StepName, words: str) -> None:
    """Write on a step why its automatic work could not finish; the sweep tries it again.

    Args:
        words: What stood in the way, and what to do.
    """
    note_trouble(case_ref, step, words)
