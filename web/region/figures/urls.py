"""The door of the region's figures."""

from django.urls import path

from web.region.figures import page

urlpatterns = [path("", page.figures, name="figures")]
