"""Doors of the pages. Each face keeps its own list beside its views."""

from django.urls import include, path
from django.views.i18n import set_language

from web import styleguide, views

shared = (
    [
        path("display/", views.choose_display, name="display"),
        path("styleguide/", styleguide.show, name="styleguide"),
    ],
    "web",
)

urlpatterns = [
    path("", include("web.elder.urls")),
    path("desk/", include("web.desk.urls")),
    path("region/", include("web.region.urls")),
    path("", include(shared)),
    path("language/", set_language, name="set_language"),
]
