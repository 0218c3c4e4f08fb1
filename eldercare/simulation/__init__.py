"""Believable days of a lobby, replayed through the same dispatch code that the board asks."""
