"""Four callers at every door: a stranger, another branch, a role without the right, the right one.

The table is held against the router: a door that is missing here fails the test.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import URLPattern

from accounts.models import User
from accounts.roles import Role
from api.urls import router
from appointments.models import HomeVisit
from branches.faults import report_fault
from branches.models import Facility
from eldercare import escorts
from eldercare.models import Escort
from tests.api.conftest import caller, rows
from tests.appointments.test_booking import book
from tests.make import Town, make_user, make_version, new_key

Path = Callable[[Town], str]


def visit(town: Town, **overrides: Any) -> HomeVisit:
    return book(town, **overrides)


def escort(town: Town) -> Escort:
    return escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        customer=town.grandmother,
        actor=town.alice,
    )


def facility(town: Town) -> Facility:
    return Facility.objects.filter(branch=town.branch)[0]


def fault_pk(town: Town) -> int:
    return report_fault(facility=facility(town), words="", actor=town.alice).pk


def booking(town: Town) -> dict[str, Any]:
    return {
        "customer": str(town.grandmother.public_id),
        "service": town.version.service.code,
        "window": "20261126T0200Z",
    }


def arrival(town: Town) -> dict[str, Any]:
    return {"branch": town.branch.code, "service": town.version.service.code, "nickname": "hat"}


def taken(town: Town) -> str:
    row = escorts.take(escort=escort(town), assistant=town.team[0], actor=town.alice)
    return f"escorts/{row.public_id}"


def at_status(status: str) -> Callable[[Town], str]:
    def path(town: Town) -> str:
        row = visit(town)
        HomeVisit.objects.filter(pk=row.pk).update(status=status)
        return f"visits/{row.public_id}"

    return path


def risky(town: Town) -> str:
    return f"visits/{visit(town, version=make_version(risk='high')).public_id}"


# route name: path, body, the roles that may, what they get.
DESK = {"alice", "martha", "olga", "admin"}
BRANCH = {"alice", "martha", "admin"}
ALL = DESK | {"rita"}
READ: dict[str, tuple[Path, set[str]]] = {
    "api-branch-detail": (lambda t: f"branches/{t.branch.code}/", ALL),
    "api-facility-detail": (lambda t: f"facilities/{facility(t).pk}/", ALL),
    "api-fault-detail": (lambda t: f"faults/{fault_pk(t)}/", ALL),
    "api-customer-detail": (lambda t: f"customers/{t.grandmother.public_id}/", DESK),
    "api-escort-detail": (lambda t: f"escorts/{escort(t).public_id}/", DESK),
    "api-visit-detail": (lambda t: f"visits/{visit(t).public_id}/", DESK),
}
WINDOW = {"window": "20261126T0600Z"}
WRITE: dict[str, tuple[Path, Callable[[Town], object], set[str], int]] = {
    "api-facility-report": (
        lambda t: f"facilities/{facility(t).pk}/report/",
        lambda _t: {"words": "flat"},
        DESK,
        201,
    ),
    "api-fault-close": (
        lambda t: f"faults/{fault_pk(t)}/close/",
        lambda _t: {"to": "repaired"},
        {"martha", "olga", "admin"},
        200,
    ),
    "api-escort-list": (lambda _t: "escorts/", arrival, BRANCH, 201),
    "api-escort-take": (
        lambda t: f"escorts/{escort(t).public_id}/take/",
        lambda t: {"assistant": t.team[0].badge},
        BRANCH,
        200,
    ),
    "api-escort-hand-over": (
        lambda t: f"{taken(t)}/hand-over/",
        lambda t: {"assistant": t.team[1].badge},
        BRANCH,
        200,
    ),
    "api-escort-finish": (
        lambda t: f"{taken(t)}/finish/",
        lambda _t: {"outcome": "done"},
        BRANCH,
        200,
    ),
    "api-escort-leave": (lambda t: f"{taken(t)}/leave/", lambda _t: {}, BRANCH, 200),
    "api-visit-list": (lambda _t: "visits/", booking, BRANCH, 201),
    "api-visit-move": (
        lambda t: f"visits/{visit(t).public_id}/move/",
        lambda _t: WINDOW,
        BRANCH,
        201,
    ),
    "api-visit-cancel": (
        lambda t: f"visits/{visit(t).public_id}/cancel/",
        lambda _t: {},
        BRANCH,
        200,
    ),
    "api-visit-approve": (
        lambda t: f"{risky(t)}/approve/",
        lambda _t: {},
        {"martha", "admin"},
        200,
    ),
    "api-visit-decline": (
        lambda t: f"{risky(t)}/decline/",
        lambda _t: {"reason": "unsafe"},
        {"martha", "admin"},
        200,
    ),
    "api-visit-set-off": (
        lambda t: f"{at_status('planned')(t)}/set-off/",
        lambda _t: {},
        BRANCH,
        409,  # Too early, and that is for the rules to say.
    ),
    "api-visit-arrive": (
        lambda t: f"{at_status('on_the_way')(t)}/arrive/",
        lambda _t: {},
        BRANCH,
        200,
    ),
    "api-visit-enter-code": (
        lambda t: f"{at_status('at_the_door')(t)}/code/",
        lambda _t: {"code": HomeVisit.objects.latest("pk").customer_code},
        BRANCH,
        200,
    ),
    "api-visit-finish": (
        lambda t: f"{at_status('serving')(t)}/finish/",
        lambda _t: {},
        BRANCH,
        200,
    ),
    "api-visit-give-up": (
        lambda t: f"{at_status('at_the_door')(t)}/give-up/",
        lambda _t: {"reason": "unsafe"},
        BRANCH,
        200,
    ),
}
# Lists: who may ask at all; whoever may finds what is theirs.
LISTS: dict[str, tuple[str, set[str], Path | None]] = {
    "api-branch-list": ("branches/", ALL, None),
    "api-service-list": ("services/", ALL, None),
    "api-facility-list": ("facilities/", ALL, None),
    "api-fault-list": ("faults/", ALL, lambda t: str(fault_pk(t))),
    "api-customer-list": ("customers/", DESK, None),
    "api-escort-list": ("escorts/", DESK, lambda t: str(escort(t).pk)),
    "api-visit-list": ("visits/", DESK, lambda t: str(visit(t).pk)),
}
WINDOWS = "api-visit-windows"
FIGURES = "api-figures-list"
CAST = ("alice", "martha", "olga", "rita", "admin")


def elsewhere(town: Town) -> dict[str, User]:
    """People whose role holds every right, in a branch and in a region that are not this one."""
    return {
        "bob": make_user(Role.MANAGER, branches=[town.gaoxin]),
        "zoe": town.zoe,
    }


def test_every_door_is_in_the_table() -> None:
    names = {pattern.name for pattern in router.urls if isinstance(pattern, URLPattern)}
    assert names == set(READ) | set(WRITE) | set(LISTS) | {WINDOWS, FIGURES}


@pytest.mark.parametrize("name", list(READ))
def test_read(town: Town, name: str) -> None:
    make_path, may = READ[name]
    path = make_path(town)
    assert caller().get(path).status_code == 401
    for who in CAST:
        expected = 200 if who in may else 403
        assert caller(getattr(town, who)).get(path).status_code == expected, who
    for who, user in elsewhere(town).items():
        assert caller(user).get(path).status_code == 404, who


def test_the_regions_figures_are_for_its_officers(town: Town) -> None:
    assert caller().get("figures/").status_code == 401
    found = {who: caller(getattr(town, who)).get("figures/").status_code for who in CAST}
    assert found == dict.fromkeys(("alice", "martha", "rita"), 403) | {"olga": 200, "admin": 200}
    assert caller(town.olga).get("figures/").json()["branches"] == 2
    assert caller(town.zoe).get("figures/").json()["branches"] == 0


@pytest.mark.parametrize("name", list(WRITE))
def test_write_is_refused_to_whoever_may_not(town: Town, name: str) -> None:
    make_path, make_body, may, _status = WRITE[name]
    path, body = make_path(town), make_body(town)
    before = rows()
    assert caller().post(path, body, key="k" * 12).status_code == 401
    for who in set(CAST) - may:
        answer = caller(getattr(town, who)).post(path, body, key="k" * 12)
        assert answer.status_code == 403, who
    bob = elsewhere(town)["bob"]
    assert caller(bob).post(path, body, key="k" * 12).status_code == 404
    assert rows() == before


@pytest.mark.parametrize(
    ("name", "who"), [(name, who) for name, row in WRITE.items() for who in sorted(row[2])]
)
def test_write_is_done_for_whoever_may(town: Town, name: str, who: str) -> None:
    make_path, make_body, _may, status = WRITE[name]
    path = make_path(town)
    answer = caller(getattr(town, who)).post(path, make_body(town), key="k" * 12)
    assert answer.status_code == status, answer.content


@pytest.mark.parametrize("name", list(LISTS))
def test_list_holds_what_is_theirs(town: Town, name: str) -> None:
    path, may, make_row = LISTS[name]
    if make_row is not None:
        make_row(town)
    assert caller().get(path).status_code == 401
    for who in CAST:
        answer = caller(getattr(town, who)).get(path)
        assert answer.status_code == (200 if who in may else 403), who
        if who in may:
            assert answer.json()["results"], who
    if name == "api-service-list":
        return
    for who, user in elsewhere(town).items():
        results = caller(user).get(path).json()["results"]
        codes = {row.get("branch", row.get("code")) for row in results}
        assert town.branch.code not in codes, who


def test_windows_are_for_whoever_may_book(town: Town) -> None:
    body = booking(town)
    query = {"customer": body["customer"], "service": body["service"]}
    assert caller().get("visits/windows/", **query).status_code == 401
    assert caller(town.olga).get("visits/windows/", **query).status_code == 403
    assert caller(town.rita).get("visits/windows/", **query).status_code == 403
    assert caller(town.bob).get("visits/windows/", **query).status_code == 404
    windows = caller(town.alice).get("visits/windows/", **query).json()
    assert body["window"] in {window["window"] for window in windows}
    assert windows[0]["branch"] == town.branch.code


def test_inactive_staff_are_strangers(town: Town) -> None:
    alice = caller(town.alice)
    User.objects.filter(pk=town.alice.pk).update(is_active=False)
    assert alice.get("branches/").status_code == 401


@pytest.mark.parametrize("path", ["branches/", "visits/", "escorts/", "customers/"])
def test_branch_asked_for_by_code_is_looked_up_in_scope(town: Town, path: str) -> None:
    results = caller(town.alice).get(path, branch=town.gaoxin.code).json()["results"]
    assert [row for row in results if row.get("branch") == town.gaoxin.code] == []
