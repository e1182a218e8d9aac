"""An authority's own letters: changed as a whole new version, once samples of all of them stand.

A letter that has left keeps its words: a document is its bytes, and a message carries the words
it was put up with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from adapters import clock, files, wording
from adapters.received import checked
from adapters.settings import settings
from models.asked import reference_row
from models.audit import note_service
from models.base import AnyRow, rows_by
from models.contacts import NEWEST_LETTERS, check_authority
from models.people import acting, name_of
from models.tables.reference import Authority, OwnLetter
from rules.clocks.dates import london_date
from rules.documents.own import EVERY, PLACES, Logo, Words, problems
from rules.documents.paper_lines import Contact
from rules.errors import (
    ChangedMeanwhileError,
    InvalidDocumentError,
    InvalidTermsError,
    UnknownReferenceError,
)
from rules.people import Actor, check_may_word_letters, may_see
from rules.reasons import too_thin
from services.documents.samples import WITH_WORDS, faults, own_sample
from services.session import reading, writing

LOGO_BYTES: Final = 1_000_000
SMALLEST_LOGO: Final = 60
"""Pixels that the longer side of a logo has at least, so that it can be read on paper."""

_KEEP: Final = insert(OwnLetter)
_VERSIONS: Final = rows_by(OwnLetter, "authority").order_by(OwnLetter.version.desc())
_AUTHORITIES: Final = rows_by(Authority).order_by(Authority.code)


@dataclass(frozen=True, slots=True)
class Version:
    """An authority's own letters as somebody made them, or as they are where nobody did.

    Args:
        number: 0 where there are none.
        words: By letter, by place.
    """

    number: int
    words: Words
    logo: Logo | None
    made_by: str
    made_at: datetime | None
    reason: str


NONE_YET: Final = Version(0, {}, None, "", None, "")


def newest(conn: Connection, *, authority: str) -> Version:
    """Return an authority's own letters as they stand."""
    row = reference_row(conn, NEWEST_LETTERS, authority=authority)
    return _version(conn, row) if row is not None else NONE_YET


def versions(conn: Connection, *, authority: str) -> list[Version]:
    """Return every version of an authority's own letters, the newest first."""
    return [_version(conn, row) for row in conn.execute(_VERSIONS, {"authority": authority})]


def _version(conn: Connection, row: AnyRow) -> Version:
    logo = Logo(row.logo_path, row.logo_sha256, row.logo_mime) if row.logo_path else None
    who = name_of(conn, row.made_by)
    return Version(row.version, row.words, logo, who, row.made_at, row.reason)


def authorities_served(conn: Connection, *, viewer: Actor) -> list[tuple[AnyRow, Version]]:
    """Return the authorities whose cases somebody may see, each with its own letters."""
    return [
        (row, newest(conn, authority=row.code))
        for row in conn.execute(_AUTHORITIES)
        if may_see(viewer, authority=row.code)
    ]


def sender(conn: Connection, *, authority: str, version: Version) -> Contact:
    """Return an authority as samples of its letters name it, with a version of its own ones."""
    row = next(one for one in conn.execute(_AUTHORITIES) if one.code == authority)
    known = Contact(name=row.name, email=row.email, address=row.address, phone=row.phone)
    return own_sample(known, words=version.words, logo=version.logo)


