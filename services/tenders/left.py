"""What is left to do on a case whose contractor was replaced, for a tender of it."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Connection

from models.case_queries import offers_on
from models.replaced import left_on, replacements_on
from rules.replacements import ReplaceGround, left_words, reason_against
from rules.tenders.left import Left


def left_to_tender(conn: Connection, *, case_id: int) -> Left | None:
    """Return what is left to do and who is not to do it; None where nobody was replaced."""
    lines = left_on(conn, case_id=case_id)
    return None if lines is None else left_of(lines, barred=barred_on(conn, case_id=case_id))


def left_of(lines: Mapping[int, Decimal], *, barred: Mapping[str, str]) -> Left:
    """Return lines that are left, as they are tendered."""
    why = f"Another contractor takes over what is left to do: {left_words(lines)}."
    return Left(lines, barred, why)


def barred_on(conn: Connection, *, case_id: int) -> dict[str, str]:
    """Return the contractors that were replaced on a case, each with why, as a clause."""
    firms = {offer.id: offer.contractor for offer in offers_on(conn, case_id=case_id)}
    return {
        firms[row.offer_id]: reason_against(ReplaceGround(row.ground), on=row.replaced_on)
        for row in replacements_on(conn, case_id=case_id)
    }
