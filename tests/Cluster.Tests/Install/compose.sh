# What the compose file says, without containers: each of its programs in a network and with folders of its own, with the commands that
# stand there, as the user of the image; the database is this machine's.
compose=deploy/compose/compose.yaml
command_of() { sed -n "/^  $1:/,/^  [a-z]/s/^    command: \[\(.*\)\]\$/\1/p" $compose | tr -d ',"'; }
in_image() { setpriv --reuid 1654 --regid 1654 --clear-groups --no-new-privs --bounding-set=-all "$@"; }

apt-get install mariadb-server
printf '[mysqld]\nbind-address = 0.0.0.0\nmax_connections = 400\n' >/etc/mysql/mariadb.conf.d/50-server.cnf
systemctl restart mariadb
dotnet publish src/Central -c Release -o /opt/intramessenger/central
dotnet publish src/Node -c Release -o /opt/intramessenger/node
cp deploy/compose/{secret,enrol}.sh /opt/intramessenger/
install -d -o 1654 -g 1654 /config /secret

programs=(gateway control node-a node-b)
ip link add compose type bridge
ip address add 172.31.84.1/24 dev compose
ip link set compose up
echo '172.31.84.1 mariadb otel-collector' >>/etc/hosts
for i in "${!programs[@]}"; do
  name=${programs[i]} address=172.31.84.$((i + 2))
  ip netns add "$name"
  ip link add "to-$name" type veth peer name eth0 netns "$name"
  ip link set "to-$name" master compose up
  ip -netns "$name" address add $address/24 dev eth0
  ip -netns "$name" link set eth0 up
  ip -netns "$name" link set lo up
  echo "$address $name" >>/etc/hosts
  install -d -o 1654 -g 1654 "/data-$name"
done

# shellcheck disable=SC2046 # the words of a command
secret() { in_image $(command_of secret); }
# shellcheck disable=SC2046
enrol() { in_image $(command_of enrol); }
secret
fact secret "$(stat -c '%u %a %s' /secret/store-password)"
before=$(</secret/store-password)
secret
[[ $before == "$(</secret/store-password)" ]]
mariadb -e "CREATE DATABASE intramessenger CHARACTER SET utf8mb4; CREATE USER intramessenger@'%' IDENTIFIED BY '$before'; GRANT ALL PRIVILEGES ON intramessenger.* TO intramessenger@'%'"

changed() { md5sum --check --quiet /tmp/sums 2>/dev/null | sed 's/:.*//' | paste -sd' '; }
enrol
fact files "$(stat -c '%n %u %a' /config/*)"
md5sum /config/* >/tmp/sums
enrol
fact again "$(changed)"
rm /config/node-b.json
enrol
fact lost "$(changed)"
md5sum /config/* >/tmp/sums
mariadb -e 'DROP DATABASE intramessenger; CREATE DATABASE intramessenger CHARACTER SET utf8mb4'
enrol
fact newstore "$(changed)"

for name in "${programs[@]}"; do
  # shellcheck disable=SC2016,SC2046
  ip netns exec "$name" unshare --mount bash -c 'mkdir -p /data; mount --bind "/data-$0" /data; exec "$@"' \
    "$name" setpriv --reuid 1654 --regid 1654 --clear-groups --no-new-privs --bounding-set=-all $(command_of "$name") &
done
health_of() { sed -n "/^  $1:/,/^  [a-z]/s/.*test: \[CMD, curl, -fsS, \"\(.*\)\"\].*/\1/p" $compose; }
for name in control gateway node-a node-b; do
  url=$(health_of "$name")
  ip netns exec "$name" curl -fsS --retry 60 --retry-delay 1 --retry-all-errors "${url:-$(health_of node-a)}"
  echo
done
for target in $(sed -n 's/.*targets: \[\(.*\)\].*/\1/p' deploy/compose/targets/*.yml); do
  fact "target.$target" "$(curl -fsS "http://$target/metrics" | sed -n 's/^intramessenger_ready.* //p')"
done

password=$(in_image /opt/intramessenger/central/Central admins add admin --config /config/control.json)
console=http://control:8081/console/api
token=$(curl -sS --fail-with-body --json "{ \"username\": \"admin\", \"password\": \"$password\" }" $console/session | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
for set in a b; do
  tag=$(curl -sS -H "Authorization: Bearer $token" -o /dev/null -w '%header{etag}' $console/policy-sets/$set)
  curl -sS --fail-with-body -X PUT -H "Authorization: Bearer $token" -H "If-Match: $tag" $console/policy-sets/$set \
    --json '{ "comment": "Open to all", "options": { "accounts.registration": "open" } }'
  echo
done
sleep 2
for set in a b; do
  person="{ \"username\": \"of-$set\", \"password\": \"paper boat 17\" }"
  curl -sS --fail-with-body --json "$person" http://gateway:8080/$set/api/v1/accounts
  fact "signed-in.$set" "$(curl -sS --fail-with-body --json "$person" http://gateway:8080/$set/api/v1/session)"
done
