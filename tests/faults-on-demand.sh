#!/usr/bin/env bash
# Faults that take the machine itself in hand, as root: F3 for five minutes, F7, F8, F10, F18, F19, F22, and ten minutes of faults in any order
# (BILLING_FAULT_MINUTES for longer). What lacks a tool skips, and says so. An argument chooses tests by name, e.g. F10.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo 'Run it as root.' >&2; exit 1; }
if command -v apt-get > /dev/null; then
  apt-get install -q -y --no-install-recommends postgresql strace nftables iproute2 stress-ng faketime > /dev/null
fi
BILLING_ON_DEMAND=1 exec dotnet test tests/OrleansBilling.EndToEnd.Tests --logger 'console;verbosity=detailed' \
  --filter "FullyQualifiedName~OnDemand&FullyQualifiedName~${1:-OnDemand}"
