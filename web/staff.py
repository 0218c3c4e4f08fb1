"""The staff's own door: sign in, sign out, and the way to each role's face."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import BRANCH_ROLES, REGION_ROLES

# A tablet in a lobby is signed in for a shift, not for a month.
SHIFT_SECONDS = 12 * 60 * 60


class StaffSignInForm(AuthenticationForm):
    """Django's own form; one sentence for every way in which it can be wrong."""

    error_messages = {
        "invalid_login": _("Name and password do not fit together. Please try again."),
        "inactive": _("Name and password do not fit together. Please try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Sign-in name")


class SignIn(LoginView):
    """Signed in for one shift; the session key is new from here on."""

    template_name = "staff/sign_in.html"
    authentication_form = StaffSignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        self.request.session.set_expiry(SHIFT_SECONDS)
        return answer


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(http_method_names=["post", "options"])


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Each role's own face."""
    return HttpResponseRedirect(face_of(request.user))


def face_of(user: Any) -> str:
    """Where this person works: the desk, the region's pages, or the administration."""
    role = user.role if isinstance(user, User) else ""
    if role in BRANCH_ROLES:
        return "/desk/"
    return "/region/" if role in REGION_ROLES else "/admin/"
