"""A payment run: what its files say of each payment, and what bank details must be.

The same payments always give the same file: its rows are in the order of the payments' numbers,
and nothing in it is read off a clock.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from rules.errors import InvalidTermsError

FIELDS: Final = (
    *("run", "payment", "authority", "case", "order", "invoice", "invoice_dated", "contractor"),
    *("payee", "released_pence", "cis_pence", "paid_pence", "released_on", "released_by"),
)
"""What a column of the ledger's file may hold; sums are in pounds there."""

USUAL_COLUMNS: Final = tuple((name, name.removesuffix("_pence")) for name in FIELDS)
"""The columns where an authority has said nothing: what each holds, and its heading."""

_SORT_CODE: Final = re.compile(r"[0-9]{6}")
_ACCOUNT: Final = re.compile(r"[0-9]{8}")
_NAME: Final = re.compile(r"[A-Za-z0-9 .&/'-]{1,70}")
_BETWEEN: Final = re.compile(r"[\s-]+")
_FORMULAE: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account in the United Kingdom.

    Args:
        name: Whose it is, as the bank knows it.
        sort_code: Six digits.
        number: Eight digits.
    """

    name: str
    sort_code: str
    number: str

    @property
    def ending(self) -> str:
        """Its last three digits, by which people tell it from another without seeing it."""
        return self.number[-3:]


def account_of(*, name: str, sort_code: str, number: str) -> Account:
    """Return an account from what was typed; hyphens and spaces between digits do not count.

    Raises:
        InvalidTermsError: It can be no account; everything that is wrong is said.
    """
    code, digits = (_BETWEEN.sub("", one) for one in (sort_code, number))
    wrong = []
    if not _NAME.fullmatch(name.strip()):
        wrong.append("The account’s name has 1 to 70 letters, digits, spaces and . & / ' -.")
    if not _SORT_CODE.fullmatch(code):
        wrong.append("A sort code has six digits, such as 20-00-00.")
    if not _ACCOUNT.fullmatch(digits):
        wrong.append("An account number has eight digits; a shorter one is led by noughts.")
    if wrong:
        raise InvalidTermsError(
            "These can be no bank details.", why=" ".join(wrong), next_step="Nothing was changed."
        )
    return Account(name.strip(), code, digits)


class Line(NamedTuple):
    """One payment as a run sends it: ``FIELDS``, in their order."""

    run: int
    payment: str
    authority: str
    case: str
    order: str
    invoice: str
    invoice_dated: date
    contractor: str
    payee: str
    released_pence: int
    cis_pence: int
    paid_pence: int
    released_on: date
    released_by: str


def columns_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return the columns that ``Heading=field;Heading=field`` asks for.

    Raises:
        InvalidTermsError: A field is unknown, or the file would lack the sum or the payment.
    """
    found, wrong = [], []
    for part in filter(str.strip, text.split(";")):
        heading, _, name = (one.strip() for one in part.rpartition("="))
        if name not in FIELDS:
            wrong.append(f"There is no field “{name[:40]}”.")
        found.append((name, heading or name.removesuffix("_pence")))
    named = [name for name, _ in found]
    wrong += [f"The file needs {what}." for what in ("payment", "paid_pence") if what not in named]
    if wrong:
        raise InvalidTermsError(
            "The ledger’s file cannot have these columns.",
            why=" ".join(wrong),
            next_step=f"Give Heading=field, several with ; between, of: {', '.join(FIELDS)}.",
        )
    return tuple(found)


def ledger_file(lines: Sequence[Line], columns: Sequence[tuple[str, str]]) -> str:
    """Return the file for the ledger: a row a payment, and a last row with count and sum.

    Args:
        columns: What each holds, and its heading.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading for _, heading in columns])
    for line in lines:
        writer.writerow([_cell(name, line._asdict()[name]) for name, _ in columns])
    control = {
        "payment": f"TOTAL OF {len(lines)}",
        "released_pence": sum(one.released_pence for one in lines),
        "cis_pence": sum(one.cis_pence for one in lines),
        "paid_pence": sum(one.paid_pence for one in lines),
    }
    writer.writerow([_cell(name, control.get(name, "")) for name, _ in columns])
    return out.getvalue()


def _cell(name: str, value: object) -> str:
    if name.endswith("_pence"):
        pence = int(str(value))
        return f"{pence // 100}.{pence % 100:02d}"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(_FORMULAE) else text


def attempt_of(*, payment_id: int, attempt: int) -> str:
    """Return what one sending of a payment is called at the bank; one after a bounce is another."""
    return f"P{payment_id}-{attempt}"


RESULTS: Final[Mapping[str, str]] = {
    "ACSC": "confirmed",
    "ACCC": "confirmed",
    "ACSP": "",
    "ACTC": "",
    "ACCP": "",
    "PDNG": "",
    "RCVD": "",
    "RJCT": "bounced",
    "confirmed": "confirmed",
    "paid": "confirmed",
    "bounced": "bounced",
    "returned": "bounced",
    "rejected": "bounced",
}
"""What a bank says of a payment, by ISO 20022 code or in a word, and what that makes of it; empty:
it is on its way."""
