"""Where the API begins: its index, the OpenAPI document, and the page that shows it."""

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.api.views import ApiView

COLLECTIONS = (
    "articles",
    "stories",
    "outlets",
    "claims",
    "appearances",
    "reviews",
    "fact-checks",
    "speakers",
    "imports",
    "feeds",
)


@extend_schema(exclude=True)
class ApiIndex(ApiView):
    """What there is under /api/, for whoever looks there first; it says no more than the documentation does."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:
        root = reverse("api_index")
        addresses = {"docs": reverse("api_docs"), "schema": reverse("api_schema"), "me": f"{root}me/"}
        addresses |= {name: f"{root}{name}/" for name in COLLECTIONS}
        return Response({name: request.build_absolute_uri(path) for name, path in addresses.items()})


class ApiSchema(SpectacularAPIView):
    """YAML, or JSON with `?format=json` or by Accept."""


@method_decorator(login_required, name="dispatch")
class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger's page with its script at an address of its own: nothing inline, as our content security policy wants it."""

    url_name = "api_schema"
    template_name = "api_docs.html"
    title = "API · Factcheck workbench"
