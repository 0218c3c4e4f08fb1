"""Doors of the desk face."""

from django.urls import path

from web.desk import (
    arrivals,
    booking,
    booking_changes,
    customers,
    escorts,
    faults,
    kits,
    lobby,
    steps,
    visit_moves,
    visits,
)

app_name = "desk"

urlpatterns = [
    path("", lobby.choose, name="choose"),
    path("<str:code>/", lobby.board, name="board"),
    path("<str:code>/arrivals/who/", arrivals.who, name="arrive_who"),
    path("<str:code>/arrivals/what/", arrivals.what, name="arrive_what"),
    path("<str:code>/arrivals/", arrivals.log, name="arrive"),
    path("<str:code>/escorts/<uuid:public_id>/check-in/", arrivals.check_in, name="check_in"),
    path("<str:code>/escorts/<uuid:public_id>/", escorts.detail, name="escort"),
    path("<str:code>/escorts/<uuid:public_id>/take/", escorts.take, name="take"),
    path("<str:code>/escorts/<uuid:public_id>/hand-over/", escorts.hand_over, name="hand_over"),
    path("<str:code>/escorts/<uuid:public_id>/finish/", escorts.finish, name="finish"),
    path("<str:code>/escorts/<uuid:public_id>/leave/", escorts.leave, name="leave"),
    path("<str:code>/visits/", visits.day, name="visits"),
    path("<str:code>/visits/<uuid:public_id>/", visits.detail, name="visit"),
    path("<str:code>/visits/<uuid:public_id>/reveal/", visits.reveal, name="visit_reveal"),
    path("<str:code>/visits/<uuid:public_id>/approve/", visit_moves.approve, name="visit_approve"),
    path("<str:code>/visits/<uuid:public_id>/decline/", visit_moves.decline, name="visit_decline"),
    path("<str:code>/visits/<uuid:public_id>/set-off/", visit_moves.set_off, name="visit_set_off"),
    path("<str:code>/visits/<uuid:public_id>/arrive/", visit_moves.arrive, name="visit_arrive"),
    path("<str:code>/visits/<uuid:public_id>/code/", visit_moves.enter_code, name="visit_code"),
    path("<str:code>/visits/<uuid:public_id>/finish/", visit_moves.finish, name="visit_finish"),
    path("<str:code>/visits/<uuid:public_id>/give-up/", visit_moves.give_up, name="visit_give_up"),
    path("<str:code>/visits/<uuid:public_id>/move/", booking_changes.move, name="visit_move"),
    path("<str:code>/visits/<uuid:public_id>/cancel/", booking_changes.cancel, name="visit_cancel"),
    path("<str:code>/book/", booking.book, name="book"),
    path("<str:code>/book/wait/", booking.wait, name="book_wait"),
    path("<str:code>/customers/", customers.search, name="customers"),
    path("<str:code>/customers/<uuid:public_id>/", customers.card, name="customer"),
    path("<str:code>/customers/<uuid:public_id>/reveal/", customers.reveal, name="customer_reveal"),
    path("<str:code>/faults/", faults.which, name="faults"),
    path("<str:code>/faults/<int:pk>/", faults.what, name="fault"),
    path("<str:code>/faults/<int:pk>/report/", faults.report, name="fault_report"),
    path("<str:code>/steps/", steps.listing, name="steps"),
    path("<str:code>/steps/<int:pk>/settle/", steps.settle, name="step_settle"),
    path("<str:code>/steps/<int:pk>/reveal/", steps.reveal, name="step_reveal"),
    path("<str:code>/kits/", kits.shelf, name="kits"),
    path("<str:code>/kits/hand-out/", kits.hand_out, name="kit_hand_out"),
]
