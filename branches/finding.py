"""Find branches among many: by what somebody types, by district, by how they stand."""

from typing import Any

from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from branches.models import Branch, Demonstration
from foundation.pinyin import sounds_like

# 西安市长安区航天大道 is in 长安区, 榆林市 in 榆林市: a district after the city, else the city.
DISTRICT = "[市州盟]([^市州盟区县]{1,12}[区县])"
CITY = "^(?:[^省]{1,8}省)?([^市]{1,10}市)"


def search(rows: QuerySet[Branch], words: str) -> QuerySet[Branch]:
    """The branches that the words may mean: code, name, address, or a name's pinyin or initials."""
    words = words.strip().replace("\0", "")
    if not words:
        return rows
    found = Q(code__icontains=words) | Q(name_zh__icontains=words)
    found |= Q(name_en__icontains=words) | Q(address__icontains=words)
    if words[0].isascii():
        names = Branch.objects.order_by().values_list("pk", "name_zh")
        found |= Q(pk__in=[pk for pk, name in names if sounds_like(words, name)])
    return rows.filter(found)


def with_district(rows: QuerySet[Branch]) -> QuerySet[Branch]:
    """The branches with their ``district`` as the address says it; empty when it says none."""
    return rows.annotate(
        district=Coalesce(
            _part_of_address(DISTRICT), _part_of_address(CITY), Value(""), output_field=TextField()
        )
    )


def districts(rows: QuerySet[Branch]) -> list[str]:
    """The districts in which these branches stand, in order."""
    found: QuerySet[Any] = with_district(rows).order_by()
    return sorted(name for name in found.values_list("district", flat=True).distinct() if name)


def with_sign(rows: QuerySet[Branch], status: str) -> QuerySet[Branch]:
    """Those whose latest candidacy for the demonstration sign has this status."""
    latest = Demonstration.objects.filter(branch=OuterRef("pk")).order_by("-applied_at", "-pk")
    return rows.annotate(sign=Subquery(latest.values("status")[:1])).filter(sign=status)


def _part_of_address(pattern: str) -> Func:
    return Func(F("address"), Value(pattern), function="SUBSTRING", output_field=TextField())
