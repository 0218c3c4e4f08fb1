"""Doors of the audits: standards, plans, inspections."""

from django.urls import path

from web.region.audits import standards

urlpatterns = [
    path("standards/", standards.listing, name="standards"),
    path("standards/<str:label>/", standards.detail, name="standard"),
    path("standards/<str:label>/changes/", standards.changes, name="standard_changes"),
]
