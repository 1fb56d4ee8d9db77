"""The flat XML of the platform: read with defusedxml, written with CDATA."""

import re
from collections.abc import Mapping

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

FIELDS = 200  # more than any push has: the body is capped before, this caps what is made of it
UNSPEAKABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not allowed in XML 1.0


class BadXml(Exception):
    """Not the flat XML the platform sends."""


def read(body: str | bytes) -> dict[str, str]:
    """The fields of the root by name, nested ones left out; a doubled field is refused rather than guessed."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise BadXml(type(error).__name__) from error
    if len(root) > FIELDS:
        raise BadXml("too many fields")
    found: dict[str, str] = {}
    for item in root:
        if item.tag in found:
            raise BadXml("doubled field")
        found[item.tag] = item.text or ""
    return found


def write(fields: Mapping[str, str | int]) -> str:
    inside = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inside}</xml>"


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    speakable = UNSPEAKABLE.sub("", value).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{speakable}]]>"
