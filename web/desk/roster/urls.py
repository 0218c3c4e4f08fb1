"""Doors of a branch's roster: the week, leave, swaps."""

from django.urls import path

from web.desk.roster import day, leave, leave_moves, pattern, swaps, week

urlpatterns = [
    path("", week.show_week, name="roster"),
    path("floor/", week.change_floor, name="roster_floor"),
    path("people/<int:pk>/pattern/", pattern.ask, name="roster_pattern"),
    path("people/<int:pk>/pattern/change/", pattern.change, name="roster_pattern_change"),
    path("people/<int:pk>/<str:day>/", day.ask, name="roster_day"),
    path("people/<int:pk>/<str:day>/change/", day.change, name="roster_day_change"),
    path("people/<int:pk>/<str:day>/restore/", day.restore, name="roster_day_restore"),
    path("leave/", leave.listing, name="leaves"),
    path("leave/ask/", leave.ask, name="leave_ask"),
    path("leave/send/", leave.send, name="leave_send"),
    path("leave/<int:pk>/", leave.detail, name="leave_file"),
    path("leave/<int:pk>/grant/", leave_moves.grant, name="leave_grant"),
    path("leave/<int:pk>/decline/", leave_moves.decline, name="leave_decline"),
    path("leave/<int:pk>/withdraw/", leave_moves.withdraw, name="leave_withdraw"),
    path("leave/<int:pk>/give/", leave_moves.give, name="leave_give"),
    path("swaps/", swaps.listing, name="swaps"),
    path("swaps/ask/", swaps.ask, name="swap_ask"),
    path("swaps/<int:pk>/agree/", swaps.agree, name="swap_agree"),
    path("swaps/<int:pk>/confirm/", swaps.confirm, name="swap_confirm"),
    path("swaps/<int:pk>/decline/", swaps.decline, name="swap_decline"),
    path("swaps/<int:pk>/cancel/", swaps.cancel, name="swap_cancel"),
]
