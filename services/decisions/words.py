"""What a decision on record says, as people read it: a firm by its name, not by its code."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from models.people import name_of
from rules.decisions import Facts
from services.decisions.kinds import KINDS


def words_of(conn: Connection, *, kind: str, facts: Mapping[str, Any]) -> str:
    """Return a sentence from what is on record; the kind itself where it is none of ours."""
    return KINDS[kind].said(Facts(naming(conn, facts))) if kind in KINDS else kind


def naming(conn: Connection, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return facts with the firm's name in place of its code, where one is known by it."""
    code = facts.get("contractor")
    if not isinstance(code, str):
        return facts
    return {**facts, "contractor": name_of(conn, code)}
