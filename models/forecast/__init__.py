"""The forecast of running clocks from the history of such clocks, and how well it did."""
