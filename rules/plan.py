"""The PLAN rationale of a discretionary decision."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Plan:
    """Chichester's test for a discretionary decision: one sentence for each letter of PLAN."""

    proportionate: str
    legal: str
    auditable: str
    necessary: str

    def missing(self) -> tuple[str, ...]:
        """Return the letters of PLAN left without a sentence."""
        return tuple(item.name for item in fields(self) if not getattr(self, item.name).strip())
