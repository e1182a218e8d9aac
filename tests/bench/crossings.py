"""Which files one decision crosses, and the run after it: in order, with the statements they ask.

``python -m tests.bench.crossings`` records the s.2(2)(b) direction on a case of the small service,
in a database of its own, and carries the case on as a run would, without Prefect.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import event

HOUSE = Path(__file__).parents[2]
ROOMS = ("rules", "adapters", "models", "services", "tasks", "flows", "deployments", "desk")


@contextmanager
def crossed(url: str) -> Iterator[tuple[list[str], list[str]]]:
    """Collect the product files that run inside this block, and the statements asked."""
    from models.database import engine_for

    files: dict[str, None] = {}
    statements: list[str] = []

    def enter(frame: FrameType, what: str, _: Any) -> None:
        if what == "call":
            file = Path(frame.f_code.co_filename)
            if HOUSE in file.parents and file.relative_to(HOUSE).parts[0] in ROOMS:
                files.setdefault(str(file.relative_to(HOUSE)))

    def ask(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    engine = engine_for(url)
    event.listen(engine, "before_cursor_execute", ask)
    found: list[str] = []
    sys.setprofile(enter)
    try:
        yield found, statements
    finally:
        sys.setprofile(None)
        event.remove(engine, "before_cursor_execute", ask)
        found.extend(files)


def main() -> None:
    """Print the files in the order in which they are first entered."""
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/handrail.db"
        os.environ |= {
            "HANDRAIL_HOME": home,
            "HANDRAIL_DATABASE_URL": url,
            "HANDRAIL_CLOCK_FILE": f"{home}/clock",
        }
        from flows.advance_case import advance
        from rules.pathway import StepName
        from services.ready import prepare
        from tests.factories import case_at, decide, service, usual_decision

        prepare(url)
        service(url)
        for reference in ("DFG-1", "DFG-2"):  # the first warms up what is made once
            case_at(url, "tender", reference=reference)
            decision = usual_decision(url, reference, StepName.TENDER)
            with crossed(url) as recorded:
                decide(url, reference, decision)
            with crossed(url) as carried:
                advance(reference)
        told("record", *recorded)
        told("carry on", *carried)


def told(what: str, files: list[str], statements: list[str]) -> None:
    """Print what was crossed."""
    lines = [f"{what}: {len(files)} files, {len(statements)} statements", *files]
    sys.stdout.write("\n  ".join(lines) + "\n")


if __name__ == "__main__":
    main()
