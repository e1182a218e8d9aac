"""What clients said of their works, as it is kept: read, answered, erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, update

from models.asked import rows
from models.base import AnyRow, Instant, rows_by
from models.tables.agreement import ClientView
from rules.errors import StatuteError
from rules.sentences import spoken
from services.cases import CaseInHand, Context

HELD: Final = rows_by(ClientView, "case_id").order_by(ClientView.number)
_KEEP: Final = insert(ClientView)
_ANSWER: Final = update(ClientView).where(
    ClientView.case_id == bindparam("of_case"), ClientView.number == bindparam("of_number")
)
_ERASE: Final = update(ClientView).where(
    ClientView.case_id == bindparam("of_case"),
    ClientView.recorded_at > bindparam("since", type_=Instant),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a client said of the works, with the officer's answer where there is one.

    Args:
        lines: Works line to what is outstanding there, in their words.
        other: What else is.
        spoken_by: Who spoke for the client; empty where they did themselves.
        signed: The name that was typed as a signature, or the document that shows it.
    """

    number: int
    agrees: bool
    how: str
    said_on: date
    spoken_by: str
    lines: Mapping[str, str]
    other: str
    signed: str
    recorded_at: datetime
    recorded_by: str
    answer: str
    answered_by: str | None
    answered_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether what they say is outstanding has no answer in writing."""
        return not self.agrees and self.answered_at is None

    @property
    def outstanding(self) -> list[str]:
        """What they say is outstanding, line by line and then the rest."""
        by_line = sorted(self.lines.items(), key=lambda one: int(one[0]))
        said = [f"Line {line}: {words}" for line, words in by_line]
        return said + ([self.other] if self.other else [])


def views_on(conn: Connection, *, case_id: int) -> list[Said]:
    """Return what the client of a case said of the works, the first first."""
    names = Said.__dataclass_fields__
    held = rows(conn, HELD, case_id=case_id)
    return [Said(**{name: getattr(row, name) for name in names}) for row in held]


def keep_view(context: Context, *, order: AnyRow, values: Mapping[str, Any]) -> int:
    """Keep what a client said under the case's next number; return that."""
    held = views_on(context.conn, case_id=context.case.id)
    number = 1 + max((one.number for one in held), default=0)
    by = {"recorded_at": context.now, "recorded_by": context.actor.identity, "answer": ""}
    of = {"case_id": context.case.id, "order_id": order.id, "number": number}
    context.conn.execute(_KEEP, {**of, **by, **values})
    return number


def keep_answer(context: Context, *, number: int, answer: str) -> None:
    """Keep an officer's answer to what a client says is outstanding."""
    which = {"of_case": context.case.id, "of_number": number}
    by = {"answered_by": context.actor.identity, "answered_at": context.now}
    context.conn.execute(_ANSWER, {**which, **by, "answer": answer})


def check_client_answered(context: Context) -> None:
    """Refuse what may not be done while a client's report of outstanding works has no answer.

    Raises:
        StatuteError: An officer has to answer them in writing first.
    """
    waits = [one for one in views_on(context.conn, case_id=context.case.id)[-1:] if one.waits]
    if not waits:
        return
    lines = sorted(int(line) for line in waits[0].lines)
    where = f" on {spoken([f'line {line}' for line in lines])}" if lines else ""
    raise StatuteError(
        f"The client says that works are outstanding{where}, and nobody has answered them.",
        why=f"They said so on {waits[0].said_on:%-d %B %Y}. Money is paid only for works executed "
        "to the authority’s satisfaction.",
        section="s.37(4)",
        next_step="Look at it, and answer them in writing: "
        f"`handrail decide {context.case.reference} answer-client`.",
    )


def erase_views(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase a client's and an officer's words; return of how many views."""
    held = [one for one in views_on(case.conn, case_id=case.id) if one.recorded_at > since]
    if held:
        words: dict[str, Any] = dict.fromkeys(("other", "spoken_by", "signed", "answer"), said)
        case.conn.execute(_ERASE, {"of_case": case.id, "since": since, **words, "lines": {}})
    return len(held)
