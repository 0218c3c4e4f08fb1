"""Doors of a branch's store: the shelf, each item, the ledger, counting, requests, what expires."""

from django.urls import path

from web.desk.stock import counting, expiry, items, ledger, requests, shelf

urlpatterns = [
    path("", shelf.show_shelf, name="stock"),
    path("kits/hand-out/", shelf.hand_out, name="kit_hand_out"),
    path("items/<int:pk>/", items.detail, name="stock_item"),
    path("items/<int:pk>/move/", items.move, name="stock_move"),
    path("items/<int:pk>/level/", items.set_level, name="stock_level"),
    path("ledger/", ledger.listing, name="stock_ledger"),
    path("count/", counting.sheet, name="stock_count"),
    path("count/check/", counting.check, name="stock_count_check"),
    path("count/write/", counting.write, name="stock_count_write"),
    path("requests/", requests.listing, name="stock_requests"),
    path("requests/ask/", requests.ask, name="stock_ask"),
    path("requests/<int:pk>/cancel/", requests.cancel, name="stock_cancel"),
    path("requests/<int:pk>/arrived/", requests.arrived, name="stock_arrived"),
    path("requests/<int:pk>/lost/", requests.lost, name="stock_lost"),
    path("expiry/", expiry.calendar, name="expiry"),
]
