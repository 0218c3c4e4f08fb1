"""What both SMS providers share: approved templates, and numbers as they want them."""

from django.conf import settings

from workflow import texts
from workflow.channels.port import Filled, NeverRetry, RetrySlowly

SECONDS = 10


def template_id(filled: Filled) -> str:
    """The provider's id of the template (``NUANBAN_SMS_TEMPLATES``).

    Raises:
        NeverRetry: a text without a template, or a version that has been taken out.
        RetrySlowly: it has not been approved yet, or nobody has told us its id.
    """
    _template(filled)
    found = settings.NUANBAN_SMS_TEMPLATES.get(filled.code)
    if not found:
        raise RetrySlowly(f"no approved template for {filled.code}")
    return str(found)


def in_order(filled: Filled) -> list[str]:
    """The facts in the order in which the template names them; whom it is about comes first."""
    template = _template(filled)
    names = list(dict.fromkeys(texts.NAME.findall(template.words[filled.language])))
    return [filled.facts[name] for name in ["for", *names] if name in filled.facts]


def _template(filled: Filled) -> texts.Template:
    template = texts.version_of(filled.template, filled.version)
    if template is None:
        raise NeverRetry(f"no template {filled.template} v{filled.version} to send by SMS")
    return template


def with_country(number: str) -> str:
    """``+8613812345678``."""
    return number if number.startswith("+") else f"+86{number}"
