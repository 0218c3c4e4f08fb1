"""The demonstration region, populations of any size, and the tour. Nothing of ours imports it."""