def word_problems(places: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is wrong with somebody's own words: the place, and a sentence."""
    printable = {place: wording.printable(text) for place, text in places.items()}
    return list(problems(places, printable=printable))


def change_letters(
    *,
    authority: str,
    letter: str,
    places: Mapping[str, str],
    by: str,
    reason: str,
    logo: bytes | None = None,
    no_logo: bool = False,
    over: int | None = None,
) -> int:
    """Give an authority words of its own in one letter, or another logo; return the version.

    Args:
        letter: One of ``WITH_WORDS``, or ``EVERY``.
        places: By place, what stands there from now on; empty text for nothing. Others stay.
        logo: A picture as it was handed in.
        no_logo: Whether there is none any more.
        over: The version that was seen; None for whichever stands.

    Raises:
        HandrailError: They may not, or something is wrong with the words, the picture or a letter
            that was rendered with them; all of it is said. Nothing is changed.
    """
    now = clock.now()
    with reading() as conn:
        code = check_authority(conn, code=authority)
        if not code:
            raise UnknownReferenceError("Say which authority.", next_step="Give its code.")
        actor = acting(conn, identity=by, on=london_date(now))
        check_may_word_letters(actor=actor, authority=code)
        held = newest(conn, authority=code)
    _check(letter, places, reason)
    fresh = held.logo if logo is None and not no_logo else _logo(logo) if logo else None
    words = _merged(held.words, letter, _plain(places))
    version = Version(held.number + 1, words, fresh, actor.name, now, reason.strip())
    if (words, fresh) == (held.words, held.logo):
        raise InvalidTermsError("Nothing is changed: these letters stand so already.")
    with reading() as conn:
        tried = sender(conn, authority=code, version=version)
    if wrong := [f"{_called(one)}: {words}" for one, words in faults(tried)]:
        raise InvalidTermsError(
            "Samples of the letters show that they cannot stand so.",
            why=" ".join(wrong),
            next_step="Change the words or the picture; nothing has changed so far.",
        )
    with writing() as conn:
        stands = newest(conn, authority=code).number
        if stands != held.number or over not in (None, stands):
            raise ChangedMeanwhileError(
                "Somebody has changed these letters meanwhile.",
                next_step="Look at them as they are now, and change them again.",
            )
        _keep(conn, code, version, by=actor.identity)
    return version.number


def _check(letter: str, places: Mapping[str, str], reason: str) -> None:
    wrong = [f"{place.capitalize()}: {words}" for place, words in word_problems(_plain(places))]
    if letter != EVERY and letter not in WITH_WORDS:
        wrong.append(f"There is no letter “{letter}”; use {EVERY}, {', '.join(WITH_WORDS)}.")
    if not reason.strip() or too_thin(reason):
        wrong.append(too_thin(reason) if reason.strip() else "Say why the letters change.")
    if wrong:
        raise InvalidTermsError(
            "These words cannot stand in a letter.",
            why=" ".join(wrong),
            next_step="Change them; nothing has changed so far.",
        )


def _plain(places: Mapping[str, str]) -> dict[str, str]:
    return {place: text.replace("\r\n", "\n").strip() for place, text in places.items()}


def _logo(data: bytes) -> Logo:
    """Store a picture drawn anew, as PNG or JPEG.

    Raises:
        InvalidDocumentError: It is none, or too small or large to be one.
    """
    sound = checked(data, most_bytes=LOGO_BYTES)
    if not sound.mime.startswith("image/"):
        raise InvalidDocumentError("A logo is a picture.", next_step="Give a PNG or a JPEG.")
    if sound.longer_side < SMALLEST_LOGO:
        raise InvalidDocumentError(
            f"The logo has {sound.longer_side} pixels at its longer side.",
            next_step=f"Give one with {SMALLEST_LOGO} or more, so that it can be read on paper.",
        )
    kept = files.store(folder=settings().documents_folder, data=sound.data, suffix=sound.suffix)
    return Logo(kept.path, kept.sha256, sound.mime)


def _merged(words: Words, letter: str, places: Mapping[str, str]) -> dict[str, dict[str, str]]:
    held = {**words.get(letter, {}), **places}
    mine = {place: held[place] for place in PLACES if held.get(place)}
    both = {one: dict(said) for one, said in words.items()} | {letter: mine}
    return {one: said for one, said in both.items() if said}


def _called(letter: str) -> str:
    return letter.replace("_", " ").capitalize()


def _keep(conn: Connection, authority: str, version: Version, *, by: str) -> None:
    logo = version.logo or Logo("", "", "")
    conn.execute(
        _KEEP,
        {
            "authority": authority,
            "version": version.number,
            "words": version.words,
            "logo_path": logo.path,
            "logo_sha256": logo.sha256,
            "logo_mime": logo.mime,
            "made_by": by,
            "made_at": version.made_at,
            "reason": version.reason,
        },
    )
    note_service(
        conn,
        now=version.made_at or clock.now(),
        actor=by,
        action=f"letters: {authority} version {version.number}",
        reason=version.reason,
        detail={"authority": authority, "version": version.number, "logo": logo.sha256},
    )
