"""A seal each day, to the folder or the mailbox that the settings name."""

from datetime import datetime
from pathlib import Path
from typing import Final

from adapters import clock, mail
from adapters.settings import settings
from rules.clocks.dates import london_date
from rules.errors import HandrailError
from services.alerts.watch_marks import mark_at, note_mark
from services.session import reading, writing
from services.verification.seal import seal, sealed_now, written

SEALED: Final = "sealed"
"""The name under which it is kept when the last daily seal left."""

_TO_MAIL: Final = "mailto:"


def seal_daily() -> str:
    """Seal once a London day, where the settings say whereto; return what became of it in words.

    What stood in the way is said and not raised: the next watch tries again.
    """
    whereto, now = settings().seal_to, clock.now()
    if not whereto:
        return ""
    with reading() as conn:
        last = mark_at(conn, name=SEALED)
    if last is not None and london_date(last) >= london_date(now):
        return ""
    try:
        return f"Sealed: {_seal(whereto, now)}."
    except HandrailError as error:
        return error.text()


def _seal(whereto: str, now: datetime) -> str:
    name = f"handrail-{london_date(now).isoformat()}.seal"
    if whereto.startswith(_TO_MAIL):
        _send(whereto.removeprefix(_TO_MAIL), name, now)
    else:
        seal(Path(whereto).expanduser() / name)
    with writing() as conn:
        note_mark(conn, name=SEALED, now=now, detail=name)
    return name


def _send(to: str, name: str, now: datetime) -> None:
    file = mail.Attachment(name=name, mime="application/json", data=written(sealed_now()))
    mail.send(
        mail.Outgoing(
            key=name,
            to=to,
            subject=f"Handrail: the seal of {london_date(now):%-d %B %Y}",
            body="Keep this seal where nobody who can write to Handrail's database can.\n"
            "`handrail verify --seal FILE` holds the database against it.\n",
            now=now,
            attachments=(file,),
        )
    )
