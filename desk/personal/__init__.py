"""Personal data: retention, and what is held on somebody."""
