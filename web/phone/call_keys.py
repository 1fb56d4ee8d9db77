"""The keys of the telephone desk; what they set off is declared where it is done."""

from nicegui.element import Element


class CallKeys(Element, component="call_keys.js"):
    pass
