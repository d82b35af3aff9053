#!/bin/sh
# Makes what is missing of a cluster's secrets, and changes nothing that is there. Each folder is what one kind of process sees:
# as a mount in compose.yaml, as a Secret in kubernetes/.
#   deploy/secrets.sh FOLDER [NODE...]      DATABASE_HOST, DATABASE_OPTIONS: how nodes reach PostgreSQL
set -eu
umask 077
folder=${1:?the folder of the secrets}
shift
[ $# -gt 0 ] || set -- silo-1 silo-2 silo-3 portal-1 portal-2
host=${DATABASE_HOST:-postgres}
mkdir -p "$folder"
cd "$folder"
mkdir -p postgres migrate silo portal tls

# once FILE COMMAND...: the command's output, unless the file is there. Whole or not at all.
once() {
  file=$1
  shift
  [ -s "$file" ] || { "$@" > "$file.new" && mv "$file.new" "$file"; }
}
# connection LOGIN PASSWORD POOL: all silos and portals, and one more of each in an upgrade, fit into the 100 connections of a server as it comes (README.md, "Connections").
connection() { printf 'Host=%s;Database=billing;Username=%s;Password=%s;Maximum Pool Size=%s;%s' "$host" "$1" "$(cat "postgres/$2")" "$3" "${DATABASE_OPTIONS:-}"; }

for password in postgres-password owner-password node-password; do once "postgres/$password" openssl rand -hex 24; done
once silo/Database__ConnectionString connection billing_node node-password 6
once portal/Database__ConnectionString connection billing_node node-password 2
once migrate/Database__ConnectionString connection billing_node node-password 2
once migrate/Database__MigrationConnectionString connection billing_owner owner-password 2
once silo/Vouchers__Key openssl rand -hex 32
once portal/Operators__Key openssl rand -hex 24

# Whoever shows a certificate of this authority is a node: its key stays here. It has a name of its own, so that two can be told apart.
if [ ! -s authority.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=billing cluster $(openssl rand -hex 4)" -keyout authority.key -out authority.pem 2> /dev/null
fi
for node; do
  mkdir -p "tls/$node"
  [ -s "tls/$node/authority.pem" ] || cp authority.pem "tls/$node/authority.pem"
  if [ ! -s "tls/$node/node.pem" ]; then
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$node" -keyout "tls/$node/node.key" -out "tls/$node/node.csr" 2> /dev/null
    printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n' > extensions
    openssl x509 -req -in "tls/$node/node.csr" -CA authority.pem -CAkey authority.key -days 365 -extfile extensions -out "tls/$node/node.pem" 2> /dev/null
    rm extensions "tls/$node/node.csr"
  fi
done

# A container's user is none of this machine: what is mounted must be readable for all, and the folder around it closes everybody out.
chmod -R a+rX postgres migrate silo portal tls
