#!/bin/sh
# One call of a local Slipway:   docs/examples/call.sh METHOD PATH [BODY_FILE]
#
# Signs in as an admin of project `default`. $NAMES in the body are taken from the environment; an RSA key is made for
# SSH_PUBLIC_KEY when none is given. SLIPWAY_URL: another address than http://127.0.0.1:7071.
set -eu
url=${SLIPWAY_URL:-http://127.0.0.1:7071}

if [ -z "${SSH_PUBLIC_KEY:-}" ]; then
  key=${TMPDIR:-/tmp}/slipway-example-key
  [ -f "$key" ] || ssh-keygen -q -t rsa -b 2048 -N '' -C slipway-example -f "$key"
  SSH_PUBLIC_KEY=$(cat "$key.pub")
fi

token=$(curl -sf "$url/local/token" -d '{"subject": "me", "roles": ["admin"], "projects": ["default"]}' |
  sed 's/.*"access_token":"\([^"]*\)".*/\1/')

fill() {
  sed -e "s|\$SSH_PUBLIC_KEY|$SSH_PUBLIC_KEY|" -e "s|\$TENANT_ID|${TENANT_ID:-}|" -e "s|\$CLIENT_ID|${CLIENT_ID:-}|" \
    -e "s|\$CLIENT_SECRET|${CLIENT_SECRET:-}|" -e "s|\$TENANT_NAME|${TENANT_NAME:-}|" \
    -e "s|\$VPC_ID|${VPC_ID:-}|" -e "s|\$CONTROL_PLANE_SUBNET_ID|${CONTROL_PLANE_SUBNET_ID:-}|" \
    -e "s|\$WORKER_SUBNET_ID|${WORKER_SUBNET_ID:-}|" -e "s|\$PUBLIC_SUBNET_ID|${PUBLIC_SUBNET_ID:-}|" "$1"
}

set -- "$1" "$2" "${3:-}"
if [ -n "$3" ]; then
  fill "$3" | curl -sS -X "$1" "$url$2" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @-
else
  curl -sS -X "$1" "$url$2" -H "Authorization: Bearer $token"
fi
echo
