"""Schedules of rates, works made of their items, and prices: estimated, kept, shown."""
