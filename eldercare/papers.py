"""The photo of a signed authorisation: cleaned, sealed, and read on record only."""

import base64

from accounts.models import User
from eldercare.models import Consent, ConsentPaper
from eldercare.models.reveal import Revealed
from eldercare.reveals import record
from foundation.photos import Photo


def keep_paper(*, consent: Consent, photo: Photo) -> ConsentPaper:
    """Keep it with its consent, in the consent's own transaction."""
    picture = base64.b64encode(photo.clean).decode()
    return ConsentPaper.objects.create(consent=consent, picture=picture)


def read_paper(*, paper: ConsentPaper, why: str, actor: User) -> bytes:
    """The JPEG; the reading is on record before anybody sees it.

    Raises:
        NotAllowed: the role may not see details in full.
        InvalidInput: no reason.
    """
    record(paper.consent.representative.customer, Revealed.PAPER, why, actor)
    return base64.b64decode(paper.picture)
