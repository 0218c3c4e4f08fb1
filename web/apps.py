from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """The pages: three faces on one design system. No rules live here."""

    name = "web"
    verbose_name = _("web pages")
