"""Batch awards: requests, the problem as it stands, decisions on a proposal, what is shown."""
