# Runs last, after "Uninstall": what is left of what was not there before?
fact left.files "$(find /etc /opt /run /usr /var -xdev -newer "$MACHINE/run" -iname '*intramessenger*' -not -path "$PWD/*" -not -path '/var/lib/systemd/*')"
fact left.processes "$(pgrep --full /opt/intramessenger)"
fact left.user "$(getent passwd intramessenger)"
fact left.databases "$(mariadb -NBe "SHOW DATABASES LIKE 'intra%'; SELECT user FROM mysql.user WHERE user LIKE 'intra%'")"
fact left.units "$(systemctl list-units --all --plain --no-legend 'intramessenger*')"
