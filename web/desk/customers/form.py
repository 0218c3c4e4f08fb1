"""The one form of a customer, for somebody new and for putting right; rules live in the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from branches.models import Branch, Staff
from eldercare.geocoding import Place, areas
from eldercare.models import Customer, Need
from eldercare.models.customer import Circumstance, ContactChannel
from eldercare.models.identity import CheckedHow, Document
from eldercare.registration import Details, Identity

NOT_THE_YEAR = _("Please give the year of birth.")


class CustomerForm(forms.Form):
    name = forms.CharField(max_length=60, error_messages={"required": _("Please give the name.")})
    preferred_name = forms.CharField(max_length=60, required=False)
    phone = forms.CharField(
        max_length=30, error_messages={"required": _("Please give the phone number.")}
    )
    birth_year = forms.IntegerField(required=False, error_messages={"invalid": NOT_THE_YEAR})
    birth_date = forms.DateField(
        required=False, error_messages={"invalid": _("There is no such day. Please look again.")}
    )
    address = forms.CharField(max_length=200, required=False)
    area = forms.ChoiceField(required=False)
    latitude = forms.FloatField(required=False)
    longitude = forms.FloatField(required=False)
    needs = forms.MultipleChoiceField(choices=Need, required=False)
    circumstances = forms.MultipleChoiceField(choices=Circumstance, required=False)
    contact_by = forms.ChoiceField(choices=ContactChannel)
    preferred_staff: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        queryset=Staff.objects.none(), required=False
    )
    note = forms.CharField(max_length=300, required=False)
    document = forms.ChoiceField(choices=[("", ""), *Document.choices], required=False)
    how = forms.ChoiceField(choices=CheckedHow, required=False)
    last4 = forms.CharField(max_length=30, required=False)
    sure = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, user: User, branch: Branch) -> None:
        super().__init__(data)
        self.fields["area"].choices = [("", ""), *((one, one) for one in areas())]  # type: ignore[attr-defined]
        self.fields["preferred_staff"].queryset = colleagues(user, branch)  # type: ignore[attr-defined]


class EditForm(CustomerForm):
    """What is sealed is not sent to the page: left empty, it stays as it is."""

    phone = forms.CharField(max_length=30, required=False)
    seen = forms.CharField(max_length=64)


@dataclass(frozen=True)
class Field:
    """One input as the page shows it."""

    name: str
    label: str | Promise
    value: str
    error: str | Promise
    required: bool = False
    kind: str = "text"
    hint: str | Promise = ""


FIELDS: tuple[tuple[str, str | Promise, str], ...] = (
    ("name", _("Name"), "text"),
    ("preferred_name", _("Likes to be called"), "text"),
    ("phone", _("Phone"), "tel"),
    ("birth_year", _("Year of birth"), "number"),
    ("birth_date", _("Date of birth, if known"), "date"),
    ("address", _("Address"), "text"),
    ("note", _("Note: short, no numbers"), "text"),
)
NEEDED = frozenset({"name", "phone", "birth_year"})


def colleagues(user: User, branch: Branch) -> Any:
    """Who may be liked best: the people of the branch."""
    return Staff.objects.for_user(user, Permission.VIEW_STAFF).active().filter(branch=branch)


def details_in(said: Mapping[str, Any]) -> Details:
    """What was typed, in the shape in which the domain takes it."""
    place = None
    if said["latitude"] is not None and said["longitude"] is not None:
        place = Place(said["latitude"], said["longitude"])
    identity = None
    if said["document"]:
        how = CheckedHow(said["how"] or CheckedHow.SEEN)
        identity = Identity(Document(said["document"]), how, said["last4"])
    plain = ("name", "phone", "birth_date", "birth_year", "preferred_name", "address", "area")
    lists = ("needs", "circumstances", "contact_by", "preferred_staff", "note")
    return Details(**{n: said[n] for n in (*plain, *lists)}, place=place, identity=identity)


def page_of(
    user: User,
    branch: Branch,
    typed: QueryDict,
    faults: Mapping[str, str | Promise],
    customer: Customer | None = None,
) -> dict[str, Any]:
    """What the form shows: what was typed, or else what is on record, with each fault beside it."""
    found = dict(faults)
    if not typed.get("birth_date") and "birth_date" in found:
        # The year stands in for the date, and speaks for it.
        found["birth_year"] = found.pop("birth_date")
    fresh = customer is None or bool(typed)
    kept = {} if fresh else _on_record(customer)

    def chosen(name: str) -> list[str]:
        return typed.getlist(name) if fresh else kept[name]

    needed = NEEDED if customer is None else NEEDED - {"phone"}
    return {
        "fields": [
            Field(
                name,
                label,
                typed.get(name, "") if fresh else kept[name],
                found.get(name, ""),
                name in needed,
                kind,
                _sealed(customer, name),
            )
            for name, label, kind in FIELDS
        ],
        "place_error": found.get("place", ""),
        "last4_error": found.get("last4", ""),
        "needs": [(value, words, value in chosen("needs")) for value, words in Need.choices],
        "circumstances": [
            (value, words, value in chosen("circumstances"))
            for value, words in Circumstance.choices
        ],
        "channels": ContactChannel.choices,
        "channel": (chosen("contact_by") or [ContactChannel.SMS.value])[0],
        "areas": areas(),
        "people": [(str(one.pk), one.name) for one in colleagues(user, branch)],
        "liked": (chosen("preferred_staff") or [""])[0],
        "documents": Document.choices,
        "hows": CheckedHow.choices,
        "typed": typed,
    }


def _on_record(customer: Customer | None) -> dict[str, Any]:
    assert customer is not None
    born = customer.birth_date
    return {
        "name": customer.name,
        "preferred_name": customer.preferred_name,
        "phone": "",
        "birth_year": str(customer.birth_year),
        "birth_date": born.isoformat() if born else "",
        "address": "",
        "note": customer.note,
        "needs": customer.needs,
        "circumstances": customer.circumstances,
        "contact_by": [customer.contact_by],
        "preferred_staff": [str(customer.preferred_staff_id or "")],
    }


def _sealed(customer: Customer | None, name: str) -> str:
    if customer is None:
        return ""
    return {"phone": customer.masked_phone, "address": customer.masked_address}.get(name, "")
