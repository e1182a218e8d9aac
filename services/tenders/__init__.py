"""Tenders: lots and their terms, the ledger of turns, baskets, routes, and awards in words."""
