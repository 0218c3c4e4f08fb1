"""Photos that are taken in a branch: kept in a verb's own transaction, thrown away when they go.

A file whose transaction was taken back is litter under a name that nobody can guess; a row without
a file would be a lie, so the file is written first.
"""

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Actor, Permission, may
from branches.models import Branch, BranchPhoto, PhotoOf
from foundation.photos import Photo, read_photo


def cleaned_photo(data: bytes | None) -> Photo | None:
    """The photo that was sent, if one was, before anything is locked for it.

    Raises:
        InvalidInput: it is not a photo, damaged, or too large.
    """
    return read_photo(data) if data is not None else None


def keep_photo(
    photo: Photo | None, *, branch: Branch, of: PhotoOf, actor: User
) -> BranchPhoto | None:
    """Keep a cleaned photo; None stays None."""
    if photo is None:
        return None
    row = BranchPhoto(branch=branch, of=of, width=photo.width, height=photo.height, added_by=actor)
    row.file.save("photo.jpg", ContentFile(photo.clean), save=False)
    row.save()
    return row


def discard_photo(photo: BranchPhoto) -> None:
    """Forget a photo that nothing needs: its row now, its file when that is certain."""
    photo.delete()
    transaction.on_commit(lambda: photo.file.delete(save=False))


def photos_for(user: Actor) -> QuerySet[BranchPhoto]:
    """The photos that this person may see: people's only for those who may see staff."""
    rows = BranchPhoto.objects.for_user(user, Permission.VIEW_BRANCH)
    return rows if may(user, Permission.VIEW_STAFF) else rows.exclude(of=PhotoOf.PERSON)


def face_or_none(pk: int) -> BranchPhoto | None:
    """Somebody's photo, whoever asks: for pages that show it to those whom they visit."""
    return BranchPhoto.objects.filter(pk=pk, of=PhotoOf.PERSON).first()
