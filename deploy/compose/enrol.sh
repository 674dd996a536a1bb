#!/bin/bash
# enrol.sh NODE=SET...: writes the local files of control, the gateway and these nodes, with keys, before any of them starts. Repeated, it
# keeps what is there and good: a file whose program is enrolled. A file that is gone gets a new key, and so does each one whose program
# the database does not know, because it is a new database.
set -euo pipefail
umask 077
cd "${CONFIG:-/config}"
password=$(<"${SECRET:-/secret}/store-password")
store="Server=${STORE_SERVER:-mariadb};Database=intramessenger;User ID=intramessenger;Password=$password"

write() { cat >"$1.new" && mv "$1.new" "$1"; }

write control.json <<JSON
{
  "roles": ["control"],
  "management": "http://0.0.0.0:8081",
  "allowClearText": true,
  "store": { "connectionString": "$store" }
}
JSON

central() { "${CENTRAL:-/opt/intramessenger/central/Central}" "$@" --config control.json; }

# FILE KIND NAME...: puts a new key for FILE into $key; empty where the file is good as it is.
need_key() {
  local file=$1 code=0
  shift
  key=$(central "$1" add "${@:2}") || code=$?
  if ((code == 3)); then # the name exists
    key=''
    [[ -f $file ]] || key=$(central "$1" add "${@:2}" --renew)
  elif ((code != 0)); then
    exit "$code"
  fi
}

need_key gateway.json gateways gateway
[[ -z $key ]] || write gateway.json <<JSON
{
  "roles": ["gateway"],
  "listen": "http://0.0.0.0:8080",
  "management": "http://0.0.0.0:8082",
  "allowClearText": true,
  "data": "/data",
  "control": { "addresses": ["http://control:8081"], "key": "$key" }
}
JSON

for node; do
  name=${node%=*}
  need_key "$name.json" nodes "$name" --set "${node#*=}"
  [[ -z $key ]] || write "$name.json" <<JSON
{
  "name": "$name",
  "listen": "http://0.0.0.0:8100",
  "management": "http://0.0.0.0:8101",
  "advertised": "http://$name:8100",
  "advertisedManagement": "http://$name:8101",
  "allowClearText": true,
  "data": "/data",
  "store": { "connectionString": "$store" },
  "control": { "addresses": ["http://control:8081"], "key": "$key" }
}
JSON
done
