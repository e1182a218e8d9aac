"""What a page of a decision answers: its form, the check before it is recorded, or why not."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from fastapi import Request, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.decisions.papers import titles_of
from desk.decisions.shown import fields_shown, plan_fields, title_of, typed_words
from desk.web.forms import text
from desk.web.page import page
from desk.web.sessions import AGAIN
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision
from rules.decisions.sent import Answer
from rules.errors import HandrailError, NotPermittedError
from rules.people import Actor
from rules.typed import whole_or
from services.decisions.beside import facts_beside
from services.decisions.deciding import Form, changes_since, form_of
from services.decisions.foresee import Foreseen
from services.decisions.kinds import KINDS
from services.session import Connection, reading

Problems: TypeAlias = tuple[tuple[str, str], ...]

_OURS: Final = frozenset({"csrf", "do", "over", AGAIN})
"""The fields of a form that say nothing of the decision."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Somebody asking for, or sending, the form of a decision on a case."""

    request: Request
    reference: str
    kind: type[BaseDecision]
    viewer: Actor
    form: FormData = field(default_factory=FormData)

    @property
    def typed(self) -> dict[str, list[str]]:
        """What was typed or chosen, by the name of its field."""
        return {
            name: [value for value in self.form.getlist(name) if isinstance(value, str)]
            for name in self.form
            if name not in _OURS
        }

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was typed, to be carried by the next page."""
        return [(name, value) for name, values in self.typed.items() for value in values]

    @property
    def over(self) -> int:
        """How far the case's record went when the form was made; what is unreadable is nowhere."""
        return whole_or(text(self.form, "over"), -1)

    def shown(self, conn: Connection) -> Form:
        """Return the form over the case as it stands."""
        return form_of(
            conn,
            reference=self.reference,
            kind=self.kind,
            kinds=tuple(KINDS.values()),
            viewer=self.viewer,
            now=clock.now(),
        )

    def page(self, name: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """Draw one of the pages of a decision."""
        head = {
            "title": title_of(self.kind),
            "words": inspect.cleandoc(self.kind.__doc__ or ""),
            "reference": self.reference,
            "kept": self.kept,
        }
        template = f"decisions/pages/{name}.html"
        return page(self.request, template, head | dict(values), viewer=self.viewer, status=status)


def ask(sending: Sending) -> Response:
    """Show a fresh form, or why the decision may not be taken now."""
    with reading() as conn:
        form = sending.shown(conn)
        if form.may.error is not None:
            return _refused(sending, form.may.error)
        return _asked(sending, conn, form, sent=None, problems=(), over=form.over, status=200)


def ask_again(sending: Sending, *, problems: Problems | None) -> Response:
    """Show a form again with what was typed and everything wrong with it.

    Args:
        problems: None where nothing is wrong, and somebody wants to change what they typed.
    """
    with reading() as conn:
        form = sending.shown(conn)
        if form.may.error is not None:
            return _refused(sending, form.may.error)
        over = sending.over if text(sending.form, "over") else form.over
        status = 200 if problems is None else 422
        sent = sending.typed
        return _asked(
            sending, conn, form, sent=sent, problems=problems or (), over=over, status=status
        )


def _asked(
    sending: Sending,
    conn: Connection,
    form: Form,
    *,
    sent: dict[str, list[str]] | None,
    problems: Problems,
    over: int,
    status: int,
) -> Response:
    kind, today = sending.kind, london_date(clock.now())
    values = {
        "case": form.case.row,
        "fields": fields_shown(
            kind,
            role=sending.viewer.role,
            offered=form.offered,
            sent=sent,
            problems=dict(problems),
            documents=form.documents,
        ),
        "plan": plan_fields() if kind.plan else (),
        "plan_when": kind.plan,
        "usual": kind.usual_reason,
        "problems": problems,
        "wrong": dict(problems),
        "said": {name: words[0] for name, words in (sent or {}).items() if words},
        "over": over,
        "facts": facts_beside(conn, case=form.case, kind=kind, today=today),
        "siblings": [(one.kind, title_of(one)) for one in form.siblings],
    }
    return sending.page("decide", values, status=status)


def show_check(sending: Sending, seen: Foreseen, answer: Answer) -> Response:
    """Show what the decision would do, before it is recorded."""
    letters = [(name.capitalize(), text(sending.form, name)) for name, _ in plan_fields()]
    values = {
        "seen": seen,
        "titles": titles_of(seen.papers),
        "sent": (
            ("Sent at once", [one for one in seen.letters if one.at_once]),
            ("Sent by the work that follows", [one for one in seen.letters if not one.at_once]),
        ),
        "typed": typed_words(sending.kind, sending.typed),
        "reason": answer.reason,
        "plan": letters if answer.plan else (),
        "over": text(sending.form, "over"),
    }
    return sending.page("check", values)


def say_changed(sending: Sending, error: HandrailError) -> Response:
    """Say what changed since the form was made, and keep what was typed."""
    with reading() as conn:
        form = sending.shown(conn)
        changes = changes_since(conn, reference=form.case.reference, over=sending.over)
    if form.may.error is not None:
        return _refused(sending, form.may.error, changes=changes)
    values = {"error": error, "changes": changes, "over": form.over}
    return sending.page("changed", values, status=409)


def say_busy(sending: Sending, error: HandrailError) -> Response:
    """Say that the database is held by another, and keep what was typed."""
    values = {name: text(sending.form, name) for name in ("over", "do")}
    return sending.page("busy", {"error": error, **values}, status=503)


def _refused(
    sending: Sending, error: HandrailError, *, changes: list[dict[str, Any]] | None = None
) -> Response:
    """Say why this person may not take the decision, or nobody may now."""
    status = 403 if isinstance(error, NotPermittedError) else 409
    return sending.page("refused", {"error": error, "changes": changes or []}, status=status)
