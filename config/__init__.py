"""Wiring only, no rules."""
