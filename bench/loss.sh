#!/usr/bin/env bash
# Runs the benchmark on a loopback of its own that loses packets, TCP and UDP, each way. Needs root and nftables.
#   bench/loss.sh PERCENT [arguments of the benchmark]; npm run bench -- --loss PERCENT calls it
set -euo pipefail
cd "$(dirname "$0")/.."
export LANPEER_BENCH_LOSS=$1
shift
exec unshare -n bash -c '
  set -e
  ip link set lo up
  nft add table inet loss
  nft "add chain inet loss in { type filter hook input priority 0; }"
  nft add rule inet loss in meta l4proto "{ tcp, udp }" numgen random mod 1000 "<" "$(awk "BEGIN { print int($LANPEER_BENCH_LOSS * 10) }")" drop
  exec node bench/run.ts "$@"
' bash "$@"
