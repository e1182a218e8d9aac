"""What entries say of rows, and those of a ledger taken one after the other.

An entry has, by table, how it is written and its rows by key. Of a row it says, with points
between: ``a`` where it may be new, ``f`` where what stays was set, and the digest of what stays;
then each moving column with its digest, after ``:`` where a statement set it, after ``;`` where it
is only told of a row that may be new. A column that is NULL has no digest.

An entry of an earlier version (letters of ``ADDED`` and so on) holds every row of its table: the
digest of what stays and, after a point, that of all that moves.
"""

from binascii import b2a_base64
from hashlib import sha256
from typing import Any, Final, TypeAlias

from models.evidence import CHAIN, literals

Entry: TypeAlias = dict[str, Any]
"""By table: how it was written, and its rows' words by key."""

Held: TypeAlias = dict[str, str]
"""What is held of a row: the digests of what stays and of what moves, whole or by its columns."""

NAMED, REMOVED, COLUMNS = "n", "r", "c"
ADDED, FIXED, MOVED = "a", "f", "m"
STAYS, WHOLE = "", "*"
_DIGEST: Final = 20


def digest(words: str, *, size: int = 15) -> str:
    """Return the digest of a part of a row; empty for no words.

    Args:
        size: How many bytes of the SHA-256.
    """
    if not words:
        return ""
    return b2a_base64(sha256(words.encode()).digest()[:size], newline=False).decode()


def parts(fixed: str, moving: str) -> str:
    """Return the digests of a row: of what stays, and of what moves."""
    return f"{digest(fixed)}.{digest(moving)}"


def columns_of(moving: str) -> dict[str, str]:
    """Return the digest of each column that moves, by name, of those that are not NULL."""
    return {name: digest(f"{name}={said}", size=9) for name, said in literals(moving)}


def is_as_held(held: Held, fixed: str, moving: str) -> bool:
    """Say whether a row is as it is held."""
    if held[STAYS] != digest(fixed):
        return False
    if WHOLE in held:
        return len(held) == len((STAYS, WHOLE)) and held[WHOLE] == digest(moving)
    known = {name: one for name, one in held.items() if name != STAYS and one}
    return known == (columns_of(moving) if known or moving else {})


def replayed(held: dict[str, dict[str, Held]], entry: Entry) -> None:
    """Take an entry over into what is held by table, as far as it says that ours can have done."""
    for name, (how, rows) in entry.items():
        if name == CHAIN:
            continue
        known = held.setdefault(name, {})
        if REMOVED in how:
            for key in known.keys() - rows.keys():
                del known[key]
        if how == COLUMNS:
            _by_columns(known, rows)
        elif NAMED in how:
            for key, words in rows.items():
                _named(known, key, words)
        else:
            _of_earlier(known, how, rows)


def _named(known: dict[str, Held], key: str, words: str) -> None:
    """Take over what a statement wrote of one row."""
    first, *said = words.split(".")
    flags, stays = first[:-_DIGEST], first[-_DIGEST:]
    columns = {one.replace(";", ":").partition(":")[0]: one for one in said}
    if key not in known:
        if ADDED in flags:
            told = {name: one[len(name) + 1 :] for name, one in columns.items()}
            known[key] = {STAYS: stays} | told
        return
    if FIXED in flags:
        known[key][STAYS] = stays
    known[key] |= {n: one[len(n) + 1 :] for n, one in columns.items() if one[len(n)] == ":"}


def _by_columns(known: dict[str, Held], rows: dict[str, str]) -> None:
    """Hold what moves by its columns from here on, of each row that is as it was held."""
    for key, words in rows.items():
        whole, *said = words.split(".")
        if key in known and known[key].get(WHOLE) == whole:
            told = (one.partition(":") for one in said)
            known[key] = {STAYS: known[key][STAYS]} | {name: one for name, _, one in told}


def _of_earlier(known: dict[str, Held], how: str, rows: dict[str, str]) -> None:
    """Take over an entry that says how its table was written, and not which rows."""
    for key, found in rows.items():
        stays, _, moves = found.partition(".")
        if key not in known:
            if ADDED in how:
                known[key] = {STAYS: stays, WHOLE: moves}
            continue
        stood = known[key]
        kept = {STAYS: stays if FIXED in how else stood[STAYS]}
        moved = {name: one for name, one in stood.items() if name != STAYS}
        known[key] = kept | ({WHOLE: moves} if MOVED in how else moved)
