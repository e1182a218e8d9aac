"""A partnership's years as they are on record, and the check of tables as documents print them."""
