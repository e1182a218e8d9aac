"""An authority's own letters: its logo, and paragraphs of its own in named places of a letter.

They are plain text with a few fields, filled by plain replacement: nothing in them is ever run.
They stand beside what a letter says by itself, which nobody can take out: the sentences that the
Act asks for are in every copy.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

EVERY: Final = "every"
"""What stands for every letter that has no words of its own in that place."""

PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "opening": "after the greeting",
        "closing": "before the signature",
        "contact": "how to reach the authority, after the closing words",
        "signature": "below the officer’s name, in place of the authority’s",
    }
)
"""Where an authority may have words of its own, and where that is."""

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "case_reference": "the case’s reference",
        "works_title": "the works in a few words",
        "authority_name": "the authority’s name",
        "authority_phone": "its telephone number",
        "authority_email": "its e-mail address",
    }
)
"""What may be written in braces, and what stands there in a letter."""

LONGEST: Final = 1_500
"""Characters of one paragraph of theirs."""

LONGEST_WORD: Final = 60
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_MARKS: Final = ("{{", "{%", "{#", "}}", "%}")

Words = Mapping[str, Mapping[str, str]]
"""By letter, or ``EVERY``: by place, what stands there."""


@dataclass(frozen=True, slots=True)
class Logo:
    """Where a logo is kept: PNG or JPEG."""

    path: str
    sha256: str
    mime: str


@dataclass(frozen=True, slots=True)
class OwnLetters:
    """An authority's own letters for one case: its words with their fields filled.

    Args:
        words: As ``Words``.
    """

    logo: Logo | None = None
    words: Words = field(default_factory=dict, hash=False)

    def of(self, letter: str) -> dict[str, str]:
        """Return what stands in each place of a letter that has words there."""
        both = {**self.words.get(EVERY, {}), **self.words.get(letter, {})}
        return {place: both[place] for place in PLACES if both.get(place)}


NONE_OWN: Final = OwnLetters()
"""What has no letters of its own."""


def filled(words: Words, values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return words with the value of each field in its place."""
    return {
        letter: {
            place: _FIELD.sub(lambda found: values.get(found[1], found[0]), text)
            for place, text in places.items()
        }
        for letter, places in words.items()
    }


def problems(
    places: Mapping[str, str], *, printable: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with somebody's own words: the place, and a sentence.

    Args:
        places: By place, what is to stand there.
        printable: The same without what cannot be printed.
    """
    for place, text in places.items():
        if place not in PLACES:
            yield place, f"There is no place “{place}”; there are {', '.join(PLACES)}."
            continue
        if len(text) > LONGEST:
            yield place, f"It has {len(text):,} characters, and {LONGEST:,} are the most."
        if text != printable[place]:
            yield place, "It holds a character that cannot be printed; type it anew."
        if any(mark in text for mark in _MARKS):
            yield place, "It holds a mark of a program, such as {{ or {%: nothing is run here."
            continue
        for found in _FIELD.finditer(text):
            if found[1] not in FIELDS:
                known = ", ".join(f"{{{name}}}" for name in FIELDS)
                yield place, f"There is no {found[0]}; there are {known}."
        left = _FIELD.sub("", text)
        if "{" in left or "}" in left:
            yield place, "A brace stands alone; write a field such as {case_reference}."
        if long := next((word for word in text.split() if len(word) > LONGEST_WORD), ""):
            yield place, f"“{long[:30]}…” is a word longer than {LONGEST_WORD} letters."
