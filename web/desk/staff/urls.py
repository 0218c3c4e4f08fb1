"""Doors of a branch's people."""

from django.urls import path

from web.desk.staff import listing, person

urlpatterns = [
    path("", listing.listing, name="staff"),
    path("new/", listing.new, name="staff_new"),
    path("<int:pk>/", person.person, name="person"),
    path("<int:pk>/correct/", person.correct, name="person_correct"),
    path("<int:pk>/face/", person.face, name="person_face"),
    path("<int:pk>/badge/", person.badge, name="person_badge"),
    path("<int:pk>/skills/", person.skills, name="person_skills"),
    path("<int:pk>/training/", person.training, name="person_training"),
    path("<int:pk>/leave/", person.leave, name="person_leave"),
    path("<int:pk>/come-back/", person.come_back, name="person_come_back"),
]
