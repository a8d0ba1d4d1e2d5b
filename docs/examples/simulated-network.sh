#!/bin/sh
# Makes the virtual network `hub` of create-aks-static.json in the simulated Azure of a local Slipway. In Azure:
#   az network vnet create --resource-group platform --name hub --address-prefixes 10.20.0.0/16
set -eu
url=${SLIPWAY_URL:-http://127.0.0.1:7071}
azure=$(curl -sf "$url/local/endpoints" | sed 's/.*"azure":"\([^"]*\)".*/\1/')
token=$(curl -sf "$azure/00000000-0000-0000-0000-0000000000aa/oauth2/v2.0/token" \
  -d grant_type=client_credentials -d client_id=00000000-0000-0000-0000-0000000000c1 \
  -d client_secret=simulated~azure-demo~secret -d scope=https://management.azure.com/.default |
  sed 's/.*"access_token":"\([^"]*\)".*/\1/')
group=subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/platform
curl -sSf -X PUT "$azure/$group/providers/Microsoft.Network/virtualNetworks/hub?api-version=2025-05-01" \
  -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @"$(dirname "$0")/virtual-network.json"
echo
