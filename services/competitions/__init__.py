"""Mini-competitions: their quotes, sealed and opened, compared, told of and shown."""
