"""Recording decisions at the command line."""
