"""What a file is, by its content, and what is left of a picture."""

import contextlib
import io
import tracemalloc
import zipfile

import pytest
from PIL import Image

from bot.channels.webchat.pictures import BROKEN, TOO_MANY, drawn_anew
from bot.channels.webchat.sniff import Unwelcome, sniff
from tests.channels.webchat.pictures import bomb, photo, read, saved

SMALL = Image.new("RGB", (8, 6), "green")
M4A = b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom" + b"\0\0\0\x21hdlr" + b"\0" * 8 + b"soun" + b"\0" * 20
VIDEO = M4A.replace(b"M4A ", b"isom").replace(b"soun", b"vide")
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("x.jpg", b"\xff\xd8\xff")
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "mime"),
    [
        (photo(), "image", "image/jpeg"),
        (saved(SMALL, "PNG"), "image", "image/jpeg"),
        (saved(SMALL, "GIF"), "image", "image/jpeg"),
        (saved(SMALL, "WEBP"), "image", "image/jpeg"),
        (b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n", "file", "application/pdf"),
        (b"#!AMR\n\x3c", "voice", "audio/amr"),
        (b"OggS\0\2", "voice", "audio/ogg"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "voice", "audio/wav"),
        (b"ID3\x04\0", "voice", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "voice", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "voice", "audio/aac"),
        (M4A, "voice", "audio/mp4"),
    ],
)
def test_known_by_content(data: bytes, kind: str, mime: str) -> None:
    found = sniff(data)
    assert (found.kind, found.mime) == (kind, mime)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (zipped(), "图片、录音或 PDF"),
        (b"MZ\x90\0", "图片、录音或 PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "图片、录音或 PDF"),
        (b"<!doctype html><script>1</script>", "图片、录音或 PDF"),
        (b"%PDF-1.4 and no end", "图片、录音或 PDF"),
        ("\ufeff你好".encode("utf-16"), "图片、录音或 PDF"),
        (b"\0", "图片、录音或 PDF"),
        (VIDEO, "视频"),
        (HEIC, "HEIC"),
    ],
)
def test_what_is_not_taken_says_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(Unwelcome) as refused:
        sniff(data)
    assert told in refused.value.text


def test_place_maker_and_comment_are_gone_and_the_picture_stands_upright() -> None:
    data = photo()
    assert b"SecretPhone" in data
    assert read(data).getexif().get_ifd(0x8825)
    clean = drawn_anew(data, "JPEG")
    picture = read(clean)
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Secret" not in clean
    assert b"Exif" not in clean
    assert picture.size == (40, 80)  # as it was seen when it was taken
    top, bottom = picture.getpixel((20, 10)), picture.getpixel((20, 70))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, top[2] < 60) == (True, True)
    assert (bottom[2] > 200, bottom[0] < 60) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_every_kind_of_colour_becomes_a_plain_picture(mode: str) -> None:
    form = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    picture = read(drawn_anew(saved(Image.new(mode, (9, 7)), form), form))
    assert (picture.mode, picture.size, picture.format) == ("RGB", (9, 7), "JPEG")


def test_what_shines_through_becomes_white() -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert read(drawn_anew(saved(clear, "PNG"), "PNG")).getpixel((2, 2)) == (255, 255, 255)


def test_a_second_file_behind_the_picture_is_gone() -> None:
    assert b"PK\x03\x04" not in drawn_anew(photo() + zipped(), "JPEG")


@pytest.mark.parametrize(("width", "height"), [(6000, 5000), (50_000, 50_000), (1_000_000, 26)])
def test_a_bomb_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    data = bomb(width, height)
    tracemalloc.start()
    with pytest.raises(Unwelcome, match=TOO_MANY):
        drawn_anew(data, "PNG")
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_a_webp_that_wants_too_much_is_refused_by_its_head() -> None:
    side = (16_383).to_bytes(3, "little")
    data = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + side + side + b"\0" * 20
    with pytest.raises(Unwelcome, match=TOO_MANY):
        drawn_anew(data, "WEBP")


def test_a_large_picture_of_a_phone_is_taken() -> None:
    picture = Image.new("RGB", (4000, 6000), "red")
    assert read(drawn_anew(saved(picture, "JPEG"), "JPEG")).size == (4000, 6000)


def test_a_picture_of_thousands_of_scans_is_refused() -> None:
    with pytest.raises(Unwelcome, match=TOO_MANY):
        drawn_anew(photo() + b"\xff\xda\0\x08" * 300, "JPEG")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_cut_and_forged_pictures_are_refused_in_words(form: str) -> None:
    whole = saved(Image.effect_noise((64, 64), 80).convert("RGB"), form)
    for cut in (4, 12, 20, len(whole) // 2, len(whole) - 40):
        with pytest.raises(Unwelcome, match=BROKEN):
            drawn_anew(whole[:cut], form)
    wrong = {"JPEG": "PNG", "PNG": "JPEG", "GIF": "PNG", "WEBP": "PNG"}[form]
    with pytest.raises(Unwelcome, match=BROKEN):
        drawn_anew(whole, wrong)
    for at in range(0, len(whole), max(1, len(whole) // 150)):  # whatever is flipped: a picture or a refusal
        spoiled = bytearray(whole)
        spoiled[at] ^= 0xFF
        with contextlib.suppress(Unwelcome):
            assert read(drawn_anew(bytes(spoiled), form)).format == "JPEG"
