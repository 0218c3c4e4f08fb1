"""``bin/serve``: the servers, the web, the worker and beat, started and stopped as one.

- ``venv.py`` makes ``.venv``; it runs before anything is installed.
- ``places.py`` says where things are kept; ``account.py`` which account the servers run as.
- ``embedded.py`` is PostgreSQL and Valkey from their wheels; ``processes.py`` any child process.
- ``words.py`` compiles translations; ``prepare.py`` brings rows and the rest up to date, in
  one Django process.
- ``main.py`` is the launcher; ``errands.py`` runs tests and benchmarks on servers to throw away.
"""
