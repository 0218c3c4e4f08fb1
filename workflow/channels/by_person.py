"""A person who phones: for customers who want no text message."""

from workflow.due_steps import ask_a_person
from workflow.models import Message

READ_OUT = "read_out"


class PersonWhoPhones:
    """Puts the text on the branch's list, once per key; ``workflow.calls`` says what came of it."""

    def send(self, *, key: str, to: str, body: str) -> None:  # the step reads both
        """Ask the branch to phone and to read the text out."""
        message = Message.objects.get(key=key)
        ask_a_person(
            key=f"phone:{key}",
            kind=READ_OUT,
            subject=message.subject,
            branch_code=message.branch_code,
        )
