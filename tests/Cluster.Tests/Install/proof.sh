# Runs in the shell of the guide, after everything but "Uninstall": looks at what was installed. C# judges the facts.
show() { systemctl show --value --property "$2" "intramessenger-$1"; }
status() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$(show "$1" MainPID)/status"; }
soon() { for _ in {1..150}; do "$@" && return; sleep 0.1; done; }
inside() { nsenter --mount --target "$(show "$1" MainPID)" -- "${@:2}"; }

for unit in control gateway node@a1; do
  name=${unit/@/-}
  fact "$unit.user" "$(stat -c '%U:%G' "/proc/$(show "$unit" MainPID)")"
  for line in NoNewPrivs Seccomp CapBnd CapEff Umask; do fact "$unit.$line" "$(status "$unit" $line)"; done
  fact "$unit.files" "$(sed -n 's/^Max open files *\([0-9]*\).*/\1/p' "/proc/$(show "$unit" MainPID)/limits")"
  fact "$unit.config" "$(stat -c '%U:%G %a' "/etc/intramessenger/$name.json")"
  fact "$unit.state" "$(stat -c '%U:%G %a' "/var/lib/intramessenger/$name")"
  fact "$unit.etc" "$(inside "$unit" touch /etc/intramessenger/x 2>&1)"
  fact "$unit.others" "$(inside "$unit" touch /var/lib/x 2>&1)"
  fact "$unit.home" "$(inside "$unit" ls -A /root 2>&1)"
  fact "$unit.exposure" "$(systemd-analyze security --offline=yes "intramessenger-$unit.service" | sed -n "s/.*exposure level for .*: \([0-9.]*\) .*/\1/p")"
done
fact programs "$(stat -c '%F' /opt/intramessenger/{central,node} | sort -u) $(find /opt/intramessenger -mindepth 1 -maxdepth 1 -type d | wc -l)"
for unit in control gateway node@a1; do fact "$unit.program" "$(readlink "/proc/$(show "$unit" MainPID)/exe")"; done
fact version "$VERSION"
fact files.most "$(ulimit -Hn)"
fact copies "$(stat -c '%U %a' /var/lib/intramessenger/{gateway,node-a1}/*.json | sort -u)"
fact verify "$(systemd-analyze verify /etc/systemd/system/intramessenger-*.service 2>&1)"

token() { sed -n 's/.*"token":"\([^"]*\)".*/\1/p' | head -n 1; }
ann=$(person a ann2 'paper boat 18' | token)
me() { curl -sS --retry 20 --retry-delay 1 --retry-all-errors --fail-with-body -H "Authorization: Bearer $ann" http://127.0.0.1:8080/a/api/v1/me; }
before=$(show node@a1 MainPID)
kill -9 "$before"
another() { [[ ! $(show node@a1 MainPID) =~ ^(0|$before)$ ]]; }
soon another
fact killed.people "$(me)"
ready 8201 || true
fact killed.restarts "$(show node@a1 NRestarts)"

sed -i.right 's/"listen"/"lisen"/' /etc/intramessenger/node-b1.json
systemctl restart intramessenger-node@b1 || true
failed() { [[ $(show node@b1 ActiveState) == failed ]]; }
soon failed
sleep 2
fact wrong.state "$(show node@b1 ActiveState) $(show node@b1 ExecMainStatus) $(show node@b1 NRestarts)"
fact wrong.journal "$(journalctl --no-pager --output cat --unit intramessenger-node@b1 | grep 'is missing')"
mv /etc/intramessenger/node-b1.json.right /etc/intramessenger/node-b1.json
systemctl start intramessenger-node@b1
ready 8203

started=$EPOCHREALTIME
systemctl stop intramessenger-node@a2
fact stopped.result "$(show node@a2 Result) $(show node@a2 ExecMainStatus)"
fact stopped.milliseconds "$(((${EPOCHREALTIME/./} - ${started/./}) / 1000))"
systemctl start intramessenger-node@a2
