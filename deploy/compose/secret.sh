#!/bin/bash
# Makes the password of the database's user, once. It is in a volume of its own, which only the database and enrol.sh see.
set -euo pipefail
file=${SECRET:-/secret}/store-password
[[ -s $file ]] && exit
# The database's entry point may read it as a user of its own.
head -c 24 /dev/urandom | base64 | tr -d '\n' >"$file.new"
chmod 0644 "$file.new"
mv "$file.new" "$file"
