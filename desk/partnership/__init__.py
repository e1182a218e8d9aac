"""A partnership's year: what it is agreed to cost, who pays what, and what would be otherwise."""
