"""What can go wrong between us and the platform. Nothing in a fault says who wrote, what was written, or a secret.

WireFault                 what came at our door is refused
├── Forged                the signature or the appid is not the platform's for this account
├── Stale                 signed more than five minutes ago, or ahead of time
├── PlainRefused          not encrypted, and the account is in safe mode
├── TooLarge              longer than any message
└── Unreadable            not a message

PlatformFault             a call of the API failed; `code` is the platform's, `temporary` says whether to try again later
├── TokenRefused          40001 40014 42001, also with a new token
├── OutOfWindow           45015: wrote more than 48 hours ago, or follows no more
├── OverCount             45047: no customer-service message left until the citizen writes again
├── TooLong               45002
├── DayLimit              45009
├── MinuteLimit           45011
├── NotAuthorised         48001: the account has no right to this call
├── NotFollowing          43004
├── AddressRefused        40164: our address is not on the account's list
├── WrongAccountKind      40200
├── Busy                  -1
├── Unreachable           nothing was sent
│   └── Unsure            it was sent, and no answer that can be read came back: it may have been done
├── MediaTooLarge         longer than was allowed; the rest was not read
├── MediaElsewhere        the platform names another address instead of the file (a video); it is not followed
└── UnknownCode           every other code
"""

from __future__ import annotations

from typing import ClassVar


class WireFault(Exception):
    """What came is refused."""


class Forged(WireFault):
    """Not signed by the platform for this account."""


class Stale(WireFault):
    """Signed too long ago, or ahead of time: perhaps a replay."""


class PlainRefused(WireFault):
    """An open body where the account is in safe mode."""


class TooLarge(WireFault):
    """Longer than any message."""


class Unreadable(WireFault):
    """Not a message."""


class PlatformFault(Exception):
    """A call of the API failed."""

    temporary: ClassVar[bool] = False

    def __init__(self, code: int = 0) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.code}"


class TokenRefused(PlatformFault):
    """The access token is refused, a new one too."""

    temporary = True


class OutOfWindow(PlatformFault):
    """The citizen has to write first."""


class OverCount(PlatformFault):
    """The customer-service messages of this window are used up."""


class TooLong(PlatformFault):
    """The text is too long."""


class DayLimit(PlatformFault):
    """The calls of this day are used up."""

    temporary = True


class MinuteLimit(PlatformFault):
    """The calls of this minute are used up."""

    temporary = True


class NotAuthorised(PlatformFault):
    """The account has no right to this call."""


class NotFollowing(PlatformFault):
    """The citizen does not follow the account."""


class AddressRefused(PlatformFault):
    """Our address is not on the account's list."""


class WrongAccountKind(PlatformFault):
    """This kind of account cannot do that."""


class Busy(PlatformFault):
    """The platform asks to come again."""

    temporary = True


class Unreachable(PlatformFault):
    """The platform is away; nothing was sent."""

    temporary = True


class Unsure(Unreachable):
    """It was sent, and may have been done; `code` is the HTTP status where there was one."""


class MediaTooLarge(PlatformFault):
    """The file is longer than was allowed."""


class MediaElsewhere(PlatformFault):
    """The file lies at an address that we do not follow."""


class UnknownCode(PlatformFault):
    """A code without a meaning of its own here."""


BY_CODE: dict[int, type[PlatformFault]] = {
    -1: Busy,
    40001: TokenRefused,
    40014: TokenRefused,
    42001: TokenRefused,
    45015: OutOfWindow,
    45047: OverCount,
    45002: TooLong,
    45009: DayLimit,
    45011: MinuteLimit,
    48001: NotAuthorised,
    43004: NotFollowing,
    40164: AddressRefused,
    40200: WrongAccountKind,
}


def fault_of(code: int) -> PlatformFault:
    """The fault that an `errcode` stands for."""
    return BY_CODE.get(code, UnknownCode)(code)
