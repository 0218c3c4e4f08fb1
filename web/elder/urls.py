"""Doors of the elder face."""

from django.urls import path

from web.elder import (
    book,
    bookings,
    calendar,
    company,
    company_bookings,
    move,
    series,
    sharing,
    sign_in,
    views,
    wishes,
)

app_name = "elder"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", sign_in.phone, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("visits/new/", book.begin, name="book"),
    path("visits/new/service/", book.service, name="book_service"),
    path("visits/new/when/", book.when, name="book_when"),
    path("visits/new/day/", book.day, name="book_day"),
    path("visits/new/time/", book.time, name="book_time"),
    path("visits/new/keep/", book.keep, name="book_keep"),
    path("visits/new/wait/", book.wait, name="book_wait"),
    path("visits/new/check/", book.check, name="book_check"),
    path("visits/new/series/", series.times, name="book_series"),
    path("visits/new/series/check/", series.check, name="book_series_check"),
    path("visits/new/series/answer/", series.answer, name="book_series_answer"),
    path("escorts/new/", company.where, name="company"),
    path("escorts/new/service/", company.service, name="company_service"),
    path("escorts/new/when/", company.when, name="company_when"),
    path("escorts/new/day/", company.day, name="company_day"),
    path("escorts/new/time/", company.time, name="company_time"),
    path("escorts/new/keep/", company.keep, name="company_keep"),
    path("escorts/new/check/", company.check, name="company_check"),
    path("escorts/<uuid:public_id>/", company_bookings.show, name="company_booking"),
    path("escorts/<uuid:public_id>/cancel/", company_bookings.cancel, name="company_cancel"),
    path("wishes/<uuid:public_id>/take/", wishes.take, name="wish_take"),
    path("wishes/<uuid:public_id>/leave/", wishes.leave, name="wish_leave"),
    path("bookings/", bookings.index, name="bookings"),
    path("bookings/<uuid:public_id>/", bookings.show, name="booking"),
    path("bookings/<uuid:public_id>/calendar.ics", calendar.visit, name="calendar"),
    path("bookings/<uuid:public_id>/share/", sharing.offer, name="share"),
    path("shared/<str:token>/", sharing.shared, name="shared"),
    path("bookings/<uuid:public_id>/cancel/", bookings.cancel, name="cancel"),
    path("bookings/<uuid:public_id>/move/", move.when, name="move_when"),
    path("bookings/<uuid:public_id>/move/day/", move.day, name="move_day"),
    path("bookings/<uuid:public_id>/move/time/", move.time, name="move_time"),
    path("bookings/<uuid:public_id>/move/keep/", move.keep, name="move_keep"),
    path("bookings/<uuid:public_id>/move/check/", move.check, name="move_check"),
]
