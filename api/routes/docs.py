"""A page to read and try the API: Swagger UI from our own host, nothing inline."""

from typing import Final

from fastapi import Request, Response

from api.http.query_string import given_parameters

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
<link rel="icon" href="/static/icon.svg">
<link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/static/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/static/docs.js"></script>
</body>
</html>
"""


async def docs(request: Request) -> Response:
    """The API to read and try."""
    given_parameters(request, [])
    # Swagger UI writes style attributes; scripts stay strict.
    return Response(_PAGE, headers={"Content-Security-Policy": _POLICY}, media_type="text/html")
