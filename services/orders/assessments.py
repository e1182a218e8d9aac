"""What an officer agrees of a variation that is claimed: the quantities and sums, and why."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from rules.cases import COMPLETION_CERTIFICATES, DISABLED_ADAPTATION, MOBILITY_AID_60PLUS, RELIEFS
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.numbers import plain
from rules.people import OFFICERS
from rules.pricing.works import MAX_QUANTITY, MAX_RATE
from rules.rates.terms import PLACES
from rules.typed import read_words
from rules.variations import LIMB_WORDS, Limb
from services.pricing.works import read_reliefs

_OFFERS: Final = "claimed_lines"


@decided(
    "assess-variation",
    at=None,
    by=OFFICERS,
    any_time=True,
    plan="Whether more works are met by the grant is discretionary (s.34(5)).",
)
class AssessVariation(BaseDecision):
    """What is agreed of a variation, line by line, and why where it is not as claimed."""

    agreed_quantities: Mapping[int, Decimal] = particular(
        "The quantity agreed of a line, where it is not as claimed.",
        "--agreed-quantity",
        default_factory=dict,
        entry="LINE=QUANTITY",
        label="Quantity agreed",
        hint="Only of lines where it is not as claimed.",
        offers=_OFFERS,
    )
    agreed_sums: Mapping[int, int] = particular(
        "The net sum agreed of a quoted line, where it is not as claimed.",
        "--agreed-sum",
        default_factory=dict,
        unit="pounds",
        entry="LINE=POUNDS",
        label="Net sum agreed of a quoted line",
        hint="Only of quoted lines where it is not as claimed.",
        offers="claimed_quoted",
    )
    not_agreed: tuple[int, ...] = particular(
        "A line of which nothing is agreed.",
        default=(),
        entry="LINE",
        label="Lines that are not agreed",
        offers=_OFFERS,
    )
    why: Mapping[int, str] = particular(
        "Why a line is not agreed as it was claimed.",
        default_factory=dict,
        entry="LINE=WHY",
        label="Why it is not as claimed",
        hint="Of each line above; the contractor reads it.",
        offers=_OFFERS,
    )
    locations: Mapping[int, str] = particular(
        "Where in the home a line that is added goes, where it is not as claimed.",
        "--location",
        default_factory=dict,
        entry="LINE=ROOM",
        example="7=Bathroom",
        label="Where a line that is added goes",
        hint="Only where it is not as claimed.",
        offers="claimed_added",
        seldom=True,
    )
    reliefs: Mapping[int, tuple[str, ...]] = particular(
        f"The VAT relief of other work, {' or '.join(sorted(RELIEFS))}; none if left out.",
        "--relief",
        default_factory=dict,
        entry="LINE=RELIEF",
        reads=read_reliefs,
        label="VAT relief of other work",
        hint="Only of work that no schedule has; without one it is standard-rated.",
        offers="claimed_bespoke",
        among={
            DISABLED_ADAPTATION: "Disabled adaptation",
            MOBILITY_AID_60PLUS: "Mobility aid, aged 60 or over",
        },
    )
    certificates: Mapping[int, tuple[str, ...]] = particular(
        "Certificates that other work must end with.",
        default_factory=dict,
        entry="LINE=CERTIFICATES",
        example="7=building_control;electrical",
        reads=read_words,
        label="Certificates that other work must end with",
        hint="The schedule says it of its own lines.",
        offers="claimed_bespoke",
        among={name: name.replace("_", " ").capitalize() for name in COMPLETION_CERTIFICATES},
    )
    no_certificates: Mapping[int, str] = particular(
        "Why other work needs no certificate.",
        default_factory=dict,
        entry="LINE=WHY",
        label="Why other work needs no certificate",
        hint="Of other work: its certificates above, or why it needs none.",
        offers="claimed_bespoke",
    )
    limb: Limb | None = particular(
        "Where the works would cost more than was approved: what it is for (s.34(5)).",
        default=None,
        label="If it raises what was approved: what for",
        hint="Section 34(5): for circumstances beyond the applicant’s control only.",
    )

    in_control: bool = particular(
        "It was in the applicant's control.",
        "--in-applicants-control",
        default=False,
        label="It was in the applicant’s control",
    )

    @property
    def needs_plan(self) -> bool:
        """Whether it asks for the grant to be redetermined."""
        return self.limb is not None

    def problems(self) -> tuple[str, ...]:
        """Return what cannot be agreed, and what is said twice or not at all."""
        other = {*self.agreed_quantities, *self.agreed_sums}
        return (
            *(
                f"Line {line}: a quantity is above zero and at most {MAX_QUANTITY:,}, with at most "
                f"{PLACES} decimal places, not {str(quantity)[:40]}."
                for line, quantity in self.agreed_quantities.items()
                if not (plain(quantity, MAX_QUANTITY, PLACES) and quantity > 0)
            ),
            *(
                f"Line {line}: a sum is above zero and at most £{MAX_RATE:,}."
                for line, pence in self.agreed_sums.items()
                if not 0 < pence <= int(MAX_RATE * 100)
            ),
            *(
                f"Line {line} is either agreed at something, or not agreed."
                for line in sorted(other & set(self.not_agreed))
            ),
            *(
                f"Line {line}: say why it is not agreed as claimed."
                for line in sorted(other | set(self.not_agreed))
                if not self.why.get(line, "").strip()
            ),
            *(
                f"Line {line} either needs certificates or needs none."
                for line in sorted(self.certificates.keys() & self.no_certificates.keys())
            ),
            *_unknown(self.certificates, frozenset(COMPLETION_CERTIFICATES), "certificate"),
            *_unknown(self.reliefs, RELIEFS, "VAT relief"),
        )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        what, of = known(" {}", facts["variation"]), known(" of {}", facts["order"])
        agreed = known(" at {} with VAT", facts.pounds("agreed_pence"))
        claimed = known("; claimed were {}", facts.pounds("claimed_pence"))
        limb = known("; it is to raise the grant (s.34(5)): {}", LIMB_WORDS.get(facts["limb"]))
        return f"Variation{what}{of} is assessed{agreed}{claimed}{limb}."


def _unknown(
    said: Mapping[int, tuple[str, ...]], known_: frozenset[str], what: str
) -> Iterator[str]:
    for line, names in said.items():
        for name in names:
            if name not in known_:
                yield f"Line {line}: “{name[:40]}” is no {what}; use {', '.join(sorted(known_))}."
