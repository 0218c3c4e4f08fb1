"""Every named address of the house, found in the resolver and not in a list that somebody keeps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from appointments import day_plans, escort_times, plan_runs, waiting_list
from appointments.models import PlanSource
from audits import evidence, findings, inspections
from audits.models import InspectionKind, Suspension, Theme
from audits.publishing import publish
from branches import leave, supplies, swaps
from branches.faults import report_fault
from branches.models import FacilityType, StockItem
from branches.people import show_face
from branches.roster import change_day
from eldercare import erasure, escort_record, escorts, kept_actions
from eldercare.models import Consent
from eldercare.models.kept import KeptKind
from foundation import clock
from tests.appointments.test_booking import book
from tests.audits.make import small_document
from tests.make import (
    TOMORROW,
    Town,
    at,
    by_customer,
    make_customer,
    make_daughter,
    make_version,
    new_key,
)
from tests.photos import picture
from web.elder import welcome
from web.elder.faces import address_of_face
from web.elder.sharing import token_of
from workflow.due_steps import ask_a_person
from workflow.models import Message


@dataclass(frozen=True)
class Door:
    """A named route, ``desk:board`` at ``desk/<str:code>/``."""

    name: str
    route: str

    @property
    def face(self) -> str:
        """The namespace; the API's names have none and begin alike."""
        if self.name.startswith("api-"):
            return "api"
        return self.name.partition(":")[0] if ":" in self.name else ""


def doors() -> dict[str, Door]:
    """All doors but the administration's own, which has a table of its own."""
    found = list(_walk(get_resolver(), "", ""))
    assert len({door.name for door in found}) == len(found), "two doors have one name"
    return {door.name: door for door in found}


def _walk(resolver: URLResolver, route: str, space: str) -> Iterator[Door]:
    for item in resolver.url_patterns:
        here = route + str(item.pattern)
        if isinstance(item, URLPattern):
            yield Door(f"{space}{item.name}", here)
        elif item.namespace != "admin":
            yield from _walk(item, here, f"{space}{item.namespace}:" if item.namespace else space)


