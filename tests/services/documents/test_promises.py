"""What papers and messages promise: nothing that no code and no record stands behind."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import templates
from adapters.documents import PAPERS

TEMPLATES = Path(str(templates.__file__)).parent
SERVICES = TEMPLATES.parent / "services"
KEPT_BY_NOBODY = {
    "reply to this e-mail": "messages leave from an address that nobody reads",
    "reply with": "no answer is read by the service; an officer records it",
    "one form": "no form is made or sent",
    "we can fill it in": "no form is made or sent",
    "we can extend": "no decision extends the twelve months of s.37",
    "earlier version": "an order has one version",
    "written instruction": "no instruction varies an order",
    "instalment": "an order is paid once",
    "will do the works": "nobody is instructed before the offer is accepted",
    "answer you in writing": "no review is recorded",
    "copies of": "the service holds the reference of a certificate, not the certificate",
    "ask us for a copy": "the service holds the reference of a certificate, not the certificate",
    "holds its own line": "a snag holds the sign-off of its whole order",
    "described below": "a reply form is the last page",
    "we will agree with you what is paid": "nothing is paid on an order that was cancelled",
    "looked at again, and": "a case that has ended is not opened again",
    "family of": "nobody but the client is on record at the home",
}
"""Words that once stood in a template, and why they had to go."""


@pytest.mark.parametrize("words", KEPT_BY_NOBODY)
def test_no_template_promises_what_nobody_keeps(words: str) -> None:
    found = [
        file.name
        for file in sorted([*TEMPLATES.glob("*/*.html"), *TEMPLATES.glob("*/*.txt")])
        if words
        in " ".join(re.sub(r"<[^>]+>", "", file.read_text(encoding="utf-8")).split()).lower()
    ]
    assert found == [], KEPT_BY_NOBODY[words]


@pytest.mark.parametrize("template", PAPERS)
def test_every_field_of_a_paper_is_filled_by_a_service(template: str) -> None:
    """A field that only tests fill is printed for nobody, or says what nobody decided."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in SERVICES.rglob("*.py"))
    unfilled = [
        field.name
        for field in fields(PAPERS[template])
        if not re.search(rf"\b{field.name}=|\"{field.name}\"", text)
    ]
    assert unfilled == []
