"""Back-ups."""
