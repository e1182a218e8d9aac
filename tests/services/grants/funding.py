"""A case's grant as it is shown and as it was decided, for the tests of who pays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adapters import clock
from models.case_queries import case_row
from models.database import reading
from models.tables.works import Approval
from rules.grants.waterfall import LineKind, Part, WaterfallLine, from_plain
from services.grants.papers import approval_paper
from services.grants.view import grant_view
from services.verification.verify import findings
from tests.looking import rows


def view(url: str, reference: str) -> dict[str, Any]:
    """Return the grant of a case as it is shown today."""
    with reading(url) as conn:
        return grant_view(conn, reference=reference, today=clock.today())


def approved(url: str, reference: str) -> dict[str, Any]:
    """Return the one approval, after asking that it is sound and can be printed."""
    (approval,) = rows(url, Approval)
    with reading(url) as conn:
        assert list(findings(conn, lambda path: Path(path).stem)) == []
        assert approval_paper(conn, case=case_row(conn, reference=reference))
    return approval


def printed(approval: dict[str, Any], kind: LineKind, part: Part) -> list[WaterfallLine]:
    """Return the lines of one kind in one part of an approval's waterfall."""
    lines = from_plain(approval["waterfall"])
    return [line for line in lines if (line.part, line.kind) == (part, kind)]
