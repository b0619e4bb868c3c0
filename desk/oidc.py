"""Signing in with the identity provider of the office (统一身份; OpenID Connect, authorization code with PKCE), by Authlib and joserfc."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SCOPE = "openid profile"
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "ES256",
    "ES384",
    "EdDSA",
]  # signed with a key of the provider's own, never "none"
SECONDS = 10.0


class ProviderFault(Exception):
    """The provider is away, or what it says does not hold; the text names which, without a word of a person."""


@dataclass(frozen=True)
class Begun:
    """What the browser keeps, sealed, while somebody is at the provider."""

    state: str
    nonce: str
    verifier: str
    to: str

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Begun:
        return cls(**json.loads(text))


class Provider:
    """One identity provider; `back` is the address of ours that it sends people to."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, back: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._id, self._secret, self._back = client_id, client_secret, back

    def begin(self, to: str) -> tuple[str, Begun]:
        """Where to send the browser, and what to keep meanwhile."""
        begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), to)
        with self._client() as client:
            known = self._described(client)
            address, _ = client.create_authorization_url(
                known["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )
        return str(address), begun

    def subject(self, address: str, begun: Begun, now: datetime) -> str:
        """Who came back to `address`; ProviderFault."""
        with self._client() as client:
            known = self._described(client)
            try:
                token = client.fetch_token(
                    known["token_endpoint"],
                    authorization_response=address,
                    state=begun.state,
                    code_verifier=begun.verifier,
                    timeout=SECONDS,
                )
                keys = self._fetched(client, known["jwks_uri"])
            except (AuthlibBaseError, requests.RequestException, ValueError) as error:
                raise ProviderFault(type(error).__name__) from None
        return self._checked(token, keys, begun, now)

    def _checked(self, token: Mapping[str, Any], keys: Any, begun: Begun, now: datetime) -> str:
        wanted = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=60,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._id},
            exp={"essential": True},
            nonce={"essential": True, "value": begun.nonce},
            sub={"essential": True},
        )
        try:
            read = jwt.decode(str(token["id_token"]), KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            wanted.validate(read.claims)
        except (JoseError, KeyError, ValueError) as error:
            raise ProviderFault(type(error).__name__) from None
        return str(read.claims["sub"])

    def _described(self, client: OAuth2Session) -> Mapping[str, str]:
        try:
            known: Mapping[str, str] = self._fetched(client, f"{self._issuer}/.well-known/openid-configuration")
        except (requests.RequestException, ValueError) as error:
            raise ProviderFault(type(error).__name__) from None
        if known.get("issuer", "").rstrip("/") != self._issuer:
            raise ProviderFault("issuer")
        return known

    def _fetched(self, client: OAuth2Session, address: str) -> Any:
        answer = client.get(address, withhold_token=True, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()

    def _client(self) -> OAuth2Session:
        client = OAuth2Session(
            self._id, self._secret, scope=SCOPE, redirect_uri=self._back, code_challenge_method="S256"
        )
        client.trust_env = False
        return client
