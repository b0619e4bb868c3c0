"""Files that come with a form stay in memory: evidence never touches a disk unsealed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from cases.attachments import MOST_BYTES_IN_A_CONVERSATION, MOST_IN_A_CONVERSATION

MOST_FORM = MOST_BYTES_IN_A_CONVERSATION + 256 * 1024


class InMemoryParser(MultiPartParser):
    """Starlette would write a file of more than 1 MB to a temporary file."""

    spool_max_size: ClassVar[int] = MOST_FORM + 1  # type: ignore[misc]


class InMemoryRequest(Request):
    """Its form is read whole into memory, up to a bound: 413 above it."""

    async def _get_form(self, **limits: Any) -> FormData:
        kind = self.headers.get("content-type", "")
        if self._form is None and kind.startswith("multipart/form-data"):
            try:
                self._form = await InMemoryParser(
                    self.headers, self._bounded(), max_files=MOST_IN_A_CONVERSATION
                ).parse()
            except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError):
                raise HTTPException(400) from None
        return await super()._get_form(**limits)

    async def _bounded(self) -> AsyncGenerator[bytes]:
        size = 0
        async for chunk in self.stream():
            size += len(chunk)
            if size > MOST_FORM:
                raise HTTPException(413)
            yield chunk


class InMemoryRoute(APIRoute):
    """A route whose forms may hold files."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            held = InMemoryRequest(request.scope, request.receive)
            try:
                return await handler(held)
            finally:
                await held.close()

        return handle


async def sent(request: Request) -> FormData:
    """The form, read once."""
    return await request.form()


Sent = Annotated[FormData, Depends(sent)]
