"""Doors from the finding to the re-check: improvements, themes, complaints, suspensions, scores."""

from django.urls import path

from web.region.improvements import (
    complaints,
    detail,
    listing,
    moves,
    scores,
    suspensions,
    themes,
)

ONE = "improvements/<uuid:public_id>/"

urlpatterns = [
    path("improvements/", listing.improvements, name="improvements"),
    path("improvements/complaint/", complaints.new, name="complaint_new"),
    path(ONE, detail.show_one, name="improvement"),
    path(f"{ONE}photos/<uuid:photo>/", detail.photo, name="improvement_photo"),
    path(f"{ONE}analyse/", moves.analyse, name="improvement_analyse"),
    path(f"{ONE}measures/", moves.set_measures, name="improvement_measures"),
    path(f"{ONE}fixed/", moves.report_fixed, name="improvement_fixed"),
    path(f"{ONE}recheck/", moves.begin_recheck, name="improvement_recheck"),
    path(f"{ONE}close/", moves.close, name="improvement_close"),
    path(f"{ONE}send-back/", moves.send_back, name="improvement_send_back"),
    path(f"{ONE}extend/", moves.extend, name="improvement_extend"),
    path("themes/", themes.listing, name="themes"),
    path("themes/new/", themes.make, name="theme_make"),
    path("themes/<uuid:public_id>/", themes.detail, name="theme"),
    path("themes/<uuid:public_id>/measure/", themes.set_measure, name="theme_measure"),
    path("suspensions/", suspensions.listing, name="suspensions"),
    path("suspensions/<str:code>/draft/", suspensions.draft, name="suspension_draft"),
    path("suspensions/<int:pk>/", suspensions.detail, name="suspension"),
    path("suspensions/<int:pk>/<str:act>/", suspensions.settle, name="suspension_settle"),
    path("scores/<str:code>/", scores.branch_score, name="branch_score"),
]
