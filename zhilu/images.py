"""Photos written anew for display: upright, small, without what the camera noted; the original is never changed."""

from __future__ import annotations

import io
import struct
import zlib

import pi_heif
from PIL import Image, ImageOps

from cases.attachments import Preview

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
HEIC = "image/heic"
DISPLAY, THUMBNAIL = (2000, 2000), (320, 320)
MOST_PIXELS = 50_000_000  # a picture of more needs too much memory to open; Pillow itself refuses twice its own limit
QUALITY = 85
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    RuntimeError,  # libheif
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def preview_of(content: bytes, media_type: str) -> Preview | None:
    """None for what is no photo, for one that is too large to be opened safely, and for a broken one."""
    if media_type != HEIC and media_type not in FORMATS:
        return None
    try:
        picture = upright(opened(content, media_type))
        return Preview(as_jpeg(picture), as_jpeg(shrunk(picture, THUMBNAIL)))
    except BROKEN:  # what Pillow and libheif raise for bytes that are no picture
        return None


def opened(content: bytes, media_type: str) -> Image.Image:
    """The first picture, not yet decoded; only the format that its first bytes promise is tried."""
    if media_type == HEIC:
        photo = pi_heif.open_heif(io.BytesIO(content))
        refuse_bomb(photo.size)
        decoded: Image.Image = photo.to_pillow()
        return decoded
    picture = Image.open(io.BytesIO(content), formats=[FORMATS[media_type]])
    refuse_bomb(picture.size)
    return picture


def refuse_bomb(size: tuple[int, int]) -> None:
    if min(size) < 1 or size[0] * size[1] > MOST_PIXELS:  # libheif gives a size of more than 31 bits as one below 1
        raise Image.DecompressionBombError(f"{size[0]} × {size[1]} pixels")


def upright(picture: Image.Image) -> Image.Image:
    """At most 2,000 pixels each way, turned as the camera was held, on white; nothing else of the file comes along."""
    picture.thumbnail(DISPLAY)  # first: a large JPEG is then decoded at a fraction of its size
    turned = ImageOps.exif_transpose(picture)
    coloured = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    clean = Image.new("RGB", coloured.size, "white")
    clean.paste(coloured, mask=coloured if coloured.mode == "RGBA" else None)
    return clean


def shrunk(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    small = picture.copy()
    small.thumbnail(size)
    return small


def as_jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
