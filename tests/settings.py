"""The settings of the tests: the real ones, with what only a test may do."""

import os

os.environ.setdefault("NUANBAN_MODE", "test")

from config.settings import *  # noqa: F403

# Hashing well takes long on purpose, and no test is about it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The test client and the live server find static files by themselves; nothing is collected.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]  # noqa: F405
