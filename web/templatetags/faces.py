"""Where a person's photo is shown to those whom they visit."""

from django import template

from branches.models import Staff
from web.elder.faces import address_of_face

register = template.Library()


@register.filter
def face(person: Staff) -> str:
    """The address of the photo; empty when there is none."""
    return address_of_face(person)
