"""The flows: one file a procedure, each read from top to bottom as it is carried out."""
