"""Which authority stands today for one that was followed: for figures from before and after."""

from models.succession_queries import carried_out, present_authorities

__all__ = ["carried_out", "present_authorities"]
