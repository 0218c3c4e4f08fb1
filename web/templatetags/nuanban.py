"""Components with a body of their own: ``{% notice %}…{% endnotice %}`` and their kind.

Components without a body are includes; see ``web/templates/components/`` and /styleguide/.
"""

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from web.context import phone_line

register = template.Library()

Words = str | Promise


@register.simple_block_tag
def notice(
    content: SafeString, tone: str = "info", title: Words = "", icon: str = ""
) -> SafeString:
    """A notice whose body holds markup: ``{% notice tone="wait" title=… %}…{% endnotice %}``."""
    context = {"content": content, "tone": tone, "title": title, "icon": icon}
    return render_to_string("components/notice.html", context)


@register.simple_block_tag
def card(content: SafeString, title: Words = "", kind: str = "", level: int = 2) -> SafeString:
    """A card with a heading: ``{% card title=… kind="lamp" %}…{% endcard %}``."""
    context = {"content": content, "title": title, "kind": kind, "level": level}
    return render_to_string("components/card.html", context)


@register.simple_block_tag
def table(content: SafeString, caption: Words) -> SafeString:
    """A table that scrolls inside its frame, reachable by keyboard: thead and tbody in the body."""
    return render_to_string("components/table.html", {"content": content, "caption": caption})


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """A definition list: put ``components/fact.html`` in it, one for each line."""
    return render_to_string("components/facts.html", {"content": content})


@register.simple_tag
def help_line() -> str:
    """The number that a person answers, also on pages that are rendered without a request."""
    return phone_line()


@register.simple_tag
def map_tiles() -> dict[str, str]:
    """Where map tiles come from (``address``, ``credit``); both empty when there are none."""
    return {"address": settings.NUANBAN_MAP_TILES, "credit": settings.NUANBAN_MAP_CREDIT}
