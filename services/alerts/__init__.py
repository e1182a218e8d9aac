"""Alerts: raised when their day has come, told when people are at work, handled, and cleared."""
