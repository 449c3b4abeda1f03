#!/usr/bin/env bash
# Runs a benchmark on a loopback of its own that loses packets, TCP and UDP, each way. Needs root and nftables.
#   bench/loss.sh [percent] [connect|messages] [arguments of the benchmark]
set -euo pipefail
cd "$(dirname "$0")/.."
percent=${1:-5}
shift || true
benchmark=connect
case ${1:-} in connect | messages) benchmark=$1; shift ;; esac
export percent benchmark
exec unshare -n bash -c '
  set -e
  ip link set lo up
  nft add table inet loss
  nft "add chain inet loss in { type filter hook input priority 0; }"
  nft add rule inet loss in meta l4proto "{ tcp, udp }" numgen random mod 100 "<" "$percent" drop
  exec node "bench/$benchmark.ts" "$@"
' bash "$@"
