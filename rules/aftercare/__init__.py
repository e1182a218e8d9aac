"""Aftercare: defects and recalls, servicing, the charge, what is outstanding and what lapses."""
