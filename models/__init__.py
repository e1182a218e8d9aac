"""The models: what Handrail remembers. Tables by aggregate, their queries and constraints."""
