#!/usr/bin/env bash
# Runs bench/connect.ts on a loopback of its own that loses packets, TCP and UDP, each way. Needs root and nftables.
#   bench/loss.sh [percent] [arguments of connect.ts]
set -euo pipefail
cd "$(dirname "$0")/.."
percent=${1:-5}
shift || true
export percent
exec unshare -n bash -c '
  set -e
  ip link set lo up
  nft add table inet loss
  nft "add chain inet loss in { type filter hook input priority 0; }"
  nft add rule inet loss in meta l4proto "{ tcp, udp }" numgen random mod 100 "<" "$percent" drop
  exec node bench/connect.ts "$@"
' bash "$@"
