"""One item of an inspection: looked at, answered, proved; and the photos that prove it."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, may, require
from audits import answering, evidence
from audits.evidence import Target
from audits.models import Answer, ChecklistItem, Inspection
from audits.standard import Item
from foundation import clock
from foundation.errors import DomainError, InvalidInput, Words
from foundation.photos import LARGEST_BYTES
from web.desk.frame import SEE_OTHER
from web.desk.signed_in import StaffRequest, signed_in
from web.photos import as_picture
from web.region.audits.access import get_inspection_or_404, get_item_or_404, get_photo_or_404
from web.region.audits.frame import parts, show_part
from web.region.audits.item_form import given_of, says_something, uuids
from web.region.audits.walk import Walk

PHOTOS_AT_ONCE = 6


class PlaceAndTimeForm(forms.Form):
    """What the device adds to a photo, by its own clock; nonsense adds nothing."""

    taken_at = forms.DateTimeField(required=False)
    sent_at = forms.DateTimeField(required=False)
    latitude = forms.FloatField(required=False)
    longitude = forms.FloatField(required=False)

    @property
    def when(self) -> datetime | None:
        said = self.cleaned_data
        if not said.get("taken_at") or not said.get("sent_at"):
            return None
        return clock.by_other_clock(said["taken_at"], said["sent_at"])

    @property
    def place(self) -> tuple[float, float] | None:
        said = self.cleaned_data
        if said.get("latitude") is None or said.get("longitude") is None:
            return None
        return said["latitude"], said["longitude"]


@dataclass
class Outcome:
    """What came of one form: each part is kept by itself, and each refusal has its words."""

    answer: Answer | None = None
    proved: int = 0
    error: DomainError | None = None
    fields: dict[str, Words] = field(default_factory=dict)

    def refuse(self, error: DomainError, under: str = "") -> None:
        self.error = self.error or error
        self.fields |= error.fields or {under: error.message}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def item(request: StaffRequest, public_id: UUID, item: str) -> HttpResponse:
    """One item on one screen; what is sent is kept part by part, and the next one follows."""
    inspection = get_inspection_or_404(request.user, public_id)
    asked = get_item_or_404(inspection, item)
    require_inspector_role(request)
    if request.method != "POST":
        return _page(request, inspection, item)
    outcome = take_in(request, inspection, asked)
    if outcome.error is not None:
        return _page(request, inspection, item, outcome)
    walk = Walk(inspection, request.user)
    stays = "stay" in request.POST or item in walk.disputed
    target = walk.url_of(item) if stays else walk.screen_of(item).then
    return HttpResponseRedirect(target, status=SEE_OTHER)


@require_safe
@signed_in
def photo(request: StaffRequest, public_id: UUID, photo: UUID) -> HttpResponse:
    """One photo of an inspection in scope."""
    inspection = get_inspection_or_404(request.user, public_id)
    return as_picture(get_photo_or_404(request.user, inspection, photo))


def require_inspector_role(request: StaffRequest) -> None:
    """Some role that has a hand in inspections; whose this one is, the domain knows."""
    if not may(request.user, Permission.SELF_CHECK):
        require(request.user, Permission.INSPECT_BRANCH)


def take_in(
    request: StaffRequest, inspection: Inspection, item: Item, at: datetime | None = None
) -> Outcome:
    """Keep what a form says of an item: photos and records first, for they cannot be typed again.

    ``at`` is when it was filled in, for a form that waited on a phone.
    """
    outcome = Outcome()
    number = next(iter(uuids([request.POST.get("client_id", "")])), None)
    if number is None:
        outcome.refuse(InvalidInput(_("This form cannot be read. Please open the item again.")))
        return outcome
    _prove(request, inspection, item, number, outcome)
    if says_something(item, request.POST):
        known = answering.proposals(inspection).get(item.code, [])
        try:
            outcome.answer = answering.answer(
                inspection=inspection,
                item_code=item.code,
                client_id=number,
                given=given_of(item, request.POST, known, at),
                actor=request.user,
            )
        except DomainError as error:
            outcome.refuse(error)
    elif not outcome.proved and outcome.error is None:
        outcome.refuse(InvalidInput(_("Please answer, or say that it does not apply.")))
    return outcome


def _prove(
    request: StaffRequest, inspection: Inspection, item: Item, number: UUID, outcome: Outcome
) -> None:
    """Photos and the name of a record; the same picture sent again is the same evidence."""
    row = ChecklistItem.objects.get(version=inspection.version_id, code=item.code)
    target = Target(inspection=inspection, item=row)
    extra = PlaceAndTimeForm(request.POST)
    extra.is_valid()
    for sent in request.FILES.getlist("photo")[:PHOTOS_AT_ONCE]:
        try:
            data = _bytes(sent)
            evidence.add_photo(
                client_id=_part(number, data),
                target=target,
                data=data,
                actor=request.user,
                taken_at=extra.when,
                place=extra.place,
            )
            outcome.proved += 1
        except DomainError as error:
            outcome.refuse(error, "photo")
    if words := request.POST.get("record", "").strip():
        try:
            evidence.add_record(
                client_id=_part(number, words.encode()),
                target=target,
                words=words,
                actor=request.user,
            )
            outcome.proved += 1
        except DomainError as error:
            outcome.refuse(error, "record")


def _bytes(sent: UploadedFile) -> bytes:
    """The file, unless it is too large to be read at all."""
    if (sent.size or 0) > LARGEST_BYTES:
        words = _("This photo is larger than 10 MB. Please take it in a smaller size.")
        raise InvalidInput(words, fields={"photo": words})
    data: bytes = sent.read()
    return data


def _part(number: UUID, content: bytes) -> UUID:
    """A number for a part of a form: the same for the same content, whatever else is sent."""
    return uuid5(NAMESPACE_OID, f"{number}:{hashlib.sha256(content).hexdigest()}")


def _page(
    request: StaffRequest, inspection: Inspection, code: str, outcome: Outcome | None = None
) -> HttpResponse:
    walk = Walk(inspection, request.user)
    error = outcome.error if outcome else None
    if outcome is not None:
        typed = request.POST.copy()
        if outcome.answer is not None:
            # What was answered is kept; what follows is another answer.
            typed["client_id"] = ""
        if "record" not in outcome.fields:
            typed["record"] = ""
        walk = Walk(inspection, request.user, {code: typed}, outcome.fields)
    context = {"walk": walk, "inspection": inspection, "screen": walk.screen_of(code)}
    context["parts"] = parts()
    return show_part(request, "item", context, part="inspections", error=error)
