"""Declaring a decision: what it asks for and how that is typed, who may take it, at which step.

One declaration serves the record, the command line, the forms, the reference page, who-may and the
tests. Beside it, in the room of its subject, stands the function that applies it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeVar, dataclass_transform

from rules.decisions.facts import Facts
from rules.pathway import StepName
from rules.people import Role

TYPED: Final = object()
"""An option stands for what is typed."""

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Plan:
    """Chichester's test for a discretionary decision: one sentence for each letter of PLAN."""

    proportionate: str
    legal: str
    auditable: str
    necessary: str


@dataclass(frozen=True, slots=True)
class Option:
    """One option of the command line that fills a particular.

    Args:
        name: Such as ``--quantity``; ``--accept/--decline`` for a yes or no.
        help: What it says; the particular's own words where left out.
        value: What giving it stands for; of pairs, what each key typed stands for.
        fills: Other particulars that it settles.
        splits: What reads several particulars from what is typed.
        entry: How it is typed, where it is not typed as the particular is.
        label: What a form calls it; the particular's label where left out.
    """

    name: str
    help: str = ""
    value: Any = TYPED
    fills: Mapping[str, Any] = field(default_factory=dict)
    splits: Callable[[str], Mapping[str, Any]] | None = None
    entry: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a declaration says of one particular; ``rules.decisions.particulars`` adds its type."""

    help: str
    options: tuple[Option | str, ...] | None
    label: str
    unit: str
    entry: str
    example: str
    choices: Mapping[str, Any] | None
    reads: Callable[[str], Any] | None
    asks: bool
    repeat: bool | None
    otherwise: Any
    hint: str
    offers: str
    among: Mapping[str, str]
    answers: tuple[str, str] | None
    long: bool
    evidence: bool
    seldom: bool
    signature: bool
    by: frozenset[Role]


def particular(
    help: str,  # noqa: A002 - the word that everybody knows it by
    *options: Option | str,
    default: Any = MISSING,
    default_factory: Any = MISSING,
    label: str = "",
    unit: str = "",
    entry: str = "",
    example: str = "",
    choices: Mapping[str, Any] | None = None,
    reads: Callable[[str], Any] | None = None,
    asks: bool = False,
    typed: bool = True,
    repeat: bool | None = None,
    otherwise: Any = MISSING,
    hint: str = "",
    offers: str = "",
    among: Mapping[str, str] = MappingProxyType({}),
    answers: tuple[str, str] | None = None,
    long: bool = False,
    evidence: bool = False,
    seldom: bool = False,
    signature: bool = False,
    by: frozenset[Role] = frozenset(),
) -> Any:
    """Return one particular of a decision.

    Args:
        help: What it is, in a sentence.
        options: The options that fill it; ``--its-name`` where none is given.
        default: What it is where nothing is given; without one it is required.
        default_factory: What makes that.
        label: What a form calls it; its name where left out.
        unit: What it is counted in: ``pounds`` are kept as pence.
        entry: How an entry is typed, such as ``LINE=QUANTITY``.
        example: An entry that is right.
        choices: What may be chosen, by the word that chooses it; an enum's own where left out.
        reads: What reads an entry, where its type does not say.
        asks: Whether giving it says that this decision is meant, of those of one command.
        typed: Whether it has options; if not, those of others fill it.
        repeat: Whether it may be typed more than once; as its type says where left out.
        otherwise: What is taken where nothing is typed, though whoever makes one must say it.
        hint: What a form says beside it; its help where left out.
        offers: What of the case a form offers to choose from, by its name in
            ``services.decisions.offered``; of pairs, the keys.
        among: What a form offers where several may be typed with ; between, in words.
        answers: What a form calls yes and no.
        long: Whether it may be several lines of text.
        evidence: It says what shows a thing, and may point at documents received: ``doc:3``.
        seldom: Whether it is given now and then only, so that a form folds it away.
        signature: It may be drawn on the screen, and is kept as a document received.
        by: Who may give it, of those who may record the decision; all of them where left out.
    """
    named = (options or None) if typed else ()
    asked = Asked(
        *(help, named, label, unit, entry, example, choices, reads, asks, repeat, otherwise),
        *(hint, offers, among, answers, long, evidence, seldom, signature, by),
    )
    return field(default=default, default_factory=default_factory, metadata={"asked": asked})


@dataclass(frozen=True, slots=True)
class BaseDecision(ABC):
    """What every kind of decision is.

    Attributes:
        kind: What it is called.
        step: The step it is recorded at; None where that depends on the case.
        roles: Who may record it.
        command: The command that records it, or an empty string for none.
        flag: The option that says it is meant, where none of its particulars does.
        plan: When it needs a PLAN rationale, in a sentence; empty for never.
        before_approval: It may be recorded at any time until the grant is decided, whatever waits.
        any_time: It may be recorded while the case is open, whatever waits, also after the grant
            is decided; it moves no step.
        after_end: It settles what is owed, so it may be recorded at any time once something is,
            also when the case has ended; it moves no step.
        of_file: It keeps the case's file, so it may be recorded in the defects period too.
        several: One command may record several of it.
        sealed: Particulars that are kept off the record: nobody may read them there.
        corrects: The kind whose record it corrects; it may then be recorded when its step is over.
        rests: For each kind of decision that rests on what it corrects, what has to be done
            instead once that is recorded.
        moves_money: It commits or pays out money, so whoever records it proves anew who they are.
        usual_reason: What is recorded as its reason where nobody gives one; empty where one must.
    """

    kind: ClassVar[str]
    step: ClassVar[StepName | None]
    roles: ClassVar[frozenset[Role]]
    command: ClassVar[str]
    flag: ClassVar[Option | None]
    plan: ClassVar[str]
    before_approval: ClassVar[bool]
    any_time: ClassVar[bool]
    after_end: ClassVar[bool]
    of_file: ClassVar[bool]
    several: ClassVar[bool]
    sealed: ClassVar[frozenset[str]]
    corrects: ClassVar["type[BaseDecision] | None"]
    rests: ClassVar[Mapping[str, str]]
    moves_money: ClassVar[bool]
    usual_reason: ClassVar[str]

    @property
    def needs_plan(self) -> bool:
        """Whether a PLAN rationale must be recorded with it, for what it says."""
        return bool(self.plan)

    def problems(self) -> tuple[str, ...]:
        """Return everything wrong with the particulars, before the case is looked at."""
        return ()

    @staticmethod
    @abstractmethod
    def said(facts: Facts) -> str:
        """Say in a sentence what was decided: whose, how much, from what to what.

        Args:
            facts: What is on record of it; of an old one, perhaps not everything.
        """


@dataclass_transform(frozen_default=True, field_specifiers=(particular,))
def decided(
    kind: str,
    *,
    at: StepName | None,
    by: frozenset[Role],
    command: str | None = None,
    flag: Option | None = None,
    plan: str = "",
    before_approval: bool = False,
    any_time: bool = False,
    after_end: bool = False,
    of_file: bool = False,
    several: bool = False,
    sealed: frozenset[str] = frozenset(),
    corrects: type[BaseDecision] | None = None,
    rests: Mapping[str, str] = MappingProxyType({}),
    moves_money: bool = False,
    usual_reason: str = "",
) -> Callable[[type[D]], type[D]]:
    """Return the decorator that makes a class a kind of decision; see ``Decision``."""
    said = {
        "kind": kind,
        "step": at,
        "roles": by,
        "command": kind if command is None else command,
        "flag": flag,
        "plan": plan,
        "before_approval": before_approval,
        "any_time": any_time,
        "after_end": after_end,
        "of_file": of_file,
        "several": several,
        "sealed": sealed,
        "corrects": corrects,
        "rests": rests,
        "moves_money": moves_money,
        "usual_reason": usual_reason,
    }

    def declare(one: type[D]) -> type[D]:
        made = dataclass(frozen=True, slots=True)(one)
        for name, value in said.items():
            setattr(made, name, value)
        return made

    return declare
