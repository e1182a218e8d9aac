"""What an officer finds on the lines of an order: passed, measured again, a snag, no access."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from models.base import AnyRow
from models.case_queries import inspected, order_in_force
from models.findings import inspections_on
from rules.clocks.workdays import in_words
from rules.completion import Inspected
from rules.decisions import BaseDecision, Facts, decided, known, lines_words, particular
from rules.decisions.particulars import unwritable
from rules.documents.pointed import pointed_at
from rules.errors import AlreadyDecidedError, InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from rules.snags import PASSES
from services.cases import Context, Effect, applies
from services.completion.findings import Found, keep_findings
from services.completion.snags import LONGEST, Again, keep_again, numbers_words

SEVERAL: Final = ";"
"""What stands between several snags of one line."""


@decided(
    "inspect",
    at=StepName.SIGN_OFF,
    by=OFFICERS,
    command="sign-off",
    sealed=frozenset({"snags", "no_access", "still"}),
)
class InspectLines(BaseDecision):
    """What the officer found: lines that pass, lines with a snag, snags cleared."""

    passed: tuple[int, ...] = particular(
        "A line that passes.",
        default=(),
        entry="LINE",
        asks=True,
        label="Lines that pass",
        hint="Those looked at this time; a snag cleared is a line that passes.",
        offers="lines",
    )
    snags: Mapping[int, str] = particular(
        "A snag on a line; several with ; between.",
        "--snag",
        default_factory=dict,
        entry="LINE=WORDS",
        asks=True,
        label="Snags",
        hint="What is wrong, beside its line; several snags of one line with ; between.",
        offers="lines",
    )
    all_pass: bool = particular("Every line passes.", default=False, asks=True)
    snags_cleared: tuple[int, ...] = particular(
        "The number of a snag that is cleared.",
        "--cleared",
        default=(),
        entry="SNAG",
        asks=True,
        label="Snags that are cleared",
        hint="A line passes as the last of its snags is cleared.",
        offers="snags_open",
    )
    still: Mapping[int, str] = particular(
        "What is still wrong of a snag that was looked at again.",
        default_factory=dict,
        entry="SNAG=WORDS",
        example="2=it still leaks",
        asks=True,
        label="Snags that are still there",
        hint="What is still wrong, beside its snag.",
        offers="snags_open",
    )
    measured: Mapping[int, Decimal] = particular(
        "The quantity of a line as measured again.",
        default_factory=dict,
        entry="LINE=QUANTITY",
        example="2=3.5",
        asks=True,
        label="Measured again",
        hint="Where there is more or less than was ordered. The line passes, if it has no snag.",
        offers="lines",
        seldom=True,
    )
    no_access: Mapping[int, str] = particular(
        "Why a line could not be looked at.",
        default_factory=dict,
        entry="LINE=WHY",
        example="3=the bedroom was locked",
        asks=True,
        label="No access",
        hint="Why a line could not be looked at; it is still to be inspected.",
        offers="lines",
        seldom=True,
    )
    rectify_by: Mapping[int, date] = particular(
        "The day by which the snags of a line are to be put right.",
        default_factory=dict,
        entry="LINE=DATE",
        example="3=2026-07-01",
        label="Snags to be put right by",
        hint="The usual time for snags where you give no day.",
        offers="lines",
        seldom=True,
    )
    photographs: Mapping[int, str] = particular(
        "Photographs of the snags of a line.",
        default_factory=dict,
        entry="LINE=doc:NUMBER",
        example="3=doc:7",
        evidence=True,
        label="Photographs of snags",
        offers="lines",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return contradictions and snags without words."""
        found = [
            f"Line {line} both passes and has a snag." for line in self.passed if line in self.snags
        ]
        found += [
            f"Line {n}: say what the snag is." for n, t in self.snags.items() if not several(t)
        ]
        found += [
            f"Line {n}: say it in {LONGEST:,} characters at most."
            for said in (self.snags, self.no_access, self.still)
            for n, words in said.items()
            if len(words) > LONGEST
        ]
        found += [
            f"Snag {n}: say what is still wrong." for n, t in self.still.items() if not t.strip()
        ]
        said_in_words = (*self.snags.values(), *self.no_access.values(), *self.still.values())
        found += unwritable("".join(said_in_words))
        found += self._not_looked_at()
        found += [
            f"Line {n}: {q} is no quantity."
            for n, q in self.measured.items()
            if not q.is_finite() or q < 0
        ]
        if not (self.still or self.snags) and (self.rectify_by or self.photographs):
            found.append("A day and photographs belong to snags; say what is wrong.")
        found += [
            f"Snag {n} is either cleared or still there."
            for n in self.snags_cleared
            if n in self.still
        ]
        said = self.passed or self.snags or self.measured or self.no_access
        if not (said or self.all_pass or self.snags_cleared or self.still):
            found.append("Say which lines pass and which have a snag.")
        if self.all_pass and (self.passed or self.snags or self.no_access):
            found.append("Either every line passes, or say which do.")
        return tuple(found)

    def _not_looked_at(self) -> list[str]:
        looked = {*self.passed, *self.snags, *self.measured}
        found = [
            f"Line {n} was either looked at or not." for n in sorted(looked & self.no_access.keys())
        ]
        return found + [
            f"Line {n}: say why it could not be looked at."
            for n, why in self.no_access.items()
            if not why.strip()
        ]

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        cleared = set(facts["cleared"] or ())
        passed = [line for line in facts["passed"] or () if line not in cleared]
        found = [f"{lines_words(passed)} passed"] if passed else []
        found += [f"{lines_words(sorted(cleared))} cleared of the snag"] if cleared else []
        if facts["all_pass"] and not found:
            found = ["every line passed"]
        found += [f"line {n} measured as {much}" for n, much in (facts["measured"] or {}).items()]
        found += [
            f"a snag on line {line}: {words}" for line, words in (facts["snags"] or {}).items()
        ]
        found += [f"{one} on line {line}" for line, one in (facts["snags_on"] or {}).items()]
        shut = facts["no_access_to"] or ()
        found += [f"no access to {lines_words(shut)}"] if shut else []
        found += [
            f"{numbers_words(facts[name])} {words}"
            for name, words in (("snags_cleared", "cleared"), ("still_there", "still there"))
            if facts[name]
        ]
        return f"Inspected{known(' on {}', facts['order'])}: {'; '.join(found)}."


