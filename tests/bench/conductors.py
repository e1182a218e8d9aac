"""One conductor and two on the same backlog, in turn: what a second adds, and what a run costs.

Everything is on this machine, Prefect's server and PostgreSQL too: where it has no cores to spare,
a second conductor cannot add any, and what counts is whether a run costs the same.
"""

from __future__ import annotations

from typing import Final

from tests.bench.backlog import measure as of_backlog

CASES: Final = 300


def measure(*, cases: int = CASES, database: str = "") -> dict[str, float]:
    """Measure both; several conductors need PostgreSQL."""
    found = {}
    for number, words in ((1, "one"), (2, "two")):
        told = of_backlog(cases=cases, database=database, conductors=number)
        cost = told["server_cpu_seconds_per_run"] + told["conductor_cpu_seconds_per_run"]
        found[f"decisions_per_second_{words}"] = told["decisions_per_second"]
        found[f"cpu_seconds_per_run_{words}"] = cost
    return {
        "decisions": cases,
        **found,
        "two_to_one": found["decisions_per_second_two"] / found["decisions_per_second_one"],
        "cost_two_to_one": found["cpu_seconds_per_run_two"] / found["cpu_seconds_per_run_one"],
    }
