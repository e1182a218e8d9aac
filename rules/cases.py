"""What a case is: how a home is held, how complex, for which purpose; units and VAT reliefs."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

DISABLED_ADAPTATION = "disabled_adaptation"
MOBILITY_AID_60PLUS = "mobility_aid_60plus"
RELIEFS: Final = frozenset({DISABLED_ADAPTATION, MOBILITY_AID_60PLUS})

UNITS = ("item", "m", "m2", "m3", "hour", "day", "set", "each")

COMPLETION_CERTIFICATES: Final = (
    "electrical",
    "gas",
    "building_control",
    "lift_commissioning",
    "fensa",
)
"""The certificates that a line of works may have to end with."""

PURPOSES: Final[Mapping[str, str]] = {
    "a": "access to and from the dwelling",
    "b": "making the dwelling safe",
    "c": "access to a room used as the principal family room",
    "d": "access to, or provision of, a room for sleeping",
    "e": "access to, or provision of, a lavatory",
    "f": "access to, or provision of, a bath or shower",
    "g": "access to, or provision of, a wash basin",
    "h": "preparing and cooking food",
    "i": "heating",
    "j": "use of power, light or heat",
    "k": "access and movement to care for another person",
    "l": "access to and from a garden",
}
"""The purposes of s.23(1), by letter."""


class NoteKind(StrEnum):
    """What was said or seen, for a case's file."""

    NOTE = "note"
    CALL = "call"
    VISIT = "visit"


class AccessKind(StrEnum):
    """What to know before going to a home."""

    KEY_SAFE = "key_safe"
    DOG = "dog"
    CARER = "carer"
    TWO_AT_A_VISIT = "two_at_a_visit"
    VULNERABILITY = "vulnerability"
    OTHER_ACCESS = "other_access"

    @property
    def words(self) -> str:
        """As people read it: ``Key safe``."""
        return self.value.removeprefix("other_").replace("_", " ").capitalize()


class LinkOf(StrEnum):
    """Whose page a link leads to."""

    CONTRACTOR = "contractor"
    CLIENT = "client"
    LANDLORD = "landlord"


class ReceivedKind(StrEnum):
    """What a document that was received is."""

    DRAWING = "drawing"
    PHOTOGRAPH = "photograph"
    SIGNED_FORM = "signed_form"
    CERTIFICATE = "certificate"
    ASBESTOS = "asbestos"
    QUOTE = "quote"
    LETTER = "letter"
    INVOICE = "invoice"
    OTHER = "other"


class Reached(StrEnum):
    """Whose contact details a case holds."""

    CLIENT = "client"
    ALTERNATIVE = "alternative"
    LANDLORD = "landlord"


class Tenure(StrEnum):
    """How a client holds the home."""

    OWNER = "owner"
    PRIVATE_TENANT = "private_tenant"
    RP_TENANT = "rp_tenant"
    COUNCIL_TENANT = "council_tenant"
    LICENSEE = "licensee"


class Complexity(StrEnum):
    """How complex a case is."""

    SIMPLE = "simple"
    COMPLEX = "complex"


class ConsentAnswer(StrEnum):
    """How a request for the landlord's consent can end."""

    GRANTED = "granted"
    REFUSED = "refused"
    TREATED_AS_GIVEN = "treated_as_given"


SURVEY_QUESTIONS: Final = (
    "respect_and_dignity",
    "communication",
    "responsiveness",
    "reliability",
    "contractors",
    "overall",
)
"""HEART's six questions; ``overall`` is its own question, not the mean of the others."""


class Mark(IntEnum):
    """A mark of the survey."""

    POOR = 1
    WEAK = 2
    FAIR = 3
    GOOD = 4
    EXCELLENT = 5

    @property
    def words(self) -> str:
        """As a form offers it: its number, and at the ends of the scale what it means."""
        ends = self in (Mark.POOR, Mark.EXCELLENT)
        return f"{self.value}, {self.name.lower()}" if ends else str(self.value)


SURVEY_LOWEST, SURVEY_HIGHEST = Mark.POOR.value, Mark.EXCELLENT.value
"""The survey's one scale, on paper, in commands and on record: 1 is poor, 5 excellent."""
