"""Back-ups: a service copied while it runs, and brought back."""
