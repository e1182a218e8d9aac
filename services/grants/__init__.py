"""Who pays: funding lines, waivers, budgets, the waterfall shown and printed."""
