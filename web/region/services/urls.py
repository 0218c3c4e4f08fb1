"""Doors of the service catalogue: written, reviewed by two, compared, retired, counted."""

from django.urls import path

from web.region.services import catalogue, decide, retire, write

urlpatterns = [
    path("", catalogue.listing, name="reviews"),
    path("waiting/", catalogue.waiting, name="review_inbox"),
    path("figures/", catalogue.figures, name="review_figures"),
    path("new/", write.new, name="service_new"),
    path("<int:pk>/", decide.detail, name="review"),
    path("<int:pk>/edit/", write.edit, name="service_edit"),
    path("<int:pk>/next/", write.following, name="service_next"),
    path("<int:pk>/changes/", catalogue.compare, name="service_changes"),
    path("<int:pk>/retire/", retire.retire, name="service_retire"),
    path("<int:pk>/submit/", decide.submit, name="review_submit"),
    path("<int:pk>/comment/", decide.comment, name="review_comment"),
    path("<int:pk>/pass/", decide.pass_on, name="review_pass"),
    path("<int:pk>/approve/", decide.approve, name="review_approve"),
    path("<int:pk>/send-back/", decide.send_back, name="review_send_back"),
]
