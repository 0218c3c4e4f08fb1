"""The settings of the tests: the real ones, with what only a test may do."""

import atexit
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("NUANBAN_MODE", "test")

from config.settings import *  # noqa: F403
from config.settings import CACHES, REDIS_URL

# Hashing well takes long on purpose, and no test is about it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Processes that test side by side must not take each other's tasks: each has a numbered database
# of its own in the broker, as pytest-django gives each a database of rows.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
REDIS_URL = urlsplit(REDIS_URL)._replace(path=f"/{int(_worker) + 1}").geturl()
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {**CACHES["default"], "LOCATION": REDIS_URL}}

# Photos that tests take are gone with them.
_media = tempfile.TemporaryDirectory(prefix="nuanban-media-")
atexit.register(_media.cleanup)
MEDIA_ROOT = Path(_media.name)

# The test client and the live server find static files by themselves; nothing is collected.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]  # noqa: F405
