"""The main job from end to end: a family books, two people come, the lobby works, the region sees.

Each step is one function that a person could do by hand; the story holds what they found out.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from demo import cast
from demo.tour.page import Page
from demo.tour.visitor import Stuck, Visitor

PHONES = "/demo/phones/"
CLOCK = "/demo/clock/"
DESK = f"/desk/{cast.HOME_BRANCH}/"
SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOW = "%Y%m%dT%H%MZ"


@dataclass
class Story:
    """Three people with their browsers, and what they know so far."""

    base: str
    daughter: Visitor = field(init=False)
    assistant: Visitor = field(init=False)
    officer: Visitor = field(init=False)
    booking: str = ""
    other_booking: str = ""
    window: datetime | None = None
    codes: list[str] = field(default_factory=list)
    escort: str = ""
    broken: str = ""
    seen: int = 0

    def __post_init__(self) -> None:
        self.daughter = Visitor(self.base, "daughter")
        self.assistant = Visitor(self.base, "assistant")
        self.officer = Visitor(self.base, "officer")

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """What happens, in order: the name of each step and how it is done."""
        return [
            ("the daughter asks for a code and signs in with it", self.daughter_signs_in),
            ("she books a home visit for her mother", self.books_a_visit),
            ("the confirmation reaches her phone", self.gets_the_confirmation),
            ("she books another visit and cancels it", self.cancels_another),
            ("the assistant signs in", self.assistant_signs_in),
            ("an old lady is logged in the lobby with two taps", self.logs_an_arrival),
            ("she is accompanied and served, and gets a care kit", self.escorts_her),
            ("a broken facility is reported in two taps", self.reports_a_fault),
            ("the regional officer finds it and closes it", self.officer_closes_it),
            ("the evening before, the team is announced", self.team_is_announced),
            ("the team sets off", self.team_sets_off),
            ("both stand at the door and the codes match", self.codes_match),
            ("the visit is done", self.visit_is_done),
            ("the daughter sees that it is done", self.daughter_sees_it),
        ]

    def daughter_signs_in(self) -> None:
        before = len(self._messages())
        page = self.daughter.open("/sign-in/")
        page = self.daughter.send(page.form("sign-in"), phone=cast.DAUGHTER_PHONE)
        text = self._next_message(before, "the sign-in code")
        found = re.search(r"\d{6}", text)
        if found is None:
            raise Stuck(f"there is no code in the message: {text}")
        page = self.daughter.send(page.form("code"), code=found.group())
        if "/sign-in/" in page.url:
            raise Stuck(f"the code was not taken: {page.text[:200]}")

    def books_a_visit(self) -> None:
        self.seen = len(self._messages())
        self.booking, self.window = self._book()

    def gets_the_confirmation(self) -> None:
        self._next_message(self.seen, "the confirmation")

    def cancels_another(self) -> None:
        self.other_booking, _window = self._book()
        page = self.daughter.open(f"{self.other_booking}cancel/")
        page = self.daughter.follow(page, "?why=")
        page = self.daughter.send(page.form("cancel"))
        if page.link("/visits/new/") not in {href for href, _words in page.links}:
            raise Stuck("the visit could not be cancelled")

    def assistant_signs_in(self) -> None:
        self._sign_in(self.assistant, cast.ASSISTANT)
        self.assistant.open(DESK)

    def logs_an_arrival(self) -> None:
        page = self.assistant.open(f"{DESK}arrivals/who/")
        form = page.form("arrivals/what")
        mark = f"tour {secrets.token_hex(2)}"
        page = self.assistant.send(form, kind=form.first_choice("kind"), mark=mark)
        form = page.form(f"{DESK}arrivals/")
        page = self.assistant.send(form, service=form.first_choice("service"))
        self.escort = page.link("/escorts/", mark)

    def escorts_her(self) -> None:
        page = self.assistant.open(self.escort)
        take = page.form("/take/")
        page = self.assistant.send(take, assistant=take.first_choice("assistant"))
        page = self.assistant.open(self.escort)
        self.assistant.send(page.form("/finish/"), outcome="pension explained", kit_given="on")

    def reports_a_fault(self) -> None:
        page = self.assistant.open(f"{DESK}faults/")
        tiles = [href for href, _words in page.links if re.search(r"/faults/\d+/$", href)]
        for address in tiles:
            form = self.assistant.open(address).form("/report/")
            try:
                self.assistant.send(form, tile=form.first_choice("tile"))
            except Stuck:
                continue  # reported before, and not repaired yet
            self.broken = address
            return
        raise Stuck("every facility of the branch is reported as broken already")

    def officer_closes_it(self) -> None:
        self._sign_in(self.officer, cast.OFFICER)
        page = self.officer.open(f"/region/branches/{cast.HOME_BRANCH}/")
        self.officer.send(page.form("/close/"), to="repaired", reason="mended on the tour")

    def team_is_announced(self) -> None:
        window = self._promised().astimezone(SHANGHAI)
        evening = (window - timedelta(days=1)).replace(hour=18, minute=40)
        # After dinner, when messages go out again; when it is later already, on the day itself.
        if not self._hurry(evening):
            self._hurry(window - timedelta(minutes=30))
        page = self.daughter.wait_for(
            self.booking,
            lambda page: len(page.said("nb-code__figures")) == 2,
            "the announcement of the team",
        )
        self.codes = [words for _name, words in page.said("nb-code__figures")]
        self.daughter.wait_for(PHONES, self._codes_arrived, "the message about the team")

    def team_sets_off(self) -> None:
        self._hurry(self._promised())
        self._move("/set-off/")

    def codes_match(self) -> None:
        self._move("/arrive/")
        self._move("/code/", said=self.codes[1])

    def visit_is_done(self) -> None:
        self._move("/finish/", words="password reset, tried out together")

    def daughter_sees_it(self) -> None:
        page = self.daughter.open(self.booking)
        if page.said("nb-code__figures"):
            raise Stuck("the visit is done, and its door codes are still shown")

    def _book(self) -> tuple[str, datetime]:
        page = self.daughter.open("/visits/new/")
        if not any("service=" in href for href, _words in page.links):
            page = self.daughter.follow(page, "/visits/new/service/")
        page = self.daughter.open(page.link("service=", cast.SERVICE))
        form = page.form("/keep/")
        start = form.first_choice("window")
        page = self.daughter.send(form, window=start)
        page = self.daughter.send(page.form("/check/"))
        if "/bookings/" not in page.url:
            raise Stuck(f"the booking did not succeed: {page.text[:300]}")
        return page.url, datetime.strptime(start, WINDOW).replace(tzinfo=UTC)

    def _sign_in(self, visitor: Visitor, who: cast.SignIn) -> None:
        page = visitor.open("/staff/sign-in/")
        page = visitor.send(page.form("sign-in"), username=who.username, password=cast.PASSWORD)
        if "/sign-in/" in page.url:
            raise Stuck(f"{who.username} could not sign in: {page.text[:200]}")

    def _move(self, action: str, **typed: str) -> None:
        visit = self.booking.rstrip("/").rsplit("/", 1)[-1]
        page = self.assistant.open(f"{DESK}visits/{visit}/")
        self.assistant.send(page.form(action), **typed)

    def _codes_arrived(self, _page: Page) -> bool:
        return any(all(code in text for code in self.codes) for text in self._messages())

    def _hurry(self, until: datetime) -> bool:
        """Where a person would wait for tomorrow; False when the clock is past it already."""
        page = self.officer.open(CLOCK)
        try:
            self.officer.send(page.form("clock"), until=until.isoformat())
        except Stuck as refusal:
            if "400" not in str(refusal):
                raise
            return False
        return True

    def _promised(self) -> datetime:
        if self.window is None:
            raise Stuck("nothing is booked")
        return self.window

    def _messages(self) -> list[str]:
        """What the daughter's phone shows, newest first."""
        mine: list[str] = []
        owner = ""
        page = self.daughter.open(PHONES)
        for kind, words in page.said("nb-number", "nb-muted", "nb-phone__text"):
            if kind == "nb-number":
                owner = words
            elif kind == "nb-phone__text" and owner == cast.DAUGHTER_PHONE:
                mine.append(words)
        return mine

    def _next_message(self, before: int, what: str) -> str:
        self.daughter.wait_for(PHONES, lambda _page: len(self._messages()) > before, what)
        return self._messages()[0]
