"""How a contractor or a lot stands today, above the records of it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from adapters import clock
from desk.web.sessions import real_now
from rules.people import Actor, Role
from rules.tenders.held_documents import DocumentState
from services.consents.register import provider_standing
from services.imports.handed import handed_in
from services.interchange.keys import keys_of, taken_at
from services.session import Connection
from services.tenders.contractor_view import contractor_standing
from services.tenders.lot_view import lot_standing

_Asked: TypeAlias = Callable[[Connection, str, Actor], dict[str, Any]]

TAGS: Final = MappingProxyType({DocumentState.VALID: "good", DocumentState.SOON: "warn"})
"""How the tag of a state looks; of any other, nothing is offered."""


def standing_of(conn: Connection, *, kind: str, code: str, viewer: Actor) -> dict[str, Any]:
    """Return how a record of a register stands, with the template that shows it; none for most."""
    ask = _ASKED.get(kind)
    return ask(conn, code, viewer) if ask else {"standing": ""}


def _contractor(conn: Connection, code: str, viewer: Actor) -> dict[str, Any]:
    found = contractor_standing(conn, code=code, viewer=viewer, on=clock.today())
    lapsing = [one for one in found.documents if one.state is DocumentState.SOON]
    barred = [one for one in found.documents if one.required and one.state.bars]
    return {
        "standing": "tenders/pages/contractor.html",
        "handed": handed_in(conn, contractor=code),
        "now": found,
        "barred": barred,
        "lapsing": lapsing,
        "tags": TAGS,
        "keys": [one for one in keys_of(conn, code=code) if taken_at(one, real_now())],
        "administers": viewer.role is Role.ADMINISTRATOR,
    }


def _lot(conn: Connection, code: str, _viewer: Actor) -> dict[str, Any]:
    found = lot_standing(conn, code=code, on=clock.today())
    return {"standing": "tenders/pages/lot.html", "lot": found}


def _provider(conn: Connection, code: str, _viewer: Actor) -> dict[str, Any]:
    found = provider_standing(conn, code=code, on=clock.today())
    return {"standing": "consents/pages/provider.html", "permitted": found}


_ASKED: Final[Mapping[str, _Asked]] = MappingProxyType(
    {"contractors": _contractor, "lots": _lot, "providers": _provider}
)
