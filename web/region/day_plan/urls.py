"""Doors to the day plan."""

from django.urls import path

from web.region.day_plan import moves, page, runs

urlpatterns = [
    path("", page.next_day, name="day_plans"),
    path("<str:day>/", page.page, name="day_plan"),
    path("<str:day>/improve/", moves.improve, name="day_plan_improve"),
    path("<str:day>/without/", moves.without, name="day_plan_without"),
    path("<str:day>/freeze/", moves.freeze, name="day_plan_freeze"),
    path("<str:day>/open/", moves.open_again, name="day_plan_open"),
    path("<str:day>/announce/", moves.announce, name="day_plan_announce"),
    path("<str:day>/runs/<uuid:public_id>/", runs.detail, name="day_plan_run"),
    path("<str:day>/runs/<uuid:public_id>/stop/", runs.stop, name="day_plan_stop"),
]
