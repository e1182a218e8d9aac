"""A client's own statement: what it asks, what of it cannot stand, and what it would come to.

Chichester's self-assessment: for simple works that an authority has defined, the client says what
they need, and an officer accepts it or answers why not.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from rules.cases import Tenure
from rules.grants.means_test import Assessed, Basis, Means, Terms, assess
from rules.imports import numbers, words
from rules.imports.cells import CellError, cell_text
from rules.imports.columns import EMAIL_COLUMN, PHONE_COLUMN, YES_NO, Column, needed, needed_line

NONE: Final = "none"
LONGEST: Final = 2_000
FEWEST_LETTERS: Final = 15
_ADDRESS_OF_A_SITE: Final = re.compile(r"https?:|www\.|\[url|<a ", re.IGNORECASE)
HOUSEHOLDS: Final = ("one", "couple", "child")
MONEY: Final = "Pounds, such as 221.20; 0 if there is none."
ASKED: Final = (
    needed("work_type", words.word, "Choose what you need."),
    needed("words", cell_text, "Say what is difficult for you at home, in your own words."),
    needed_line("client_name", "Give the name of the person who needs it."),
    needed("address", cell_text, "Give the address of the home."),
    needed("postcode", words.postcode, "Give a postcode such as CV34 4LX."),
    PHONE_COLUMN,
    EMAIL_COLUMN,
    needed("tenure", words.one_of(tuple(Tenure)), "Choose how you hold your home."),
    needed("household", words.one_of(HOUSEHOLDS), "Choose whom it is for."),
    needed("benefit", words.line, "Choose the benefit that is received, or none of them."),
    Column("aged_60", words.yes_no, YES_NO, default=False),
    Column("income", numbers.pence, MONEY),
    Column("savings", numbers.pence, MONEY, 0),
)
"""What a statement asks, in the order of the page; ``right`` is said where it is missing."""

Problems = list[tuple[str, str]]


def read(
    given: Mapping[str, str], *, works: Collection[str], benefits: Collection[str]
) -> tuple[dict[str, Any], Problems]:
    """Return what a statement says, and everything wrong with it as (field, sentence).

    Args:
        works: The works that may be stated.
        benefits: Those on which nothing is asked for.
    """
    said: dict[str, Any] = {}
    problems: Problems = []
    for column in ASKED:
        text = given.get(column.name, "").strip()
        said[column.name] = column.default
        if not text and column.required:
            problems.append((column.name, column.right))
        if not text:
            continue
        try:
            said[column.name] = column.parse(text)
        except CellError as error:
            problems.append((column.name, f"“{text[:60]}”: {error.wrong}. {column.right}"))
    named = {"work_type": works, "benefit": (*benefits, NONE)}
    problems += [
        (name, "Choose one of those on this page.")
        for name, known in named.items()
        if said[name] and said[name] not in known
    ]
    tested = said["household"] != "child" and said["benefit"] == NONE
    if tested and not given.get("income", "").strip():
        problems.append(("income", "Give your weekly income, or the benefit that you receive."))
    return said, [*problems, *_nonsense(said)]


def _nonsense(said: Mapping[str, Any]) -> Problems:
    found, told = [], str(said["words"] or "")
    letters = sum(map(str.isalpha, told))
    if told and (letters < FEWEST_LETTERS or len(set(told.lower())) < 6):
        found.append(("words", "Say in a sentence or two what is difficult for you at home."))
    if len(told) > LONGEST:
        found.append(("words", f"Say it in {LONGEST:,} characters at most."))
    found += [
        (name, "Leave out addresses of web pages.")
        for name in ("words", "client_name", "address")
        if _ADDRESS_OF_A_SITE.search(str(said[name] or ""))
    ]
    if said["client_name"] and not any(map(str.isalpha, str(said["client_name"]))):
        found.append(("client_name", "A name has letters."))
    return found


def indicated(said: Mapping[str, Any], *, weekly_pence: int, terms: Terms, on: date) -> Assessed:
    """Return the contribution that a statement indicates, with its sum; nothing is decided by it.

    Args:
        said: What ``read`` returned.
        weekly_pence: The applicable amount of the household, as the authority gives it.
        terms: The terms of the means test.
        on: The day of the statement.
    """
    basis = Basis.OWNER if said["tenure"] == Tenure.OWNER else Basis.TENANT
    means = Means(
        basis=Basis.YOUNG_PERSON if said["household"] == "child" else basis,
        income={"The weekly income you gave": said["income"] or 0},
        allowances={"What a household like yours needs a week": weekly_pence},
        capital_pence=said["savings"],
        aged_60=said["aged_60"],
        passported="" if said["benefit"] == NONE else said["benefit"],
        earlier={},
    )
    return assess(means=means, terms=terms, applied_on=on)
