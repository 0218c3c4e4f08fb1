"""The doors: pages, the API, the administrators' admin, and the demonstration's own."""

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("api.urls")),
    path("", include("web.urls")),
]
if apps.is_installed("demo"):
    urlpatterns.insert(0, path("demo/", include("demo.urls")))

handler400 = "web.errors.bad_request"
handler403 = "web.errors.not_allowed"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
