"""Processes that are killed, for real, at one chosen point of their work.

``python -m tests.journeys.dying`` imports Handrail once and takes orders on its standard input. For
each it forks a process that does one piece of work and kills itself with SIGKILL when it comes to
the point: just before a commit, or before a file is written. Between two of these nothing is kept,
so that they stand for every instant in between.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa

HOUSE = Path(__file__).parents[2]
NEVER: Final = 0


class Mortals:
    """Does pieces of work in processes of their own, which die where they are told to."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.dying"],
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType
    ) -> None:
        self._server.communicate()

    def work(self, *words: str, point: int = NEVER) -> int:
        """Do a piece of work; return its exit status, or ``-9`` where it was killed at the point.

        Args:
            words: ``advance REF`` or ``reprice ID`` as a run does, or a ``handrail`` command's.
            point: The point at which it dies, from 1.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        chosen = {name: os.environ[name] for name in os.environ if name.startswith("HANDRAIL_")}
        print(json.dumps([words, point, chosen]), file=self._server.stdin, flush=True)
        return int(self._server.stdout.readline())


class _Life:
    """Counts the points that a process comes to, and ends it at the one that is its last."""

    def __init__(self, last: int) -> None:
        self._left = last

    def point(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, write: Callable[..., None]) -> Callable[..., None]:
        def written(**how: Any) -> None:
            self.point()
            write(**how)

        return written


def _do(words: Sequence[str]) -> int:
    """Do a piece of work in this process, and return its exit status."""
    from desk.cli import app
    from flows.advance_case import advance
    from tests.repricing import carried_out

    try:
        if words[0] == "advance":
            advance(words[1])
        elif words[0] == "reprice":
            carried_out(int(words[1]))
        else:
            app(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _fork(words: Sequence[str], *, last: int) -> int:
    """Do the work in a forked process that dies at a point; return how it ended."""
    from adapters import files, mail

    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        life = _Life(last)
        sa.event.listen(sa.Engine, "commit", life.point)
        write = life.before(files.write_whole)
        for writer in (files, mail):
            setattr(writer, "write_whole", write)  # noqa: B010 - mypy knows it in one of them only
        status = _do(words)
    except BaseException:  # noqa: BLE001 - said here, since nothing may leave a forked process
        traceback.print_exc()
    finally:
        os._exit(status)


def next_name() -> str:
    """Return the name of the next link by how many there are: two lives have the same ones."""
    from models.tables.links import CaseLink, ContractorLink
    from services.session import reading

    held = [sa.select(sa.func.count()).select_from(one) for one in (ContractorLink, CaseLink)]
    with reading() as conn:
        made = sum(conn.execute(one).scalar_one() for one in held)
    return f"{made:022d}"


def _no_pdf(html: str) -> bytes | None:
    """Leave the PDF out, which takes longer than all the rest."""
    return None


def _serve() -> None:
    """Take orders: each a line of JSON, answered by a line with the status."""
    import_module("desk.cli")
    import_module("flows.advance_case")
    from adapters import documents
    from adapters.settings import settings
    from models.database import engine_for
    from services.links import links

    documents.render_pdf = _no_pdf
    setattr(links, "fresh_name", next_name)  # noqa: B010 - it is another module's name there
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the commands print
    for line in sys.stdin:
        words, point, environment = json.loads(line)
        for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
            del os.environ[name]
        os.environ.update(environment)
        settings.cache_clear()
        # Whole work is done here: what it compiled and loaded, every process after it has at once.
        status = _fork(words, last=point) if point else _do(words)
        engine_for(settings().resolved_database_url).dispose()  # no connection outlives a fork
        print(status, file=answers, flush=True)


if __name__ == "__main__":
    _serve()
