"""The clocks of a case: rows that are started, stopped, moved and looked at again as a whole."""
