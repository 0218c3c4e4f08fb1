"""Doors to what nobody planned."""

from django.urls import path

from web.desk.on_the_day import away, moves

urlpatterns = [
    path("", away.ask, name="away"),
    path("confirm/", away.confirm, name="away_confirm"),
    path("visits/<uuid:public_id>/longer/", moves.longer, name="visit_longer"),
    path("visits/<uuid:public_id>/try-again/", moves.try_again, name="visit_try_again"),
]
