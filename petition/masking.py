"""How personal data is shown back: enough for its owner to recognise, too little for the next in the queue."""

from __future__ import annotations

import re
from collections.abc import Mapping

ADDRESS_SHOWN = 6

_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[-\s]?\d{3,4}(\d{4})(?!\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(\d{2})[\dXx]?(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2}(?![0-9A-Za-z])")
_CALLED = re.compile(
    r"((?:我|他|她|本人|名字|姓名)(?:的名字)?(?:叫|是|为|：|:))([\u4e00-\u9fff])[\u4e00-\u9fff]{1,2}(?=[，,。.；;、！!？?\s]|$)"
)


def mask_name(name: str) -> str:
    """马小云 → 马**: the first character; the length is not told."""
    return f"{name[:1]}**"


def mask_phone(phone: str) -> str:
    """13900000001 → 139****0001; a landline keeps its area code and its last four digits."""
    if "-" in phone:
        area, _, number = phone.partition("-")
        return f"{area}-****{number[-4:]}"
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-4:]}"


def mask_address(address: str) -> str:
    """The first 6 characters; of a short address only half."""
    return f"{address[: min(ADDRESS_SHOWN, len(address) // 2)]}****"


def mask_text(text: str) -> str:
    """Free text with identity and mobile numbers masked."""
    return _MOBILE.sub(r"\1****\2", _IDENTITY.sub(r"\1********\2", text))


def mask_question(text: str) -> str:
    """Free text that is kept without its speaker: also landlines, long numbers, codes, mail addresses, and a name that is told."""
    text = _CODE.sub("****", _MAIL.sub("****", mask_text(text)))
    text = _LONG_NUMBER.sub(r"****\1", _LANDLINE.sub(r"\1-****\2", text))
    return _CALLED.sub(r"\1\2**", text)


def _mask(slot: str, value: object) -> object:
    if isinstance(value, list | tuple):
        return [mask_name(str(each)) for each in value] if slot == "people" else list(value)
    if not isinstance(value, str):
        return value
    match slot:
        case "name" | "people":
            return mask_name(value)
        case "phone":
            return mask_phone(value)
        case "address":
            return mask_address(value)
        case "on_behalf_of":
            return f"{value[:2]}**"
        case _:
            return mask_text(value)


def masked(draft: Mapping[str, object]) -> dict[str, object]:
    """The draft as a reply shows it: names, phones and addresses masked, empty slots left out."""
    return {slot: _mask(slot, value) for slot, value in draft.items() if value not in (None, "", [], ())}
