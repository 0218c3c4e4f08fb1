"""Doors that exist only in a demonstration."""

from django.urls import path

from demo import hurry, views

app_name = "demo"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("clock/", hurry.clock_page, name="clock"),
    path("phones/", views.phones, name="phones"),
]
