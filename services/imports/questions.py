"""What a file would change that is mostly a slip: refused until its sender says that it is meant.

A rate a hundred times itself, a basket of which one line is left, another unit of measurement. What
is typed at the desk is shown field by field before it counts, and is not asked for again.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select

from models.tables.schedules import PackageLine, ScheduleItem
from rules.errors import Problem
from rules.imports.checks import cell_words
from rules.imports.choices import JUMP
from rules.money import pounds
from rules.sentences import named, several
from services.imports.job import Job
from services.imports.reconcile import Changes, Shown

_JUMPING: Final = frozenset({"rate", "factor"})
_NAMED_AT_MOST: Final = 10
_ITEMS: Final = select(ScheduleItem.code, ScheduleItem.rate, ScheduleItem.unit).where(
    ScheduleItem.version_id == bindparam("version")
)
_PACKAGED: Final = (
    select(PackageLine.code, PackageLine.package)
    .where(PackageLine.code.in_(bindparam("codes", expanding=True)))
    .order_by(PackageLine.code, PackageLine.package)
)


def odd_changes(job: Job, changes: Changes) -> Iterator[Problem]:
    """Yield the changes of a file that are not said to be meant: jumps, and most of it removed."""
    if job.sheet.typed or not (changes.changed or changes.removed):
        return
    removed = [one for one in changes.shown if one.what == "removed"]
    if len(removed) > changes.added + changes.changed + changes.unchanged:
        yield from _removals(job, [_called(one) for one in removed])
    for one in changes.shown:
        if one.what == "changed":
            for name, before, after in one.fields:
                yield from _jump(job, _called(one), name, before, after)


def succession_problems(job: Job, *, version: int) -> Iterator[Problem]:
    """Yield how a schedule differs from the version that it follows or restates, if not meant.

    Args:
        version: The row id of that version.
    """
    if job.sheet.typed:
        return
    held: Mapping[str, Any] = {
        row.code: row for row in job.conn.execute(_ITEMS, {"version": version})
    }
    given = {str(row.values["code"]): row for row in job.sound_rows}
    gone = sorted(held.keys() - given.keys())
    if len(gone) * 2 > len(held):
        yield from _removals(job, gone)
    yield from _withdrawn(job, gone)
    for code, row in given.items():
        before = held.get(code)
        if before is None:
            continue
        yield from _jump(job, code, "rate", before.rate, row.values["rate"], row=row.number)
        if before.unit != row.values["unit"] and "units" not in job.said.accepted:
            yield Problem(
                *(job.sheet.file, job.sheet.sheet, row.number, "unit"),
                value=str(row.values["unit"]),
                wrong=f"{code} is measured by {before.unit} until now",
                right=f"{before.unit}; or another code for what is measured otherwise.",
                accept="units",
            )


def _removals(job: Job, names: list[str]) -> Iterator[Problem]:
    if "removals" not in job.said.accepted:
        yield Problem(
            *(job.sheet.file, job.sheet.sheet, None, None),
            value=_some(names),
            wrong=f"the file leaves out {len(names)} of what is held, and that is most of it",
            right="All that is to stay, in the one file.",
            accept="removals",
        )


def _withdrawn(job: Job, gone: list[str]) -> Iterator[Problem]:
    if not gone or "withdrawn" in job.said.accepted:
        return
    used: dict[str, list[str]] = {}
    for row in job.conn.execute(_PACKAGED, {"codes": gone}):
        used.setdefault(row.code, []).append(row.package)
    for code, packages in used.items():
        yield Problem(
            *(job.sheet.file, job.sheet.sheet, None, "code"),
            value=code,
            wrong=f"the file leaves it out, and {several(len(packages), 'package')} "
            f"{'uses' if len(packages) == 1 else 'use'} it: {_some(packages)}",
            right="The code with its rate; or packages without it first.",
            accept="withdrawn",
        )


def _jump(
    job: Job, what: str, name: str, before: object, after: object, *, row: int | None = None
) -> Iterator[Problem]:
    if "jumps" in job.said.accepted or not (name in _JUMPING or name.endswith("_pence")):
        return
    if not isinstance(before, (int, Decimal)) or not isinstance(after, (int, Decimal)):
        return
    least, most = sorted((before, after))
    if least <= 0 or most < JUMP * least:
        return
    was, shall = (
        pounds(int(one)) if name.endswith("_pence") else cell_words(one) for one in (before, after)
    )
    yield Problem(
        *(job.sheet.file, job.sheet.sheet, row, name.removesuffix("_pence")),
        value=f"{what}: {shall}",
        wrong=f"it was {was}, and at least twice or half of that is mostly a slip",
        right="The figure that is meant.",
        accept="jumps",
    )


def _called(one: Shown) -> str:
    return " ".join(str(value) for name, value in one.key if name != "version_id")


def _some(names: Iterable[str]) -> str:
    every = list(names)
    beyond = len(every) - _NAMED_AT_MOST
    return named(every[:_NAMED_AT_MOST]) + (f" and {beyond} more" if beyond > 0 else "")
