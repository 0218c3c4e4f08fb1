"""A page as a visitor without JavaScript has it: its words, its links and its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

Attributes = list[tuple[str, str | None]]
VOID = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass
class Form:
    """A form with what it would send if nothing were touched, and what may be chosen in it.

    ``choices`` are radio buttons, check boxes and options by name; ``buttons`` are the named
    buttons, as (name, value).
    """

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def first_choice(self, name: str) -> str:
        """The first thing that can be chosen under this name.

        Raises:
            LookupError: there is nothing to choose.
        """
        offered = [value for value in self.choices.get(name, []) if value]
        offered += [value for key, value in self.buttons if key == name]
        if not offered:
            raise LookupError(f"the form at {self.action} offers no {name}")
        return offered[0]


class Page(HTMLParser):
    """One answer of the server, read."""

    def __init__(self, url: str, status: int, html: str) -> None:
        super().__init__()
        self.url = url
        self.status = status
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.title = ""
        self._words: list[str] = []
        # Each bit of text with the classes of every element around it.
        self._bits: list[tuple[str, str]] = []
        self._around: list[str] = []
        self._form: Form | None = None
        self._open: list[str] = []
        self._link = ""
        self._area = ""
        self._select = ""
        self.feed(html)
        self.text = " ".join(" ".join(self._words).split())

    def form(self, action: str) -> Form:
        """The first form whose address holds ``action``.

        Raises:
            LookupError: the page has none.
        """
        for form in self.forms:
            if action in form.action:
                return form
        raise LookupError(f"{self.url} has no form for {action}: {self.text[:200]}")

    def link(self, address: str, words: str = "") -> str:
        """The first link whose address holds ``address``, and whose text holds ``words``.

        Raises:
            LookupError: the page has none.
        """
        for href, said in self.links:
            if address in href and words in said:
                return href
        raise LookupError(f"{self.url} has no link to {address} {words}: {self.text[:200]}")

    def said(self, *classes: str) -> list[tuple[str, str]]:
        """What stands in elements of these classes, as (class, words), in order."""
        found = []
        for around, words in self._bits:
            inside = next((name for name in classes if name in around.split()), "")
            if inside and words:
                found.append((inside, words))
        return found

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            above = self._around[-1] if self._around else ""
            self._around.append(f"{above} {given.get('class', '')}")
        if tag == "form":
            action = urljoin(self.url, given.get("action", ""))
            self._form = Form(action, given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._link = urljoin(self.url, given["href"])
            self.links.append((self._link, ""))
        elif tag in ("script", "style", "title"):
            self._open.append(tag)
        elif self._form is not None:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if self._around and tag not in VOID:
            self._around.pop()
        if tag == "form":
            self._form = None
        elif tag == "a":
            self._link = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self._words.append(data)
            self._bits.append((self._around[-1] if self._around else "", data.strip()))
            if self._link:
                href, words = self.links[-1]
                self.links[-1] = (href, f"{words} {data.strip()}".strip())
        elif self._open[-1] == "title":
            self.title += data
        if self._area and self._form is not None:
            self._form.fields[self._area] = data.strip()

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given:
                form.fields[self._select] = value
        elif not name:
            return
        elif tag == "textarea":
            self._area = name
            form.fields[name] = ""
        elif tag == "button":
            form.buttons.append((name, value))
        elif tag == "input":
            self._input(form, given, name, value)

    def _input(self, form: Form, given: dict[str, str], name: str, value: str) -> None:
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.fields[name] = value or "on"
        elif kind == "submit":
            form.buttons.append((name, value))
        elif kind != "file":
            form.fields[name] = value
