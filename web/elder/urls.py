"""Doors of the elder face."""

from django.urls import path

from web.elder import views

app_name = "elder"

urlpatterns = [
    path("", views.home, name="home"),
]
