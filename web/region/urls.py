"""Doors of the region face."""

from django.urls import include, path

from web.region import (
    branch_map,
    branches,
    closed_days,
    coverage,
    expiry,
    faults,
    forgotten,
    operations,
    spreadsheets,
    supplies,
    texts,
)

app_name = "region"

urlpatterns = [
    path("", branches.listing, name="branches"),
    path("figures/", include("web.region.figures.urls")),
    path("coverage/", coverage.matrix, name="coverage"),
    path("map/", branch_map.page, name="map"),
    path("closed-days/", closed_days.listing, name="closed_days"),
    path("expiry/", expiry.calendar, name="expiry"),
    path("day-plan/", include("web.region.day_plan.urls")),
    path("operations/", operations.page, name="operations"),
    path("operations/messages/<int:pk>/again/", operations.again, name="message_again"),
    path("texts/", texts.listing, name="texts"),
    path("texts/<str:name>/", texts.detail, name="text"),
    path("spreadsheets/", spreadsheets.listing, name="spreadsheets"),
    path("spreadsheets/<str:name>/", spreadsheets.upload, name="spreadsheet"),
    path("spreadsheets/<str:name>/template.xlsx", spreadsheets.template, name="template"),
    path("spreadsheets/<str:name>/confirm/", spreadsheets.confirm, name="spreadsheet_confirm"),
    path("supplies/", supplies.listing, name="supplies"),
    path("supplies/<int:pk>/grant/", supplies.grant, name="supply_grant"),
    path("supplies/<int:pk>/decline/", supplies.decline, name="supply_decline"),
    path("supplies/<int:pk>/send/", supplies.send, name="supply_send"),
    path("branches/<str:code>/", branches.detail, name="branch"),
    path("branches/<str:code>/facilities/<int:pk>/", faults.ask, name="fault_ask"),
    path("branches/<str:code>/facilities/<int:pk>/report/", faults.report, name="fault_report"),
    path("branches/<str:code>/faults/<int:pk>/close/", faults.close, name="fault_close"),
    path("services/", include("web.region.services.urls")),
    path("audits/", include("web.region.audits.urls")),
    path("audits/", include("web.region.improvements.urls")),
    path("forgotten/", forgotten.listing, name="forgotten"),
    path("forgotten/<uuid:public_id>/allow/", forgotten.allow, name="forgotten_allow"),
    path("forgotten/<uuid:public_id>/refuse/", forgotten.refuse, name="forgotten_refuse"),
    path("readings/", forgotten.readings, name="readings"),
]
