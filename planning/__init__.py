"""The home-visit planner: arrays in, routes out. Imports no Django and does no I/O of its own.

``planning.insertion``
    Where does one more visit fit without moving anybody's promise? Exact, in under a millisecond.
"""
