#!/usr/bin/env bash
# A mesh whose two halves live in network namespaces of their own, is cut between them and healed. Needs root and nftables.
#   bench/mesh-partition.sh [--nodes 20] [--partition 20000]
set -euo pipefail
cd "$(dirname "$0")/.."
case " $* " in *" --partition "*) ;; *) set -- --partition 20000 "$@" ;; esac
# Both ends of a connection between two addresses of one machine have the same source: only namespaces tell halves apart.
exec unshare -n bash -c 'ip link set lo up; exec node bench/mesh.ts "$@"' bash "$@"
