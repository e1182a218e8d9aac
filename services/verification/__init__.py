"""The invariants, each as a query for what breaks it and a sentence about every row it finds."""
