"""Personal data: what is erased of closed cases, and what is given out of what is held."""
