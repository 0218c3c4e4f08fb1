"""Doors that exist only in a demonstration."""

from django.urls import path

from demo import hurry

app_name = "demo"

urlpatterns = [
    path("clock/", hurry.clock_page, name="clock"),
]
