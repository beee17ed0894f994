"""The OpenAPI document, and the page that shows it."""

from django.contrib.auth.decorators import login_required
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class ApiSchema(SpectacularAPIView):
    """YAML, or JSON with `?format=json` or by Accept."""


@method_decorator(login_required, name="dispatch")
class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger's page with its script at an address of its own: nothing inline, as our content security policy wants it."""

    url_name = "api_schema"
    template_name = "api_docs.html"
    title = "API · Factcheck workbench"
