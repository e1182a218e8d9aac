"""Links to a page for somebody without an account: a random name, and our signature on it.

The database knows the name alone, from which nobody can make the link without the key; so neither
it nor a copy of it, nor a message that is kept in it, lets anybody in.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from adapters.sealing import digest, link_key
from adapters.settings import settings
from rules.people import Role

PAGE: Final = "page"
"""The value of a message that is the name of a link, and the link itself as it leaves."""

UNSEEN: Final = "(a link that stands in the e-mail alone)"
"""What is shown in its place to everybody but its reader."""

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_SIGNED: Final = 48  # hexadecimal digits, 192 bits


def fresh_name() -> str:
    """Return 128 random bits, as an address may hold them."""
    return secrets.token_urlsafe(16)


PLACES: Final[Mapping[Role, str]] = MappingProxyType(
    {Role.CONTRACTOR: "o", Role.CLIENT: "k", Role.LANDLORD: "c"}
)
"""Where the pages of each are: what their addresses begin with."""

_WHOSE: Final = {place: role for role, place in PLACES.items()}


def placed(name: str, *, role: Role) -> str:
    """Return the name of a link as a message holds it, such as ``k/NAME`` for a client's."""
    return f"{PLACES[role]}/{name}"


def token_of(name: str) -> str:
    """Return what the link of a name holds; a name without its place is a contractor's.

    Raises:
        StorageError: The key cannot be read or made.
    """
    place, bare = _parts(name)
    return f"{bare}.{_signature(bare, _WHOSE[place])}"


def address_of_link(name: str) -> str:
    """Return the address that the link of a name leads to."""
    return f"{settings().desk_address}/{_parts(name)[0]}/{token_of(name)}"


def name_in(token: str, *, role: Role) -> str | None:
    """Return the name that a token holds, or None where we did not sign it for such a page."""
    name, _, signature = token.partition(".")
    if not _NAME.fullmatch(name):
        return None
    ours = _signature(name, role).encode()
    return name if hmac.compare_digest(ours, signature.encode("utf-8", "replace")) else None


def _parts(name: str) -> tuple[str, str]:
    place, _, bare = name.rpartition("/")
    return place or PLACES[Role.CONTRACTOR], bare


def _signature(name: str, role: Role) -> str:
    return digest(f"{role} link {name}", key=link_key())[:_SIGNED]


def with_links(values: Mapping[str, Any], *, link: Callable[[str], str]) -> dict[str, Any]:
    """Return the values of a message with what stands in it for each link.

    Args:
        link: Makes that of a link's name: ``address_of_link`` as it leaves.
    """
    return {key: _linked(key, value, link) for key, value in values.items()}


def _linked(key: str, value: Any, link: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return with_links(value, link=link)
    if isinstance(value, list):
        return [_linked(key, one, link) for one in value]
    return link(value) if key == PAGE and value else value
