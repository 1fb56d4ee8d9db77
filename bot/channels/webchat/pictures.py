"""A picture is drawn anew: what hides in the file — place, time, camera, a second file — does not come along."""

import io
import struct
from typing import Final

from PIL import Image, ImageOps

from bot.channels.webchat.sniff import Unwelcome

MOST_PIXELS: Final = 25_000_000  # drawn at full size that is 100 MB; telephones take 12, long screenshots up to 20
MOST_SCANS: Final = 200  # a progressive JPEG of thousands of scans keeps a processor busy for minutes
QUALITY: Final = 90
TOO_MANY: Final = "图片太大，打不开。请截图，或拍小一点再发。"
BROKEN: Final = "这张图片打不开，可能没传完整。请换一张，或截图再发。"
# What the readers of Pillow raise on files that are cut, forged or made to hurt.
TROUBLE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    struct.error,
    AttributeError,
)


def drawn_anew(data: bytes, form: str) -> bytes:
    """JPEG without anything but the picture, turned upright; `form` is the only format it may be read as."""
    if form == "WEBP" and _webp_pixels(data) > MOST_PIXELS:  # its reader makes room for all of it when it opens
        raise Unwelcome(TOO_MANY)
    if form == "JPEG" and data.count(b"\xff\xda") > MOST_SCANS:
        raise Unwelcome(TOO_MANY)
    try:
        with Image.open(io.BytesIO(data), formats=(form,)) as checked:
            _check_size(checked)
            checked.verify()
        with Image.open(io.BytesIO(data), formats=(form,)) as picture:
            _check_size(picture)
            return _written(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Unwelcome(TOO_MANY) from error
    except TROUBLE as error:
        raise Unwelcome(BROKEN) from error


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Unwelcome(TOO_MANY)


def _written(picture: Image.Image) -> bytes:
    upright: Image.Image = ImageOps.exif_transpose(picture)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layers = upright.convert("RGBA")
        upright = Image.new("RGB", layers.size, "white")
        upright.paste(layers, mask=layers.getchannel("A"))
    plain = upright.convert("RGB")
    plain.info.clear()
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, subsampling=0)  # small letters of a screenshot stay sharp
    return written.getvalue()


def _webp_pixels(data: bytes) -> int:
    """Width times height as the first chunk says; 0 when it says nothing."""
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        return 0
    if chunk == b"VP8X":
        width, height = int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    elif chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width * height
