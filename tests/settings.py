"""The settings of the tests: the real ones, with what only a test may do."""

import os

os.environ.setdefault("NUANBAN_MODE", "test")

from config.settings import *  # noqa: E402, F403

# Hashing well takes long on purpose, and no test is about it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
