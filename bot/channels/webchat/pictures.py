"""A picture is drawn anew: what hides in the file — place, time, camera, a second file — does not come along."""

import io
import struct
from typing import Final

from PIL import Image, ImageOps

from bot.channels.webchat.sniff import Unwelcome

# Drawn at full size that is 100 MB, twice while it is turned; telephones take 12, long screenshots up to 20.
MOST_PIXELS: Final = 25_000_000
MOST_WEBP_PIXELS: Final = 12_500_000  # its reader makes room four times over, as soon as it opens
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
    if form == "WEBP" and _webp_pixels(data) > MOST_WEBP_PIXELS:
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
    """Never more than two copies of the picture at once."""
    ImageOps.exif_transpose(picture, in_place=True)
    plain = _on_white(picture)
    if plain is not picture:
        picture.close()
    plain.info.clear()
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, subsampling=0)  # small letters of a screenshot stay sharp
    return written.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    layers = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    plain = Image.new("RGB", layers.size, "white")
    plain.paste(layers, mask=layers.getchannel("A"))
    return plain


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
