"""Every setting of the product, read once from the environment (ZHILU_*) and from var/secrets.

Secrets are generated on first start into files of mode 600; outside development a secret given by hand must be long.
"""

from __future__ import annotations

import os
import secrets as random_secrets
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ("engine_secret", "actions_secret", "register_key")
LEAST_SECRET_LENGTH = 32
Port = Annotated[int, Field(ge=1, le=65535)]


class Environment(StrEnum):
    """Where the product runs; production refuses weak secrets."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Addresses, folders, secrets and limits. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix="ZHILU_", extra="ignore", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    public_port: Port = 8000
    desk_port: Port = 8001
    engine_port: Port = 5005
    actions_port: Port = 5055
    public_url: str = ""
    trusted_proxies: Annotated[list[str], NoDecode] = []

    var_dir: Path = ROOT / "var"
    knowledge_dir: Path = ROOT / "data" / "knowledge"
    replies_file: Path = ROOT / "data" / "replies.yml"
    dialogue_file: Path = ROOT / "data" / "dialogue.yml"
    followups_file: Path = ROOT / "data" / "followups.yml"
    terms_file: Path = ROOT / "data" / "terms.yml"
    synonyms_file: Path = ROOT / "data" / "synonyms.yml"
    labels_file: Path = ROOT / "data" / "labels.yml"
    care_dir: Path = ROOT / "data" / "care"
    triage_dir: Path = ROOT / "data" / "triage"
    guides_dir: Path = ROOT / "data" / "guides"
    papers_dir: Path = ROOT / "data" / "papers"
    office_file: Path = ROOT / "data" / "office" / "sample.yml"
    fingerprints_file: Path = ROOT / "data" / "checked_articles.yml"
    retention_file: Path = ROOT / "data" / "retention.yml"
    calendar_file: Path = ROOT / "data" / "calendar.yml"
    notices_file: Path = ROOT / "data" / "notices.yml"
    house_rules_file: Path = ROOT / "data" / "handling.yml"
    database_url: str = ""
    tracker_url: str = ""
    redis_url: str = ""
    soffice: str = "soffice"
    clamd: str = ""

    wechat_appid: str = ""
    wechat_secret: SecretStr = SecretStr("")
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_mode: Literal["safe", "plain"] = "safe"
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_customer_service: bool = True
    wechat_menu_file: Path = ROOT / "data" / "wechat" / "menu.yml"
    wechat_templates_file: Path = ROOT / "data" / "wechat" / "templates.yml"

    kiosk_dir: Path = ROOT / "data" / "kiosk"
    kiosk_language: str = "zh-CN"
    kiosk_registration: Literal["open", "required"] = "open"
    kiosk_idle_seconds: int = Field(90, ge=20)
    kiosk_countdown_seconds: int = Field(30, ge=20)
    kiosk_bridge_port: int = Field(0, ge=0, le=65535)
    espeak: str = "espeak-ng"
    desk_dir: Path = ROOT / "data" / "desk"
    eval_dir: Path = ROOT / "data" / "eval"
    taught_dir: Path | None = None
    desk_url: str = ""
    desk_second_factor: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    telegram_token: SecretStr = SecretStr("")
    telegram_api_base: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_port: Port = 8002
    asr_model_dir: Path | None = None

    engine_secret: SecretStr = SecretStr("")
    actions_secret: SecretStr = SecretStr("")
    register_key: SecretStr = SecretStr("")

    engine_deadline: float = Field(8.0, gt=0)
    queue_length: int = Field(8, ge=1)
    conversations_per_minute: int = Field(600, ge=1)
    messages_per_minute: int = Field(240, ge=1)
    lookups_per_minute: int = Field(30, ge=1)
    question_days: int = Field(180, ge=1)
    draft_days: int = Field(30, ge=1, le=365)
    case_days: int = Field(0, ge=0)
    log_level: str = "INFO"

    @model_validator(mode="after")
    def refuse_weak_secrets(self) -> Self:
        """A secret given by hand in production has at least 32 characters."""
        if self.environment is Environment.PRODUCTION:
            for name in SECRETS:
                value = getattr(self, name).get_secret_value()
                if value and len(value) < LEAST_SECRET_LENGTH:
                    raise ValueError(f"ZHILU_{name.upper()} is too short: at least {LEAST_SECRET_LENGTH} characters")
        return self

    @field_validator("wechat_api_base", "telegram_api_base")
    @classmethod
    def refuse_plain_address(cls, value: str) -> str:
        """The access token and what citizens write travel there: https, or this machine itself (the simulated platform)."""
        address = urlsplit(value)
        if address.scheme == "https" or (
            address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost", "::1")
        ):
            return value.rstrip("/")
        raise ValueError("https, unless it is on this machine")

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def read_networks(cls, value: str | list[str]) -> list[str]:
        """Addresses or networks with commas between them; everybody is not a proxy."""
        given = value.split(",") if isinstance(value, str) else value
        networks = [ip_network(each.strip()) for each in given if each.strip()]
        if any(each.prefixlen == 0 for each in networks):
            raise ValueError("the addresses of the proxies, not of everybody")
        return [str(each) for each in networks]

    @property
    def wechat_on(self) -> bool:
        """Whether an official account is set up."""
        return bool(self.wechat_appid)

    @cached_property
    def register_url(self) -> str:
        """SQLAlchemy URL of the case register."""
        return self.database_url or f"sqlite:///{self.var_dir / 'register.db'}"

    @property
    def lessons_dir(self) -> Path:
        """What the staff taught the assistant, beside knowledge_dir."""
        return self.taught_dir or self.var_dir / "teaching" / "knowledge"

    @property
    def secrets_dir(self) -> Path:
        return self.var_dir / "secrets"

    @property
    def keyboard_dir(self) -> Path:
        """What the kiosk's keyboard knows (bot/kiosk/words.py)."""
        return self.var_dir / "cache" / "keyboard"

    @property
    def first_password_file(self) -> Path:
        """The password of the first administrator, until somebody has signed in with it."""
        return self.secrets_dir / "desk_first_password"

    @property
    def engine_url(self) -> str:
        return f"http://127.0.0.1:{self.engine_port}"

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"

    def secret(self, name: str) -> str:
        """The secret from the environment, else from its file, which is made when it is missing."""
        given: SecretStr = getattr(self, name)
        return given.get_secret_value() or read_or_make_secret(self.secrets_dir / name)


def read_or_make_secret(path: Path) -> str:
    """The content of path; a new random secret of 256 bits (mode 600) where there is none, also when two start at once."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(random_secrets.token_urlsafe(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def ensure_secrets(settings: Settings) -> None:
    """Make every secret file that is missing, before several processes start at once."""
    for name in SECRETS:
        settings.secret(name)
