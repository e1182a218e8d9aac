"""The form of a decision as whoever came by a link gets it, and recording what it sent."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from fastapi.responses import Response
from starlette.datastructures import FormData

from adapters import clock
from adapters.settings import settings
from desk.decisions.shown import Shown, fields_shown
from desk.links.sent import files_of
from desk.web.forms import text
from rules.cases import ReceivedKind
from rules.decisions import BaseDecision
from rules.decisions.fields import fields_of
from rules.decisions.sent import Answer, read_sent
from rules.errors import (
    ChangedMeanwhileError,
    DatabaseBusyError,
    HandrailError,
    InvalidDocumentError,
)
from rules.reasons import too_thin
from rules.sentences import without_commands
from rules.typed import whole_or
from services.decisions.by_link import (
    LinkForm,
    beside_fields,
    evidence_of,
    form_by_link,
    kind_of_paper,
    not_yet,
    on_the_page,
    record_by_link,
)
from services.decisions.receive import store_received
from services.documents.received import ReceiveDocument
from services.links.links import Link
from services.session import reading, writing

Drawn: TypeAlias = Callable[..., Response]
Problems: TypeAlias = tuple[tuple[str, str], ...]

FILES: Final = "files"
"""The field in which a form brings photographs and papers."""

_OURS: Final = frozenset({"csrf", "over", "seen", FILES})
_DECLINES: Final = ("answer-offer", "accept", "no")


class Asked(NamedTuple):
    """How a field is asked on the pages of a link, where a declaration’s words are an officer's."""

    label: str
    hint: str = ""
    choices: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody asking for, or sending, the form of a decision.

    Args:
        drawn: Draws a page of its link, given its name and values.
        title: What the page calls the decision.
        words: What the form says first; the declaration's own words where empty.
        asks: How a field is asked here, by its name.
        settles: What is not asked here, and how it stands for what was typed.
    """

    drawn: Drawn
    link: Link
    kind: type[BaseDecision]
    title: str
    words: str
    asks: Mapping[str, Asked]
    settles: Callable[[Mapping[str, list[str]]], Mapping[str, list[str]]]

    def ask(self) -> Response:
        """Show a fresh form, or why it may not be taken now."""
        return self._shown(sent=None, problems=())

    def record(self, form: FormData) -> Response | bool:
        """Record what was sent; return whether it was before, or the form again and why."""
        sent = _typed(form)
        answer, papers, beside, problems = self._read(form, sent)
        if problems or not answer.decisions:
            return self._shown(sent=sent, problems=problems)
        try:
            return self._keep(form, answer, papers, beside)
        except ChangedMeanwhileError as error:
            return self._shown(sent=sent, problems=(("", _sentences(error)),), status=409)
        except DatabaseBusyError as error:
            return self._shown(sent=sent, problems=(("", _sentences(error)),), status=503)
        except HandrailError as error:
            return self._shown(sent=sent, problems=(("", _sentences(error)),))

    def _read(
        self, form: FormData, sent: dict[str, list[str]]
    ) -> tuple[Answer, list[ReceiveDocument], list[ReceiveDocument], Problems]:
        """Return what a form decides and the files it brings, which are stored, or what is wrong.

        Those that come beside a field of their own are apart.

        A file that cannot be kept is said beside its field, whatever else is wrong.
        """
        given = {**sent, **self.settles(sent)}
        evidence = next(
            (f.name for f in fields_of(self.kind) if f.required and self._shows(f.option)), ""
        )
        if evidence and files_of(form, FILES) and not text(form, evidence):
            given[evidence] = ["As attached"]
        kind, name, no = _DECLINES
        declines = self.kind.kind == kind and text(form, name) == no
        reason = text(form, "reason")
        if not declines and (not reason or too_thin(reason)):
            given["reason"] = [on_the_page(self.link.actor.role)]
        beside, amiss = self._beside(form, given)
        answer = read_sent(self.kind, given)
        papers, wrong = self._papers(form, FILES) if evidence_of(self.kind) else ([], ())
        return answer, papers, beside, (*self._renamed(answer.problems), *wrong, *amiss)

    def _renamed(self, problems: Problems) -> Problems:
        """Return problems with each field called as it is asked here."""
        labels = {one.name: one.label for one in fields_of(self.kind) if one.name in self.asks}
        return tuple(
            (name, words.replace(labels[name], self.asks[name].label) if name in labels else words)
            for name, words in problems
        )

    def _beside(
        self, form: FormData, given: dict[str, list[str]]
    ) -> tuple[list[ReceiveDocument], Problems]:
        """Return the files that came beside fields of their own; the fields then point at them."""
        held: list[ReceiveDocument] = []
        problems: list[tuple[str, str]] = []
        fields = beside_fields(self.kind)
        for name in [one for one in form if one.partition(".")[0] in fields]:
            papers, wrong = self._papers(form, name)
            problems += wrong
            marks = [not_yet(len(held) + place) for place in range(len(papers))]
            held += papers
            given[name] = [", ".join(marks)] if marks else []
        return held, tuple(problems)

    def _shows(self, option: str) -> bool:
        return option.removeprefix("--").replace("-", "_") == evidence_of(self.kind)

    def _papers(self, form: FormData, field: str) -> tuple[list[ReceiveDocument], Problems]:
        papers, wrong = [], []
        for file in files_of(form, field):
            name = PurePath(file.filename or "").name
            try:
                stored = store_received(
                    data=file.file.read(), name=name, kind=ReceivedKind.PHOTOGRAPH
                )
            except InvalidDocumentError as error:
                if (file.size or 0) > settings().received_megabytes * 1_000_000:
                    words = f"It has more than {settings().received_megabytes} MB. Send it smaller."
                else:
                    words = _sentences(error)
                wrong.append((field, f"“{name[:60]}” was not taken. {words}"))
            else:
                of = kind_of_paper(stored.mime, decision=self.kind)
                papers.append(replace(stored, kind_of_document=of))
        return papers, tuple(wrong)

    def _keep(
        self,
        form: FormData,
        answer: Answer,
        papers: list[ReceiveDocument],
        beside: list[ReceiveDocument],
    ) -> bool:
        (decision,) = answer.decisions
        over = text(form, "over")
        with writing() as conn:
            _, before = record_by_link(
                conn,
                link=self.link,
                decision=decision,
                papers=papers,
                beside=beside,
                over=whole_or(over, -1),
                seen=text(form, "seen"),
                reason=answer.reason,
                now=clock.now(),
            )
        return before

    def _shown(
        self, *, sent: dict[str, list[str]] | None, problems: Problems, status: int = 422
    ) -> Response:
        try:
            with reading() as conn:
                form = form_by_link(conn, link=self.link, kind=self.kind, now=clock.now())
        except HandrailError as error:
            values = {"title": self.title, "why": _sentences(error)}
            return self.drawn("refused", values, status=409)
        status = 200 if sent is None and not problems else status
        return self.drawn("form", self._values(form, sent, problems), status=status)

    def _values(
        self, form: LinkForm, sent: dict[str, list[str]] | None, problems: Problems
    ) -> dict[str, Any]:
        wrong = dict(problems)
        fields = fields_shown(
            self.kind, role=self.link.actor.role, offered=form.offered, sent=sent, problems=wrong
        )
        takes_files, beside = bool(evidence_of(self.kind)), beside_fields(self.kind)
        settled = self.settles(sent or {})
        return {
            "title": self.title,
            "words": self.words or inspect.cleandoc(self.kind.__doc__ or ""),
            "fields": [
                self._asked(one)
                for one in fields
                if one.name not in settled and not self._left(one)
            ],
            "takes_files": takes_files,
            "beside": beside,
            "megabytes": settings().received_megabytes,
            "reason": (sent or {}).get("reason", [""])[0],
            "asks_why": self.kind.kind == _DECLINES[0],
            "problems": problems,
            "wrong": wrong,
            "over": form.over,
            "seen": form.subject.seen,
        }

    def _asked(self, one: Shown) -> Shown:
        said = self.asks.get(one.name)
        if said is None:
            return one
        optional = " (optional)" if one.label.endswith(" (optional)") else ""
        choices = tuple((value, said.choices.get(value, words)) for value, words in one.choices)
        return replace(one, label=said.label + optional, hint=said.hint, choices=choices)

    def _left(self, one: Shown) -> bool:
        """Say whether a field only tells where a document is, which a file that is sent does."""
        return one.folded and self._shows(f"--{one.name}")


def _typed(form: FormData) -> dict[str, list[str]]:
    return {
        name: [value for value in form.getlist(name) if isinstance(value, str)]
        for name in form
        if name not in _OURS
    }


def _sentences(error: HandrailError) -> str:
    law = f"({error.section})" if error.section else ""
    next_step = "" if "`" in error.next_step or "--" in error.next_step else error.next_step
    return without_commands(" ".join(filter(None, (error.what, error.why, law, next_step))))
