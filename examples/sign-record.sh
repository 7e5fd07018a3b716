#!/bin/sh
# Signs a record as a JWS with an Ed25519 key in PEM, and prints or sends it. Needs OpenSSL 3, and curl for sending.
#
#     sh sign-record.sh KEY RECORD [URL]
#
# RECORD is a file with one record as JSON, with its seq. Without URL the signed record is printed; with it, it is sent there
# with the API key in WARIFU_API_KEY.
set -eu

key=$1
record=$(cat "$2")
url=${3:-}

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# RFC 7638: by this the service knows which key it is.
x=$(openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | base64url)
kid=$(printf '{"crv":"Ed25519","kty":"OKP","x":"%s"}' "$x" | openssl dgst -sha256 -binary | base64url)

input=$(printf '{"alg":"EdDSA","kid":"%s"}' "$kid" | base64url).$(printf %s "$record" | base64url)

# OpenSSL signs files, not pipes, with such a key.
file=$(mktemp)
trap 'rm -f "$file"' EXIT
printf %s "$input" >"$file"
signature=$(openssl pkeyutl -sign -inkey "$key" -rawin -in "$file" | base64url)
if [ ${#signature} -ne 86 ]; then
  echo "$key gives no Ed25519 signature" >&2
  exit 1
fi
signed=$(printf '{"jws":"%s.%s"}' "$input" "$signature")

if [ -z "$url" ]; then
  printf '%s\n' "$signed"
else
  # The API key goes in through a pipe: arguments can be seen by everybody on the machine.
  printf 'Authorization: Bearer %s\n' "$WARIFU_API_KEY" |
    curl --silent --show-error --fail-with-body --header @- --header 'Content-Type: application/json' \
      --data-binary "$signed" "${url%/}/v1/records"
  echo
fi
