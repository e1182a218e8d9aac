"""A grant in proportion to what the works came to, where they were cheaper than estimated (s.42).

Source: the Act, s.42, as the domain's notes have it: a cheaper out-turn reduces the grant in
proportion. The subsections' own words were not read, nor is a rounding in them known: half a
penny goes up.
"""

from dataclasses import dataclass

from rules.money import pounds


def share_of(pence: int, *, part: int, whole: int) -> int:
    """Return a sum in the proportion of a part to its whole, half a penny up."""
    return (2 * pence * part + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class Proportion:
    """What the approval rested on, what it came to, and what the grant pays of it; pence.

    Args:
        estimated_pence: Works with VAT, fees and charges, as approved.
        outturn_pence: The same as they came out.
        granted_pence: The grant as approved.

    Raises:
        ValueError: They came to no less.
    """

    estimated_pence: int
    outturn_pence: int
    granted_pence: int

    def __post_init__(self) -> None:
        if not 0 <= self.outturn_pence < self.estimated_pence:
            raise ValueError(
                f"{pounds(self.outturn_pence)} is no less than {pounds(self.estimated_pence)}."
            )

    def of(self, pence: int) -> int:
        """Return a sum that was to be paid of the estimate, in proportion."""
        return share_of(pence, part=self.outturn_pence, whole=self.estimated_pence)

    @property
    def grant_pence(self) -> int:
        """What the grant pays."""
        return self.of(self.granted_pence)

    @property
    def of_all(self) -> bool:
        """Whether the grant pays everything: what it pays is then the out-turn in any case."""
        return self.granted_pence == self.estimated_pence

    @property
    def working(self) -> str:
        """How it was reckoned, in a line."""
        return (
            f"{pounds(self.granted_pence)} × {pounds(self.outturn_pence)} ÷ "
            f"{pounds(self.estimated_pence)} = {pounds(self.grant_pence)}"
        )


def words_of(cheaper: Proportion | None, *, reduced: bool | None) -> str:
    """Return in sentences what works came to, and what the grant pays; empty where it is as is."""
    if cheaper is None or (cheaper.of_all and reduced is None):
        return ""
    came = (
        f"The works, fees and charges came to {pounds(cheaper.outturn_pence)}; "
        f"{pounds(cheaper.estimated_pence)} was approved."
    )
    if reduced is None:
        return f"{came} In proportion the grant would be {cheaper.working} (s.42): not decided."
    if not reduced:
        return f"{came} It was decided to leave the grant as approved (s.42)."
    return f"{came} The grant is reduced in proportion (s.42): {cheaper.working}."
