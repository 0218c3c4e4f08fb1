"""Doors of a branch's register: facilities, faults, photos, hours, the sign."""

from django.urls import path

from web.desk import photos
from web.desk.register import facility, faults, hours, page, sign

urlpatterns = [
    path("", page.register, name="register"),
    path("seen/", page.seen, name="register_seen"),
    path("add/", page.add, name="register_add"),
    path("facilities/<int:pk>/", facility.facility, name="register_facility"),
    path("facilities/<int:pk>/look/", facility.look, name="register_look"),
    path("faults/", faults.listing, name="register_faults"),
    path("faults/<int:pk>/close/", faults.close, name="register_fault_close"),
    path("photos/<uuid:public_id>/", photos.photo, name="photo"),
    path("hours/", hours.page, name="hours"),
    path("hours/save/", hours.save, name="hours_save"),
    path("hours/days/add/", hours.add_day, name="hours_day_add"),
    path("hours/days/remove/", hours.remove_day, name="hours_day_remove"),
    path("facts/", hours.facts, name="facts"),
    path("sign/", sign.page, name="sign"),
    path("sign/move/", sign.move, name="sign_move"),
]
