#!/bin/sh
# What files alone do not do: users, rules, a certificate.  Starts nothing; says what is left to be done.
# Usage: installed.sh halld|halld-kiosk PREFIX
set -eu
what=$1 prefix=$2
sites=/etc/nginx/sites-enabled

! command -v systemd-sysusers > /dev/null || systemd-sysusers "$what.conf"
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	udevadm control --reload
	udevadm trigger --subsystem-match=tty --subsystem-match=usbmisc
fi

case $what in
halld)
	"$prefix/sbin/halld-cert"
	[ ! -d $sites ] || ln -sf ../sites-available/halld.conf $sites/halld.conf
	cat <<-END

	Left to do:
	  /etc/halld/hall.json is a sample: write your own (devices: ls /dev/halld; check: halld -n -c /etc/halld/hall.json)
	  systemctl enable --now halld
	  hallctl user add admin admin
	END
	[ -d $sites ] || echo "  apt install nginx; ln -s ../sites-available/halld.conf $sites/"
	[ ! -e $sites/default ] || echo "  rm $sites/default    (it answers on port 80)"
	echo "  nginx -t && systemctl reload nginx"
	;;
halld-kiosk)
	cat <<-END

	Left to do:
	  the hall's address in /etc/halld/kiosk.conf
	  apt install cage xwayland chromium fonts-noto-cjk
	  systemctl enable --now halld-kiosk
	END
	;;
esac
