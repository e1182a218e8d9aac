"""Reports, each declared once."""
