"""WeCom and some hundred others, through Apprise: its address is a URL (``NUANBAN_APPRISE_URL``).

``{to}`` in the URL is replaced by the number, ``{key}`` by the idempotency key, for a gateway of
the bank's own: ``jsons://wecom.bank.example/send?:phone={to}&:key={key}``.
"""

from urllib.parse import quote

from django.conf import settings

from workflow.channels.port import RetrySlowly, RetrySoon


class ByApprise:
    """Hands the text to Apprise."""

    def send(self, *, key: str, to: str, body: str) -> None:
        """Send one text.

        Raises:
            RetrySlowly: Apprise does not understand the URL. RetrySoon: it could not send.
        """
        from apprise import Apprise

        given = settings.NUANBAN_APPRISE_URL
        url = given.replace("{to}", quote(to, safe="")).replace("{key}", quote(key, safe=""))
        link = Apprise()
        if not link.add(url):
            raise RetrySlowly("Apprise does not understand NUANBAN_APPRISE_URL")
        # Apprise tells no more than yes or no: its own log says why.
        if not link.notify(body=body):
            raise RetrySoon("Apprise could not send")
