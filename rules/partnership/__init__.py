"""A partnership's year: its budget, its capital, who contributes what, and tables as printed."""