def several(words: str) -> list[str]:
    """Return the snags that are said of one line, each in its own words."""
    return list(dict.fromkeys(one for part in words.split(SEVERAL) if (one := part.strip())))


@applies(InspectLines)
def inspect(context: Context, decision: InspectLines) -> Effect:
    """Record what was found on each line; a snag that passes later is cleared."""
    order = order_in_force(context.conn, case_id=context.case.id)
    known = inspected(context.conn, order=order)
    passed = _passed(decision, known)
    _check(context, decision, order, known)
    found = [
        *(_pass(line, known, decision.measured.get(line)) for line in passed),
        *(one for line in decision.snags for one in _snags(decision, line)),
        *(Found(line, "no_access", why.strip()) for line, why in decision.no_access.items()),
    ]
    fresh = _fresh(context, order, known, found)
    if not (fresh or decision.snags_cleared or decision.still):
        raise AlreadyDecidedError(
            f"These findings on {order.number} are recorded already.",
            next_step="Nothing was changed.",
        )
    again = Again(
        decision.snags_cleared,
        decision.still,
        {line: pointed_at(words) for line, words in decision.photographs.items()},
        decision.rectify_by,
    )
    keep_again(context, order=order, again=again)
    keep_findings(context, order=order, found=fresh)
    cleared = [one.line for one in found if one.result == "cleared"]
    facts = {"order": order.number, "passed": list(passed), "cleared": cleared}
    return Effect(to=StepStatus.READY, facts=facts | _of_snags(decision))


def _of_snags(decision: InspectLines) -> dict[str, object]:
    """Return where snags were found and nobody could look, without the words of it."""
    found: dict[str, object] = {}
    if decision.snags:
        counted = {line: len(several(words)) for line, words in decision.snags.items()}
        found["snags_on"] = {
            str(line): "a snag" if many == 1 else f"{many} snags" for line, many in counted.items()
        }
    if decision.no_access:
        found["no_access_to"] = sorted(decision.no_access)
    if decision.still:
        found["still_there"] = sorted(decision.still)
    return found


def _passed(decision: InspectLines, known: Inspected) -> tuple[int, ...]:
    """Return the lines that pass; one that was measured and has no snag is among them."""
    if decision.all_pass:
        return tuple(sorted(known.lines))
    measured = sorted(decision.measured.keys() - decision.snags.keys() - set(decision.passed))
    return (*decision.passed, *measured)


def _check(context: Context, decision: InspectLines, order: AnyRow, known: Inspected) -> None:
    """Refuse lines that the order lacks, and days that are past.

    Raises:
        InvalidDecisionError: It names them all.
    """
    said = {*decision.passed, *decision.snags, *decision.measured, *decision.no_access}
    unknown = sorted(said - known.lines)
    past = sorted({day for day in decision.rectify_by.values() if day < context.today})
    problems = [f"{in_words(day)} is past; no snag is put right by then." for day in past]
    if unknown:
        problems.append(f"{order.number} has no line {', '.join(map(str, unknown))}.")
    if problems:
        raise InvalidDecisionError(
            " ".join(problems),
            next_step=f"Its lines are {', '.join(map(str, sorted(known.lines)))}.",
        )


def _pass(line: int, known: Inspected, quantity: Decimal | None) -> Found:
    """Return that a line passes; one measured again keeps that, also as its snag is cleared."""
    cleared = line in known.snags and quantity is None
    return Found(line, "cleared" if cleared else "pass", quantity=quantity)


def _snags(decision: InspectLines, line: int) -> list[Found]:
    return [
        Found(
            line,
            "snag",
            words,
            quantity=decision.measured.get(line),
            documents=pointed_at(decision.photographs.get(line, "")),
            rectify_by=decision.rectify_by.get(line),
        )
        for words in several(decision.snags[line])
    ]


def _fresh(context: Context, order: AnyRow, known: Inspected, found: list[Found]) -> list[Found]:
    """Return what is not on record already: the same snag twice, or a pass of what passes."""
    quantities = measured_on(context, order)
    fresh = []
    for one in found:
        if one.result == "snag":
            same = one.words in known.snags.get(one.line, "").split("; ")
        else:
            same = one.line not in known.snags and known.results.get(one.line) in PASSES
            same = same and one.quantity in (None, quantities.get(one.line))
            same = same and one.result in PASSES
        if not same:
            fresh.append(one)
    return fresh


def measured_on(context: Context, order: AnyRow) -> dict[int, Decimal]:
    """Return the newest quantity of each line that was measured again."""
    rows = inspections_on(context.conn, order_id=order.id)
    return {row.line: row.quantity for row in rows if row.quantity is not None}
