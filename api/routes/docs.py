"""A page to read and try the API: Swagger UI from our own host, nothing inline."""

from typing import Final

from fastapi import Depends, Request, Response

from api.http.links import HTML
from api.http.negotiation import has_already
from api.parameters.declared import only_declared
from api.responses.declared_route import DeclaredRoute, operation, router
from api.responses.documents import answer_headers, send_body

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ansan Atlas API</title>
<link rel="icon" href="static/icon.svg">
<link rel="stylesheet" href="static/vendor/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="static/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script src="static/docs.js"></script>
</body>
</html>
"""
routes = router("Metadata", DeclaredRoute)


@routes.get(
    "/docs",
    dependencies=[Depends(only_declared)],
    **operation("getDocs", "The API to read and try", [HTML]),
)
async def docs(request: Request) -> Response:
    """Show the API to read and try."""
    headers = answer_headers(request, "docs")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    # Swagger UI writes style attributes; scripts stay strict.
    headers["Content-Security-Policy"] = _POLICY
    return await send_body(request, _PAGE.encode(), HTML, headers)
