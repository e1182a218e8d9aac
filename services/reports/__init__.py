"""What is late and what will be, on any date, and the statutory board."""
