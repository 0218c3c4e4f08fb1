"""The photo of somebody who comes, for whoever was handed its link by a page that names them.

The link is signed: it can be neither guessed nor changed, names nobody, and is good for two days.
"""

from datetime import timedelta

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from branches.models import Staff
from branches.photos import face_or_none
from web.photos import as_picture

SALT = "elder.faces"
GOOD_FOR = timedelta(days=2)


@require_safe
def face(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """One face, as long as it is that person's photo."""
    try:
        photo = face_or_none(signing.loads(token, salt=SALT, max_age=GOOD_FOR))
    except signing.BadSignature as error:
        raise Http404(_("This link is not good any more.")) from error
    if photo is None:
        raise Http404(_("There is no photo here."))
    return as_picture(photo)


def address_of_face(person: Staff) -> str:
    """Where this person's photo is shown; empty when there is none."""
    if person.photo_id is None:
        return ""
    return reverse("elder:face", args=[signing.dumps(person.photo_id, salt=SALT)])
