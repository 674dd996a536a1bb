# Runs last, after "Uninstall": what is left?
fact left.files "$(find /etc /opt /var /run /usr/local -xdev -iname '*intramessenger*' -not -path '/var/lib/systemd/*')"
fact left.processes "$(pgrep --full /opt/intramessenger)"
fact left.user "$(getent passwd intramessenger)"
fact left.databases "$(mariadb -NBe "SHOW DATABASES LIKE 'intra%'; SELECT user FROM mysql.user WHERE user LIKE 'intra%'")"
fact left.units "$(systemctl list-units --all --plain --no-legend 'intramessenger*')"
