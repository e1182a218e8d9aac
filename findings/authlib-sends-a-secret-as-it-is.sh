#!/usr/bin/env bash
# One would guess: Authlib's client sends its secret by HTTP Basic as RFC 6749 says in 2.3.1: form
#   encoding first, then base64. A server by the book decodes both.
# What is so: it sends the bytes as they are, in Latin-1. A secret with % or + arrives as another
#   one, one with ü as no UTF-8, and one with € cannot be sent at all. Basic is what it takes where
#   nothing else is said.
# Seen: Authlib 1.9.10.
# What we do: the secret goes in the form (client_secret_post), which every provider takes.
#
# usage: bash findings/authlib-sends-a-secret-as-it-is.sh [AUTHLIB-VERSION]
set -euo pipefail
version=${1:-1.9.10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "authlib==$version" httpx2

"$work/venv/bin/python" - <<'PY'
import sys
from base64 import b64decode
from importlib.metadata import version
from urllib.parse import unquote_plus

from authlib.oauth2.auth import ClientAuth


def arrives(secret: str) -> str:
    _, headers, _ = ClientAuth("app", secret).prepare("POST", "/token", {}, "")
    given = b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    return unquote_plus(given.partition(":")[2])


print(f"Authlib {version('authlib')}; a server that reads by RFC 6749, 2.3.1 gets:")
found = {}
for secret in ("plain~secret", "50%25 off", "a+b", "gr\u00fcn", "\u20ac5"):
    try:
        found[secret] = arrives(secret)
    except UnicodeError as error:
        found[secret] = type(error).__name__
    print(f"  {secret!r:16} as {found[secret]!r}")
if all(sent == got for sent, got in found.items()):
    sys.exit("Changed: every secret arrives as it is. Basic may be used.")
seen = ["plain~secret", "50% off", "a b", "UnicodeDecodeError", "UnicodeEncodeError"]
if list(found.values()) != seen:
    sys.exit("Changed: secrets are treated in another way than was seen. Look again.")
print("Still so: only a plain secret arrives.")
PY
