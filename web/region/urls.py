"""Doors of the region face."""

from django.urls import path

from web.region import (
    branches,
    closed_days,
    coverage,
    expiry,
    faults,
    operations,
    reviews,
    supplies,
    texts,
)

app_name = "region"

urlpatterns = [
    path("", branches.listing, name="branches"),
    path("coverage/", coverage.matrix, name="coverage"),
    path("closed-days/", closed_days.listing, name="closed_days"),
    path("expiry/", expiry.calendar, name="expiry"),
    path("operations/", operations.page, name="operations"),
    path("operations/messages/<int:pk>/again/", operations.again, name="message_again"),
    path("texts/", texts.listing, name="texts"),
    path("texts/<str:name>/", texts.detail, name="text"),
    path("supplies/", supplies.listing, name="supplies"),
    path("supplies/<int:pk>/grant/", supplies.grant, name="supply_grant"),
    path("supplies/<int:pk>/decline/", supplies.decline, name="supply_decline"),
    path("supplies/<int:pk>/send/", supplies.send, name="supply_send"),
    path("branches/<str:code>/", branches.detail, name="branch"),
    path("branches/<str:code>/facilities/<int:pk>/", faults.ask, name="fault_ask"),
    path("branches/<str:code>/facilities/<int:pk>/report/", faults.report, name="fault_report"),
    path("branches/<str:code>/faults/<int:pk>/close/", faults.close, name="fault_close"),
    path("services/", reviews.listing, name="reviews"),
    path("services/<int:pk>/", reviews.detail, name="review"),
    path("services/<int:pk>/submit/", reviews.submit, name="review_submit"),
    path("services/<int:pk>/pass/", reviews.pass_on, name="review_pass"),
    path("services/<int:pk>/approve/", reviews.approve, name="review_approve"),
    path("services/<int:pk>/send-back/", reviews.send_back, name="review_send_back"),
]
