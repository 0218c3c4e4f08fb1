"""What the tour reads off a page."""

import pytest

from demo.tour.page import Page

HTML = """
<title>Book</title><style>p {}</style>
<p>Which <b>day</b>?</p>
<a href="/bookings/7/">mine</a>
<form action="check/" method="post">
  <input type="hidden" name="token" value="t">
  <input type="radio" name="day" value="mon"><input type="radio" name="day" value="tue" checked>
  <select name="hour"><option value=""></option><option value="9">9</option></select>
  <textarea name="words">hello
</textarea>
  <button name="go" value="1">Go</button>
</form>
<form action="/other/"><input name="q"></form>
"""


@pytest.fixture
def page() -> Page:
    return Page("http://site/visits/new/", 200, HTML)


def test_words_are_those_a_visitor_reads(page: Page) -> None:
    assert page.title == "Book"
    assert page.text == "Which day ? mine 9 hello Go"


def test_a_form_knows_what_it_would_send_and_what_can_be_chosen(page: Page) -> None:
    form = page.form("check")
    assert (form.action, form.method) == ("http://site/visits/new/check/", "post")
    assert form.fields == {"token": "t", "day": "tue", "words": "hello"}
    assert form.choices == {"day": ["mon", "tue"], "hour": ["", "9"]}
    assert form.first_choice("hour") == "9"
    assert form.first_choice("go") == "1"


def test_what_is_not_there_is_said_with_the_pages_words(page: Page) -> None:
    assert page.link("/bookings/") == "http://site/bookings/7/"
    assert page.link("/bookings/", "mine") == "http://site/bookings/7/"
    with pytest.raises(LookupError, match="no link to /bookings/ theirs"):
        page.link("/bookings/", "theirs")
    with pytest.raises(LookupError, match="no form for pay"):
        page.form("pay")
    with pytest.raises(LookupError, match="no link to nowhere"):
        page.link("nowhere")
    with pytest.raises(LookupError, match="offers no colour"):
        page.form("other").first_choice("colour")
