"""Form fields as tablets fill them in: a photo from the camera, a day, a time of day."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from foundation.photos import LARGEST_BYTES


class PhotoField(forms.FileField):
    """A photo from the camera as bytes, or None; whether it is one, the domain finds out."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        camera = {"accept": "image/jpeg,image/png", "capture": "environment"}
        said: dict[str, Any] = {"label": _("Photo"), "widget": forms.FileInput(camera)} | options
        super().__init__(required=required, **said)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The bytes, unless they are too many to be read at all."""
        sent = super().clean(data, initial)
        if not isinstance(sent, UploadedFile):
            return None
        if (sent.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError(
                _("This photo is larger than 10 MB. Please take it in a smaller size.")
            )
        return sent.read()


class DayField(forms.DateField):
    """A day, typed or picked, as browsers send it whatever the language."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=required, widget=widget, **options)


class HourField(forms.TimeField):
    """A time of day, typed or picked."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        widget = forms.TimeInput({"type": "time"}, format="%H:%M")
        super().__init__(required=required, widget=widget, **options)
