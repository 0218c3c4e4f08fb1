"""A rule's refusal, shown beside the form it refused: everything that was typed stays."""

from django import forms

from foundation.errors import DomainError


def show_refusal(form: forms.Form, refusal: DomainError, *, field: str | None = None) -> int:
    """Put a refusal's words into a form that was valid, and return the status of the answer.

    Words about a field of the form go to it; ``field`` takes the others, or the top of the form.
    """
    elsewhere = True
    for name, words in refusal.fields.items():
        if name in form.fields:
            form.add_error(name, str(words))
            elsewhere = False
    if elsewhere:
        form.add_error(field, str(refusal.message))
    return refusal.http_status
