"""The registers: looked up, and a record corrected or added with a reason."""

from collections.abc import Collection
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from adapters import clock
from desk.imports.registers import REGISTERS, Register, by_authority, index
from desk.imports.standing import standing_of
from desk.imports.words import named, plural, shown
from desk.web.numbers import Counted
from desk.web.page import Viewer, day_words, page
from rules.errors import StepNotOpenError
from rules.imports import spec
from rules.people import Actor
from rules.powers import may_correct
from rules.reports.work import check_may_see
from services.imports.one_record import version_to_change
from services.imports.records import Record, find_records, record_of
from services.imports.versions import version_on, versions
from services.session import AnyRow, Connection, reading

router = APIRouter()

_A_PAGE: Final = 50
_HANGS_AT_MOST: Final = 100


@router.get("/registers")
def registers(request: Request, viewer: Viewer) -> Response:
    """Show what registers there are."""
    return page(request, "imports/pages/registers.html", {"index": index(viewer)}, viewer=viewer)


def _listing(address: str, register: Register) -> None:
    """Make the pages of one register: its list, and one record of it."""

    @router.get(f"/{address}", name=f"{address} list")
    def listed(
        request: Request, viewer: Viewer, q: str = "", number: Counted = 1, version: Counted = 0
    ) -> Response:
        return _listed(request, viewer, register, q=q, number=max(1, number), version=version)

    if register.hangs:

        @router.get(f"/{address}/{{code:path}}", name=f"{address} one")
        def one(request: Request, viewer: Viewer, code: str) -> Response:
            return _one(request, viewer, register, code)


def _listed(
    request: Request, viewer: Actor, register: Register, *, q: str, number: int, version: int
) -> Response:
    check_may_see(actor=viewer, roles=register.roles, what=register.title)
    with reading() as conn:
        of_version = versions(conn) if register.kind == "schedule" else []
        chosen = version_on(of_version, chosen=version, today=clock.today())
        found = find_records(
            conn,
            kind=register.kind,
            viewer=viewer,
            text=q,
            limit=_A_PAGE,
            offset=(number - 1) * _A_PAGE,
            version=chosen.id if chosen else None,
        )
        add, closed = _add(viewer, register.kind), ""
        if register.kind == "schedule":
            add, closed = _add_to_version(conn, viewer, chosen)
    changes = not register.hangs and register.kind != "schedule"
    values = {
        "register": register,
        "records": [
            (_address(register, one), changes and _change(viewer, one), shown(one, register.listed))
            for one in found.records
        ],
        "columns": [named(name) for name in register.listed],
        "q": q,
        "total": found.total,
        "number": number,
        "pages": max(1, -(-found.total // _A_PAGE)),
        "link": lambda page: f"?{urlencode({'q': q, 'number': page, 'version': version})}",
        "versions": [
            (one.id, f"{one.schedule} from {day_words(one.valid_from)}") for one in of_version
        ],
        "version": chosen.id if chosen else 0,
        "changes": changes,
        "add": add,
        "closed": closed,
    }
    return page(request, "imports/pages/register.html", values, viewer=viewer)


def _one(request: Request, viewer: Actor, register: Register, code: str) -> Response:
    kind = register.kind
    with reading() as conn:
        record = record_of(conn, kind=kind, key={spec(kind).key[0]: code}, viewer=viewer)
        hangs = [
            find_records(conn, kind=other, viewer=viewer, only={column: code}, limit=_HANGS_AT_MOST)
            for other, column in register.hangs
        ]
        standing = standing_of(conn, kind=kind, code=code, viewer=viewer)
    tables = []
    whose = (record.values["authorities"] or ("",)) if "authorities" in record.values else ()
    links: dict[tuple[str, str], str] = {}
    for (other, column), found in zip(register.hangs, hangs, strict=True):
        if other == "lot_contractors":  # shown with how they stand
            links = {
                (one.cells["lot"], one.cells["contractor"]): _change(viewer, one, of=whose)
                for one in found.records
            }
            continue
        names = [one.name for one in spec(other).columns if one.name != column]
        rows = [(_change(viewer, one, of=whose), shown(one, names)) for one in found.records]
        tables.append(
            {
                "title": plural(other),
                "columns": [named(name) for name in names],
                "rows": rows,
                "left": found.total - len(rows),
                "add": _add(viewer, other, of=whose, **{column: code}),
            }
        )
    values = {
        "register": register,
        "address": request.url.path.split("/")[1],
        "code": code,
        "facts": list(
            zip(map(named, record.cells), shown(record, tuple(record.cells)), strict=True)
        ),
        "change": _change(viewer, record),
        "tables": tables,
        **standing,
        "links": links,
        "may_look": bool(_add(viewer, "contractor_documents", of=whose)),
        "may_hand_in": any(_add(viewer, "contractor_documents", of=[one]) for one in whose),
        "appoint": _add(viewer, "lot_contractors", of=whose, **{spec(kind).key[0]: code}),
        "done": request.query_params.get("done") == "yes",
    }
    return page(request, "imports/pages/record.html", values, viewer=viewer)


def _address(register: Register, record: Record) -> str:
    if not register.hangs and register.kind != "schedule":
        return ""
    place = next(name for name, one in REGISTERS.items() if one is register)
    return f"/{place}/{quote(record.cells[spec(register.kind).key[0]], safe='')}"


def _change(viewer: Actor, record: Record, *, of: Collection[str] = ()) -> str:
    """Return where a record is changed; empty where the viewer may not.

    Args:
        of: The authorities of the record that it hangs on.
    """
    whose = record.values.get("authorities") or of or [record.cells.get("authority", "")]
    if not all(may_correct(viewer, kind=record.kind, authority=one) for one in whose):
        return ""
    return f"/registers/{record.kind}/change?{urlencode(record.key)}"


def _add(viewer: Actor, kind: str, *, of: Collection[str] = (), **known: str) -> str:
    """Return where a record is added; empty where the viewer may not.

    Args:
        of: The authorities of the record that it is to hang on.
    """
    own = min(viewer.authorities, default="") if by_authority(kind) else ""
    may = all(may_correct(viewer, kind=kind, authority=one) for one in of or [own])
    return f"/registers/{kind}/new?{urlencode(known)}".rstrip("?") if may else ""


def _add_to_version(conn: Connection, viewer: Actor, version: AnyRow | None) -> tuple[str, str]:
    """Return where an item is added to a version of the schedule, and why none is."""
    if version is None:
        return "", ""
    key = {"schedule": version.schedule, "valid_from": version.valid_from.isoformat()}
    try:
        version_to_change(conn, key=key)
    except StepNotOpenError as error:
        return "", f"{error.what} {error.next_step}"
    return _add(viewer, "schedule", **key), ""


for _place, _register in REGISTERS.items():
    _listing(_place, _register)
