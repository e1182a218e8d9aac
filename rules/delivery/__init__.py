"""Who delivers: which council another one follows, from a day on, and what becomes of its own."""
