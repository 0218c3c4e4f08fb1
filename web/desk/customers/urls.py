"""Doors of customers at the desk: found, taken in, put right, joined, spoken for, forgotten."""

from django.urls import path

from web.desk.customers import (
    card,
    edit,
    family,
    home_visit,
    privacy,
    reading,
    register,
    same,
)

urlpatterns = [
    path("", card.search, name="customers"),
    path("new/", register.register, name="customer_new"),
    path("readings/", reading.readings, name="readings"),
    path("stops/", home_visit.stops, name="stops"),
    path("<uuid:public_id>/", card.card, name="customer"),
    path("<uuid:public_id>/reveal/", card.reveal, name="customer_reveal"),
    path("<uuid:public_id>/edit/", edit.edit, name="customer_edit"),
    path("<uuid:public_id>/same/", same.compare, name="customer_same"),
    path("<uuid:public_id>/merge/", same.merge, name="customer_merge"),
    path("<uuid:public_id>/family/", family.listing, name="family"),
    path("<uuid:public_id>/family/add/", family.add, name="family_add"),
    path("<uuid:public_id>/consents/<int:pk>/withdraw/", family.withdraw, name="consent_withdraw"),
    path("<uuid:public_id>/consents/<int:pk>/paper/", family.paper, name="consent_paper"),
    path("<uuid:public_id>/home-visit/", home_visit.ask, name="customer_home_visit"),
    path("<uuid:public_id>/privacy/", privacy.held, name="customer_privacy"),
    path("<uuid:public_id>/export/", privacy.export, name="customer_export"),
    path("<uuid:public_id>/forget/", privacy.forget, name="customer_forget"),
]
