"""What every room stands on: errors, the clock, moves, events, encrypted fields, locks."""
