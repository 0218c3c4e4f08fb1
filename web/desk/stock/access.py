"""From an address to an item, a batch, a request: outside one's scope there is none."""

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from branches.models import Branch, StockBatch, StockItem, StockRequest
from branches.supplies import requests_of


def get_item_or_404(pk: int) -> StockItem:
    """One item of the catalogue, which is the same for every branch."""
    item = StockItem.objects.filter(pk=pk).first()
    if item is None:
        raise Http404(_("There is no such thing here."))
    return item


def batch_of(user: User, branch: Branch, item: StockItem, pk: int | None) -> StockBatch | None:
    """The batch that was chosen, of this branch and item; None when none was."""
    if pk is None:
        return None
    rows = StockBatch.objects.for_user(user, Permission.VIEW_STOCK)
    batch = rows.filter(branch=branch, item=item, pk=pk).first()
    if batch is None:
        raise Http404(_("There is no such thing here."))
    return batch


def get_request_or_404(user: User, branch: Branch, pk: int) -> StockRequest:
    """One request of a branch, for somebody who moves its stock."""
    row = requests_of(user, Permission.VIEW_STOCK).filter(branch=branch, pk=pk).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    require(user, Permission.MOVE_STOCK)
    return row
