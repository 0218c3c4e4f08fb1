"""Doors of the pages. Each face keeps its own list beside its views."""

from django.urls import include, path
from django.views.i18n import set_language

from web import staff, styleguide, views

shared = (
    [
        path("display/", views.choose_display, name="display"),
        path("styleguide/", styleguide.show, name="styleguide"),
    ],
    "web",
)
staff_doors = (
    [
        path("", staff.home, name="home"),
        path("sign-in/", staff.sign_in, name="sign_in"),
        path("sign-out/", staff.sign_out, name="sign_out"),
    ],
    "staff",
)

urlpatterns = [
    path("", include("web.elder.urls")),
    path("desk/", include("web.desk.urls")),
    path("region/", include("web.region.urls")),
    path("staff/", include(staff_doors)),
    path("", include(shared)),
    path("language/", set_language, name="set_language"),
]
