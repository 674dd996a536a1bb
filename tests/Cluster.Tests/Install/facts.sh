# fact NAME VALUE: tells the tests what was seen.
fact() { printf '\n@%s=%s\n' "$1" "${2//$'\n'/ }"; }
