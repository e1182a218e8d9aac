"""`make bench`: speed as ratios against a bare limit, both measured in the same run.

``python -m tests.bench`` makes the table of everything; ``--only`` one measurement, told as lines
or with ``--json`` as one object. What each measures, its module says.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

from tests import postgres
from tests.bench.beside import beside

SUBJECTS: Final = {
    "pathway": "cases walked from specification to payment, beside bare SQL",
    "repricing": "open cases priced again in one run, beside bare SQL",
    "answer": "from a decision to its automatic step, by a real handrail up",
    "backlog": "many decisions waiting at once for a real handrail up",
    "conductors": "one conductor and two on the same backlog; give --database postgresql",
    "prefect-size": "what a run and an idle day add to Prefect's database",
    "growth": "the pathway with few and with many open cases in the database",
    "desk": "my work, search and the board among 50,000 open cases, beside bare SQL",
    "desk-load": "the pages of the desk under twenty people at once, over loopback",
    "contractors": "how contractors do, among many cases of a year, beside bare SQL",
    "reports": "every report among 550,000 cases, beside its own statements sent bare",
    "case-list": "the whole process of handrail case list",
    "verify": "the whole process of handrail verify, on closed cases",
}
OWN_SERVER: Final = "postgresql"
TURNS_BESIDE: Final = 3
_SIZES: Final = ("cases", "idle", "many")


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for, and print it."""
    asked = _options().parse_args(arguments)
    if asked.only is None:
        from tests.bench.table import everything  # imports what older versions do not have

        sys.stdout.write("\n".join(everything(cases=asked.cases)) + "\n")
        return
    with _database(asked.database) as database:
        figures = _beside(asked, database) if asked.beside else _measure(asked, database)
    if asked.json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(figures)) + "\n")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    told = "; ".join(f"{name}: {words}" for name, words in SUBJECTS.items())
    parser.add_argument("--only", choices=SUBJECTS, metavar="WHAT", help=told)
    parser.add_argument("--cases", type=int, help="how many cases or decisions to measure with")
    parser.add_argument("--turns", type=int, help="how often to measure, in turn with the other")
    parser.add_argument("--idle", type=int, help="seconds to watch Prefect's database idle")
    parser.add_argument("--many", type=int, help="how many open cases are many, for growth")
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="sqlite:///… or postgresql://…, on which databases or schemas are made and removed; "
        f"`{OWN_SERVER}` alone starts a durable server; SQLite in a temporary folder if left out",
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--beside", metavar="COMMIT", help="measure that commit too, in turn")
    return parser


def _measure(asked: argparse.Namespace, database: str) -> dict[str, Any]:
    return _measurement(asked.only)(**_given(asked, "turns", *_SIZES), database=database)


def _beside(asked: argparse.Namespace, database: str) -> dict[str, Any]:
    options = ["--only", asked.only, "--database", database]
    if "turns" in inspect.signature(_measurement(asked.only)).parameters:
        options += ["--turns", "1"]  # as often as it goes from one to the other
    for name, size in _given(asked, *_SIZES).items():
        options += [f"--{name}", str(size)]
    return beside(asked.beside, options=options, turns=asked.turns or TURNS_BESIDE)


def _measurement(what: str) -> Callable[..., dict[str, Any]]:
    measure: Callable[..., dict[str, Any]]
    measure = import_module(f"tests.bench.{what.replace('-', '_')}").measure
    return measure


def _given(asked: argparse.Namespace, *names: str) -> dict[str, int]:
    """Return the sizes that were given, if what is asked for takes them."""
    given = {name: getattr(asked, name) for name in names if getattr(asked, name) is not None}
    for name in given.keys() - inspect.signature(_measurement(asked.only)).parameters.keys():
        sys.exit(f"--only {asked.only} takes no --{name}.")
    return given


@contextmanager
def _database(named: str) -> Iterator[str]:
    if named != OWN_SERVER:
        yield named
        return
    with postgres.server(durable=True) as url:
        yield url


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    for name, value in figures.items():
        words = name.replace("_", " ")
        if isinstance(value, dict):
            yield f"{words}:"
            yield from (f"  {line}" for line in _lines(value))
        else:
            yield f"{words}: {value:,.4g}" if isinstance(value, float) else f"{words}: {value}"


if __name__ == "__main__":
    main(sys.argv[1:])
