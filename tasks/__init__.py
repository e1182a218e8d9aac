"""The tasks: what Handrail does. One transaction, one message or one document each; safe twice."""
