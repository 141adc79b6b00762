#!/bin/sh
# A sample hall to try: halld with pretend devices, in ./run.  What was there
# before is kept; Ctrl-C ends everything that was started.
set -u
B=${1:-build}
accounts=run/accounts

mkdir -p run/dev run/state
chmod 700 run
[ -f run/hall.json ] || cp etc/hall.json run/hall.json
listen=$(sed -n 's/^ *"listen": *"\([^"]*\)".*/\1/p' run/hall.json)

"$B/halld" -n -c run/hall.json || exit 1

# Accounts of a state that has none yet; the passwords are kept for the user alone.
if [ ! -s $accounts ]; then
	umask 077
	: > $accounts.new
	for account in admin:admin manager:manager guide:guide $(seq -f 'clerk%g:clerk' 1 6); do
		name=${account%:*}
		password=$(head -c 9 /dev/urandom | base64 | tr '+/' '-_')
		echo "$password" | "$B/hallctl" -d run/state user add "$name" "${account#*:}" || exit 1
		printf '%-8s %s\n' "$name" "$password" >> $accounts.new
	done
	mv $accounts.new $accounts
fi

end() {
	trap '' INT TERM
	[ -n "${hall:-}" ] && kill "$hall" 2>/dev/null && wait "$hall" 2>/dev/null
	[ -n "${sim:-}" ] && kill "$sim" 2>/dev/null && wait "$sim" 2>/dev/null
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$B/hallsim" -c run/sim.sock printer=run/dev/printer voice=run/dev/voice-a voice=run/dev/voice-b \
	sign=run/dev/signs,address=1-6 idcard=run/dev/idcard scanner=run/dev/scanner keypad=run/dev/keypads,address=1-6 < /dev/null &
sim=$!
until [ -e run/dev/keypads ] || ! kill -0 $sim 2>/dev/null; do sleep 0.1; done

"$B/halld" -c run/hall.json -d run/state -p display &
hall=$!
until [ -S run/state/halld.sock ] && "$B/hallctl" -d run/state services > /dev/null 2>&1; do
	kill -0 $hall 2>/dev/null || exit 1
	sleep 0.1
done

cat <<EOF

  http://$listen/           the hall, for everybody
  http://$listen/board      called numbers, for the hall's screen
  http://$listen/window/1   a clerk's page (1 to 6)
  http://$listen/sign/1     the sign over window 1; with ?rate it asks for a rating, once it is paired as display:1
  http://$listen/guide      the guide's desk
  http://$listen/admin      the manager's: hall, people, stock, equipment, reports
  http://$listen/me         who works here: their duties, leave and figures
  http://$listen/kiosk      a ticket dispenser; it shows six digits: $B/hallctl -d run/state pair DIGITS kiosk-1 kiosk

Accounts (kept in $accounts):
$(sed 's/^/  /' $accounts)

A ticket:      $B/hallctl -d run/state issue A
Next, please:  $B/hallctl -d run/state next 1
A key pressed: $B/hallsim -s run/sim.sock press keypads/1 0C
An ID card:    $B/hallsim -s run/sim.sock card idcard 张三 11010119500317002X 19500317
What the devices show, say and print follows.  Ctrl-C ends everything.

EOF
wait $hall
