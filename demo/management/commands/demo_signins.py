from typing import Any

from django.core.management.base import BaseCommand

from demo import cast


class Command(BaseCommand):
    """Prints who can sign in to the demonstration, for the last lines of ``bin/serve``."""

    help = "Print the demonstration's sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"  staff (password {cast.PASSWORD}), at /desk/ or /region/:")
        for item in cast.SHOWN:
            self.stdout.write(f"    {item.username:<10} {item.role.value:<14} {item.full_name}")
        self.stdout.write("  customer, at /, with the code that /demo/phones/ shows:")
        self.stdout.write(f"    {cast.GRANDMOTHER_PHONE}  {cast.GRANDMOTHER_NAME}")
        self.stdout.write(f"    {cast.DAUGHTER_PHONE}  {cast.DAUGHTER_NAME}, her daughter")
