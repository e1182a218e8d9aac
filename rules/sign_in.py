"""Signing in at the desk: how long a session lasts, what a password must be, how often to try."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from unicodedata import normalize

from rules.people import Role

PASSWORD_STANDS: Final = timedelta(minutes=10)
"""For how long a password just given does for what asks for it again."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""A session is marked as seen at most so often, so that reading pages writes nothing."""

AT_ONCE: Final = 20
"""How many sessions one person has at most; the one that was seen longest ago ends for another."""

INVITED_FOR: Final = timedelta(days=7)
FORGOTTEN_FOR: Final = timedelta(hours=1)

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200

MOVES_MONEY: Final = frozenset({Role.APPROVING_OFFICER, Role.FINANCE})
"""The roles that approve grants or release payments."""

OWN_WORDS: Final = (
    *("handrail", "council", "borough", "authority", "adaptation", "adaptations", "grant"),
    *("grants", "disabled", "facilities", "housing", "occupational", "therapist", "officer"),
    *("manager", "finance", "administrator", "auditor", "contractor", "changeme", "letmein"),
)
"""Words of this work, which a stranger would try first: they protect no password."""

SAFE_FROM: Final = 100_000_000
"""Tries that a password has to stand: what zxcvbn calls safely unguessable (3 of 4)."""

_BESIDE: Final = 8  # characters that a password has beside such words: ``handrail-2026!`` has six
_PARTS: Final = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Limits:
    """For how long somebody stays signed in: without a page, and at all."""

    idle: timedelta
    at_most: timedelta


@dataclass(frozen=True, slots=True)
class Spell:
    """When a session began, was last seen, and was ended, if it was."""

    begun_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


def stands(spell: Spell, *, limits: Limits, now: datetime) -> bool:
    """Say whether a session may still be used."""
    return spell.ended_at is None and now < runs_out_at(spell, limits=limits)


def runs_out_at(spell: Spell, *, limits: Limits) -> datetime:
    """Return when a session runs out unless another page is asked for."""
    return min(spell.begun_at + limits.at_most, spell.seen_at + limits.idle)


def password_stands(given_at: datetime | None, *, now: datetime) -> bool:
    """Say whether the password was given so lately that it need not be asked for again."""
    return given_at is not None and now - given_at < PASSWORD_STANDS


def as_typed_anywhere(password: str) -> str:
    """Return a password as every keyboard gives it: composed letters, nothing else changed."""
    return normalize("NFKC", password)


def own_words(email: str) -> tuple[str, ...]:
    """Return what a stranger would try first of somebody: words of their address and of this work.

    A password made of them is as good as what else is in it.
    """
    return (*_PARTS.findall(email.casefold()), *OWN_WORDS)


def _beside_own_words(folded: str, email: str) -> str:
    longest_first = sorted(own_words(email), key=len, reverse=True)
    return re.sub("|".join(longest_first), "", folded)


def password_problems(password: str, *, email: str, tries: int) -> tuple[str, ...]:
    """Return what is wrong with a password that somebody chose, in sentences.

    Length and what is guessed first, and no rule about kinds of characters: NCSC and NIST SP
    800-63B, 5.1.1.2.

    Args:
        tries: How many somebody would need who knows what people choose.
    """
    plain = as_typed_anywhere(password)
    return tuple(_wrong(plain, email.casefold(), tries))


def _wrong(plain: str, email: str, tries: int) -> Iterable[str]:
    if len(plain) < SHORTEST_PASSWORD:
        yield f"It must have at least {SHORTEST_PASSWORD} characters; three words make a good one."
    if len(plain) > LONGEST_PASSWORD:
        yield f"It may have at most {LONGEST_PASSWORD} characters."
    if plain.casefold().strip() in (email, email.partition("@")[0]):
        yield "It must not be your e-mail address."
    elif tries < SAFE_FROM or len(_beside_own_words(plain.casefold(), email)) < _BESIDE:
        yield "It is one of the first that anybody would try. Choose another, such as three words."


# ---- how often

FREE_TRIES: Final = {"account": 5, "address": 20}
"""How many tries may fail before the next has to wait: of one account, from one address."""

_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(minutes=15)
FORGIVEN_AFTER: Final = timedelta(hours=1)
"""After so long without a failure, those before are forgotten."""


def next_try_at(*, kind: str, failures: int, last_at: datetime) -> datetime:
    """Return when signing in may be tried again: at once at first, then later each time."""
    beyond = failures - FREE_TRIES[kind]
    if beyond < 0:
        return last_at
    return last_at + min(_FIRST_WAIT * (1 << min(beyond, 10)), _LONGEST_WAIT)


# ---- the second factor


def needs_second_factor(role: Role, *, asked_of: str) -> bool:
    """Say whether a role signs in with a code of an app as well.

    Args:
        asked_of: ``off``, ``money`` (who approves or releases it) or ``all``, as it is set.
    """
    return asked_of == "all" or (asked_of == "money" and role in MOVES_MONEY)


# ---- what is shown of a browser

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """Return what a browser says of itself in words: ``Firefox on Windows``."""
    browser = next((words for sign, words in _BROWSERS if sign in agent), "A browser")
    system = next((words for sign, words in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser
