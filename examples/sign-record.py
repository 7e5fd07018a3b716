#!/usr/bin/env python3
"""Signs a record with a device's key, and prints or sends it. Needs the package `cryptography`.

    python3 sign-record.py KEY [RECORD] [--url URL] [--canonical]

KEY is a private key, Ed25519 or P-256, in PEM or as a JWK (as `warifu source keygen` makes it). RECORD is a file with one
record as JSON, with its seq; without it, standard input. Without --url the signed record is printed; with it, it is sent
there with the API key in WARIFU_API_KEY.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request
from decimal import Decimal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read_key(path):
    with open(path, "rb") as file:
        text = file.read()
    if text.lstrip().startswith(b"{"):
        jwk = json.loads(text)
        secret = from_base64url(jwk["d"])
        if jwk["crv"] == "Ed25519":
            return ed25519.Ed25519PrivateKey.from_private_bytes(secret)
        return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    return load_pem_private_key(text, password=None)


def is_ed25519(key):
    return isinstance(key, ed25519.Ed25519PrivateKey)


def raw_public_key(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def thumbprint(key):
    """RFC 7638: by this the service knows which key it is."""
    if is_ed25519(key):
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": base64url(raw_public_key(key))}
    else:
        point = key.public_key().public_numbers()
        x, y = (base64url(number.to_bytes(32, "big")) for number in (point.x, point.y))
        jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
    return base64url(hashlib.sha256(json.dumps(jwk, separators=(",", ":")).encode()).digest())


def signature_of(key, message):
    if is_ed25519(key):
        return key.sign(message)
    # As JWS and RFC 9421 have it: r and s, 32 bytes each, and not the DER that programs give.
    return b"".join(n.to_bytes(32, "big") for n in decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256()))))


def jws_of(key, record_text):
    """A JWS whose payload is the record as it was written, so numbers may be spelled in any way."""
    header = json.dumps({"alg": "EdDSA" if is_ed25519(key) else "ES256", "kid": thumbprint(key)}, separators=(",", ":"))
    signing_input = f"{base64url(header.encode())}.{base64url(record_text.encode())}"
    return f"{signing_input}.{base64url(signature_of(key, signing_input.encode()))}"


def canonical_number(value):
    """RFC 8785 section 3.2.2.3: as JavaScript writes it, 16 for 16.0 and 1e-7 for 1e-07."""
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + exponent
    if 0 < point <= 21:
        text = text.ljust(point, "0")
        text = text[:point] + ("." + text[point:] if text[point:] else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        fraction = "." + text[1:] if text[1:] else ""
        text = f"{text[0]}{fraction}e{point - 1:+d}"
    return ("-" if sign else "") + text


def canonical(value):
    """RFC 8785: no spaces, names in the order of their UTF-16 code units."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return canonical_number(value)
    return json.dumps(value, ensure_ascii=False)


def with_evidence(key, record):
    """The record with a signature over its canonical form, which is readable where a JWS is not."""
    signed = canonical({name: record[name] for name in ("claims", "seq", "source", "type")})
    public_key, signature = raw_public_key(key), key.sign(f"warifu-record/1\n{signed}".encode())
    encoded = [base64.b64encode(one).decode() for one in (public_key, signature)]
    return {**record, "evidence": {"alg": "Ed25519", "key": encoded[0], "sig": encoded[1]}}


def read_record(text):
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        sys.exit(f"the record is not JSON, at line {error.lineno}, character {error.colno}")
    if not isinstance(record, dict):
        sys.exit("the record is not an object")
    return record


def send(url, text):
    headers = {"Authorization": f"Bearer {os.environ['WARIFU_API_KEY']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url.rstrip('/')}/v1/records", text.encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refusal:
        sys.exit(refusal.read().decode())


def main():
    parser = argparse.ArgumentParser(description="Signs a record with a device's key.")
    parser.add_argument("key")
    parser.add_argument("record", nargs="?", type=argparse.FileType(encoding="utf-8"), default=sys.stdin)
    parser.add_argument("--url")
    parser.add_argument("--canonical", action="store_true", help="sign the canonical form (Ed25519 only)")
    options = parser.parse_args()
    # Windows begins text with a byte order mark.
    text = options.record.read().lstrip("\ufeff").strip()
    record = read_record(text)
    if "seq" not in record:
        sys.exit("the record has no seq: a signed record carries its own, so that nobody can send it twice")
    key = read_key(options.key)
    submission = with_evidence(key, record) if options.canonical else {"jws": jws_of(key, text)}
    signed = json.dumps(submission, ensure_ascii=False, separators=(",", ":"))
    print(send(options.url, signed) if options.url else signed)


if __name__ == "__main__":
    main()
