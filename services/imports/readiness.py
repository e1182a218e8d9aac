"""What is missing or odd in the data as a whole, before a service opens: told, never changed."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select

from models.tables.clocks import Target
from models.tables.contractors import Lot, PackagePrice
from models.tables.reference import Authority, Officer, Provider
from models.tables.schedules import Package, PackageLine, ScheduleItem, ScheduleVersion
from rules.people import Role
from rules.sentences import named, several
from rules.tenders.eligibility import Needs, reasons_not_eligible
from services.cases.clocks.calendar import known_years
from services.rates.items import IN_FORCE
from services.tenders.lots import members

_YEARS_AHEAD: Final = 2
_LOTS: Final = select(*Lot.__table__.c).order_by(Lot.code)
_PACKAGED: Final = (
    select(Package.work_type, ScheduleItem.trade)
    .join(PackageLine, PackageLine.package == Package.code)
    .join(ScheduleItem, ScheduleItem.code == PackageLine.code)
    .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
    .where(IN_FORCE)
    .distinct()
    .order_by(Package.work_type, ScheduleItem.trade)
)
_PACKAGES: Final = select(Package.code, Package.work_type).order_by(Package.code)
_PRICED: Final = select(PackagePrice.lot, PackagePrice.package, PackagePrice.contractor).order_by(
    PackagePrice.lot, PackagePrice.package, PackagePrice.contractor
)
_UNLIMITED: Final = (
    select(Officer.email)
    .where(Officer.role == Role.APPROVING_OFFICER, Officer.approval_limit_pence.is_(None))
    .order_by(Officer.email)
)
_ADDRESSLESS: Final = (
    select(Provider.code)
    .where((Provider.email == "") | (Provider.address == ""))
    .order_by(Provider.code)
)
_VOICELESS: Final = select(Authority.code).where(Authority.email == "").order_by(Authority.code)
_UNVERIFIED: Final = select(func.count()).where(Target.verified.is_(False))


def odd_data(conn: Connection, *, on: date) -> Iterator[tuple[str, str]]:
    """Yield what is missing or odd on a day, each with what it is about, in sentences."""
    yield from _of_lots(conn, on)
    yield from _of_packages(conn, on)
    known = known_years(conn)
    missing = [str(y) for y in range(on.year, on.year + _YEARS_AHEAD + 1) if not _holds(known, y)]
    if missing:
        yield "bank holidays", f"Those of {named(missing)} are not held; no date counts there."
    unverified = conn.execute(_UNVERIFIED).scalar_one()
    if unverified:
        yield "targets", f"Nobody has verified {several(unverified, 'target')}."
    for email in conn.execute(_UNLIMITED).scalars():
        yield email, "An approving officer without a limit, who may approve nothing."
    for code in conn.execute(_ADDRESSLESS).scalars():
        yield f"provider {code}", "It has no e-mail or no postal address to ask for consent."
    for code in conn.execute(_VOICELESS).scalars():
        yield f"authority {code}", "It has no e-mail address to stand on its letters."


def _of_lots(conn: Connection, on: date) -> Iterator[tuple[str, str]]:
    """Yield the works of each lot in force that nobody, or only one, may be offered."""
    trades: dict[str, set[str]] = {}
    for row in conn.execute(_PACKAGED, {"on": on}):
        trades.setdefault(row.work_type, set()).add(row.trade)
    for lot in conn.execute(_LOTS).all():
        if not lot.valid_from <= on <= lot.valid_to:
            yield f"lot {lot.code}", "It is not in force."
            continue
        in_it = members(conn, lot=lot.code)
        for work_type in lot.work_types:
            for authority in lot.authorities:
                asked = frozenset(trades.get(work_type, ()))
                needs = Needs(authority, asked, frozenset(), value_pence=0, on=on)
                fit = [
                    m
                    for m in in_it
                    if not reasons_not_eligible(contractor=m.contractor, needs=needs)
                ]
                if len(fit) < 2:
                    who = f"only {fit[0].contractor.code}" if fit else "nobody"
                    yield f"lot {lot.code}", f"{work_type} in {authority} may be offered to {who}."


def _of_packages(conn: Connection, on: date) -> Iterator[tuple[str, str]]:
    """Yield the packages that no lot does, and those that not everybody in a lot has priced."""
    priced: dict[tuple[str, str], set[str]] = {}
    for row in conn.execute(_PRICED):
        priced.setdefault((row.lot, row.package), set()).add(row.contractor)
    lots = [lot for lot in conn.execute(_LOTS).all() if lot.valid_from <= on <= lot.valid_to]
    in_lot = {lot.code: {m.contractor.code for m in members(conn, lot=lot.code)} for lot in lots}
    for package in conn.execute(_PACKAGES).all():
        where = [lot for lot in lots if package.work_type in lot.work_types]
        if not where:
            yield f"package {package.code}", f"No lot in force does {package.work_type}."
        for lot in where:
            lacking = sorted(in_lot[lot.code] - priced.get((lot.code, package.code), set()))
            if lacking:
                yield (
                    f"package {package.code}",
                    f"In lot {lot.code} not priced by {named(lacking)}.",
                )


def _holds(known: tuple[int, int] | None, year: int) -> bool:
    return known is not None and known[0] <= year <= known[1]
