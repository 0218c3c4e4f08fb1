"""A photo of ours as an answer: never guessed at by a browser, and kept by nobody in between."""

from django.http import HttpResponse
from django.utils.cache import patch_cache_control

from audits.models import Evidence
from branches.models import BranchPhoto

# What an address shows never changes; a shift is long enough for a tablet to remember it.
KEPT_SECONDS = 60 * 60


def as_picture(row: BranchPhoto | Evidence) -> HttpResponse:
    """The photo itself. Whether it may be seen has been asked already."""
    with row.file.open() as kept:
        answer = HttpResponse(kept.read(), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(answer, private=True, max_age=KEPT_SECONDS, immutable=True)
    return answer
