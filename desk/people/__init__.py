"""Signing in at the desk, one's own sessions, and invitations to sign in."""
