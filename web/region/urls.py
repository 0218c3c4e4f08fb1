"""Doors of the region face."""

from django.urls import URLPattern, URLResolver

app_name = "region"

urlpatterns: list[URLPattern | URLResolver] = []