class Address:
    """Real addresses for routes: one row of each kind that a route can ask for."""

    def __init__(self, town: Town) -> None:
        self.branch, self.code = town.branch, town.branch.code
        # Alice goes on the visit herself: a door is shown to whoever stands before it.
        town.team[0].user = town.alice
        town.team[0].save(update_fields=["user"])
        chair, glasses, *_rest = town.branch.facilities.all()
        broken = report_fault(facility=chair, words="", actor=town.alice, photo=picture())
        self.fault, self.photo = broken.pk, broken.photo
        self.facility = glasses.pk
        self.version = make_version(region=town.region, status="draft").pk
        self.face = address_of_face(
            show_face(staff=town.team[0], photo=picture(), actor=town.martha)
        )
        self.visit = book(town)
        self.waiting = escorts.log_arrival(
            client_key=new_key(),
            branch=town.branch,
            service_version=town.version,
            customer=make_customer(town.branch),
            actor=town.alice,
        )
        self.company = escort_times.book_escort(
            customer=town.grandmother,
            branch=town.branch,
            version=town.version,
            start=at(15),
            key=new_key(),
            asker=by_customer(),
        )
        self.wish = waiting_list.join(
            customer=town.grandmother,
            version=town.version,
            first_day=TOMORROW,
            last_day=TOMORROW,
            asker=by_customer(),
        )
        self.run = plan_runs.ask(
            plan=day_plans.plan_for(town.region, TOMORROW), source=PlanSource.ASKED
        ).public_id
        self.step = ask_a_person(
            key="step",
            kind="phone_customer",
            subject=self.visit.subject,
            branch_code=town.branch.code,
        ).pk
        self.message = Message.objects.filter(subject=self.visit.subject)[0].pk
        self.service = town.version.service.code
        self.customer = town.grandmother.public_id
        make_daughter(town.grandmother)
        self.erasure = erasure.ask(
            customer=make_customer(town.branch), why="asked", actor=town.martha
        ).public_id
        self.consent = Consent.objects.get(representative__customer=town.grandmother).pk
        self._send_an_inspector(town)
        self._put_something_right(town)
        self._open_the_store_and_the_roster(town)
        self._lend_and_keep(town)

    def _lend_and_keep(self, town: Town) -> None:
        """Something lent to whoever waits, and a line that a tablet kept and that does not fit."""
        glasses = town.branch.facilities.get(pk=self.facility)
        FacilityType.objects.filter(pk=glasses.type_id).update(is_lent=True)
        glasses.refresh_from_db()
        self.loan = escort_record.lend(escort=self.waiting, facility=glasses).pk
        now = clock.now()
        line = kept_actions.Kept(uuid4(), KeptKind.FINISH, at=now, sent_at=now)
        self.kept = kept_actions.take_in(kept=line, branch=town.branch, actor=town.alice).pk

    def _send_an_inspector(self, town: Town) -> None:
        """Rita inspects the branch, and has taken a photo."""
        version = publish(document=small_document(code="elder-branch"), actor=None)
        self.standard = version.label
        planned = inspections.plan(
            key="doors",
            branch=town.branch,
            kind=InspectionKind.PLANNED,
            day=clock.today(),
            inspector=town.rita,
            actor=town.olga,
        )
        row = inspections.start(inspection=planned, actor=town.rita)
        self.inspection = row.public_id
        self.proof = evidence.add_photo(
            client_id=uuid4(),
            target=evidence.Target(inspection=row, item=version.items.get(code="X1")),
            data=picture(),
            actor=town.rita,
        ).public_id

    def _put_something_right(self, town: Town) -> None:
        """A complaint of this branch within a theme, a photo of the fix, a drafted letter."""
        finding = findings.raise_from_complaint(
            branch=town.branch,
            complaint="C-1",
            words="waited long",
            received_on=clock.today(),
            actor=town.martha,
        )
        row = finding.improvement
        row.theme = Theme.objects.create(region=town.region, title="waits", made_by=town.olga)
        row.save(update_fields=["theme"])
        self.improvement, self.theme = row.public_id, row.theme.public_id
        self.fix = evidence.add_photo(
            client_id=uuid4(),
            target=evidence.Target(improvement=row),
            data=picture(),
            actor=town.alice,
        ).public_id
        self.suspension = Suspension.objects.create(
            branch=town.branch, letter_zh="函", letter_en="letter", drafted_by=town.olga
        ).pk

    def _open_the_store_and_the_roster(self, town: Town) -> None:
        """A leave of Alice's, a swap that she asks Martha for, a request for kits."""
        first, second = town.team[:2]
        second.user = town.martha
        second.save(update_fields=["user"])
        # Two weekdays on which nothing is promised.
        duty, day = TOMORROW + timedelta(days=28), TOMORROW + timedelta(days=29)
        change_day(staff=second, day=duty, hours=None, reason="course")
        self.person = first.pk
        self.leave = leave.ask(staff=first, first=day, last=day, actor=town.alice).pk
        self.swap = swaps.ask(
            first=first, second=second, days=[duty], reason="", actor=town.alice
        ).pk
        kit = StockItem.objects.get(code="care-kit")
        self.item = kit.pk
        self.supply = supplies.ask(branch=town.branch, item=kit, quantity=5, actor=town.alice).pk

    def of(self, door: Door) -> str:
        """The address of a door with its parts filled in."""
        if door.name == "elder:face":
            return self.face
        route = door.route.replace("^", "").replace("(?P<rest>.+)$", "nowhere/")
        route = route.replace("services/<str:code>", f"services/{self.service}")
        route = re.sub(r"<(str:)?code>", self.code, route)
        route = route.replace("spreadsheets/<str:name>", "spreadsheets/facilities")
        route = route.replace("<str:name>", "visit_announced")
        route = route.replace("<str:label>", self.standard).replace("<str:item>", "X1")
        photo = self.fix if "improvements/" in route else self.proof
        route = route.replace("<uuid:photo>", str(photo)).replace("<str:act>", "drop")
        route = re.sub(r"<(uuid:)?public_id>", str(self._public_id(door)), route)
        route = route.replace("<str:day>", TOMORROW.isoformat())
        token = token_of(self.visit) if "shared/" in route else welcome.token_of(self.branch)
        route = re.sub(r"<(str:)?token>", token, route)
        return "/" + re.sub(r"<(int:)?(pk|id)>", str(self._pk(door)), route)

    def _public_id(self, door: Door) -> object:
        company = self.company if door.face == "elder" else self.waiting
        kinds: dict[str, object] = {
            "customers/": self.customer,
            "welcome/": self.waiting.public_id,
            "escorts/": company.public_id,
            "day-plan/": self.run,
            "audits/inspections/": self.inspection,
            "audits/improvements/": self.improvement,
            "audits/themes/": self.theme,
            "forgotten/": self.erasure,
            "wishes/": self.wish.public_id,
        }
        if self.photo is not None:
            kinds["register/photos/"] = self.photo.public_id
        found = (public_id for part, public_id in kinds.items() if part in door.route)
        return next(found, self.visit.public_id)

    def _pk(self, door: Door) -> int:
        kinds = {
            "consents/": self.consent,
            "steps/": self.step,
            "services/": self.version,
            "facilities/": self.facility,
        }
        kinds |= {"roster/people/": self.person, "roster/leave/": self.leave, "swaps/": self.swap}
        kinds |= dict.fromkeys(("stock/requests/", "supplies/"), self.supply)
        kinds["stock/items/"] = self.item
        kinds |= {"operations/messages/": self.message, "suspensions/": self.suspension}
        kinds |= {"/staff/<": self.person, "/back/": self.loan, "/kept/": self.kept}
        # At the desk the address of a report names the facility, elsewhere it names the fault.
        if "faults/" in door.route and (door.face != "desk" or "register/" in door.route):
            return self.fault
        return next((pk for part, pk in kinds.items() if part in door.route), self.facility)
