"""Everything that `make bench` measures, as a table and the lines below it."""

from __future__ import annotations

from collections.abc import Iterator

from tests import postgres
from tests.bench import answer, clocks, pathway, repricing
from tests.bench.arithmetic import basket, due_dates, many_due_dates
from tests.bench.lookup import lookup


def everything(*, cases: int | None) -> Iterator[str]:
    """Run every measurement of `make bench`, and tell each as it is made.

    Args:
        cases: How many cases to walk; as many as the pathway takes by itself if None.
    """
    yield "| work | ours, a second | LIMIT, a second | ours / LIMIT |"
    yield "| --- | --- | --- | --- |"
    yield from _pathway(cases or pathway.CASES)
    repriced = repricing.measure()
    yield _row(
        f"{repricing.CASES:,} open cases priced again in one run, one commit a case",
        repriced["cases_per_second"],
        repriced["limit_per_second"],
    )
    yield from (_row(*measured) for measured in (basket(), due_dates(), lookup()))
    yield f"\n100,000 due dates: {many_due_dates():.0f} ms (50 ms will do)"
    answers = answer.measure()
    p50, p90 = 1000 * answers["p50_seconds"], 1000 * answers["p90_seconds"]
    yield (
        f"\ndecision recorded → next automatic step committed: {answers['answers']} times, "
        f"p50 {p50:.0f} ms, p90 {p90:.0f} ms"
    )
    yield "\n" + "\n".join(clocks.report())


def _pathway(cases: int) -> Iterator[str]:
    yield _walked("SQLite", cases, "")
    if postgres.binaries():
        with postgres.server(durable=True) as url:
            yield _walked("PostgreSQL", cases, url)


def _walked(kind: str, cases: int, database: str) -> str:
    found = pathway.measure(cases=cases, database=database)
    asked = f"{found['statements_per_case']:.0f} statements"
    words = f"{cases} cases, specified to paid, on {kind}: {asked} and "
    words += f"{found['commits_per_case']:.0f} commits a case"
    return _row(words, found["cases_per_second"], found["limit_per_second"])


def _row(words: str, ours: float, limit: float) -> str:
    return f"| {words} | {ours:,.1f} | {limit:,.1f} | {ours / limit:.2f} |"
