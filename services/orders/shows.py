"""What shows that works are done, as a claim and a hand-in ask for it alike."""

from typing import Any

from rules.decisions import particular


def photographs(when: str, *, example: str, hint: str = "") -> Any:
    """Return the particular that takes photographs by line.

    Args:
        when: ``before`` or ``after``.
        hint: What a form adds.
    """
    return particular(
        f"Photographs of a line {when} the works; 0 stands for the works as a whole.",
        default_factory=dict,
        entry="LINE=doc:NUMBER",
        example=example,
        evidence=True,
        label=f"Photographs {when} the works",
        hint=f"Of the works as a whole, or of a line.{hint}",
        offers="lines_and_all",
    )


def certificate_files() -> Any:
    """Return the particular that takes certificates as files."""
    return particular(
        "A certificate as a file.",
        "--file",
        default_factory=dict,
        entry="CERTIFICATE=doc:NUMBER",
        example="electrical=doc:6",
        evidence=True,
        label="Certificates",
        hint="An officer checks each.",
        offers="certificates_wanted",
    )
