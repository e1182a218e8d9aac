"""Links to contractors' pages, and what contractors ask there."""
