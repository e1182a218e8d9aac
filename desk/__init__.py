"""The desk: what officers, managers and operators see and ask. It records; flows move."""
