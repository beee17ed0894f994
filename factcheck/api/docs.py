"""Where the API begins: its index, the OpenAPI document, and the page that shows it."""

from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

COLLECTIONS = ("articles", "outlets", "claims", "appearances", "reviews", "speakers", "imports")


@login_not_required  # says no more than the addresses in the documentation
@require_safe
def api_index(request: HttpRequest) -> JsonResponse:
    """What there is under /api/, for somebody who looks there first."""
    root = reverse("api_index")
    addresses = {"docs": reverse("api_docs"), "schema": reverse("api_schema"), "me": f"{root}me/"}
    addresses |= {name: f"{root}{name}/" for name in COLLECTIONS}
    return JsonResponse({name: request.build_absolute_uri(path) for name, path in addresses.items()})


class ApiSchema(SpectacularAPIView):
    """YAML, or JSON with `?format=json` or by Accept."""


@method_decorator(login_required, name="dispatch")
class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger's page with its script at an address of its own: nothing inline, as our content security policy wants it."""

    url_name = "api_schema"
    template_name = "api_docs.html"
    title = "API · Factcheck workbench"
