"""Doors of the audits: standards, plans, inspections."""

from django.urls import path

from web.region.audits import drawing, inspections, items, kept, plans, standards

ONE = "inspections/<uuid:public_id>/"

urlpatterns = [
    path("standards/", standards.listing, name="standards"),
    path("standards/<str:label>/", standards.detail, name="standard"),
    path("standards/<str:label>/changes/", standards.changes, name="standard_changes"),
    path("worker.js", kept.worker, name="inspection_worker"),
    path("inspections/", plans.calendar, name="inspections"),
    path("inspections/new/", plans.new, name="inspection_new"),
    path("inspections/draw/", drawing.draw, name="inspection_draw"),
    path(ONE, inspections.detail, name="inspection"),
    path(f"{ONE}start/", inspections.start, name="inspection_start"),
    path(f"{ONE}works-year/", inspections.works_year, name="inspection_works_year"),
    path(f"{ONE}move/", inspections.move, name="inspection_move"),
    path(f"{ONE}hand-over/", inspections.hand_over, name="inspection_hand_over"),
    path(f"{ONE}cancel/", inspections.cancel, name="inspection_cancel"),
    path(f"{ONE}sign/", inspections.sign, name="inspection_sign"),
    path(f"{ONE}submit/", inspections.submit, name="inspection_submit"),
    path(f"{ONE}items/<str:item>/", items.item, name="inspection_item"),
    path(f"{ONE}photos/<uuid:photo>/", items.photo, name="inspection_photo"),
    path(f"{ONE}kept/", kept.kept, name="inspection_kept"),
    path(f"{ONE}kept/token/", kept.token, name="inspection_kept_token"),
]
