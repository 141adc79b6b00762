"""nginx in front of a halld, with etc/nginx/halld.conf as it is but for ports and paths.

    proxy.py FOLDER HALLD_PORT HTTP_PORT HTTPS_PORT     runs it in the foreground, everything of its own in FOLDER
"""

import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

MAIN = """\
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log off;
	gzip on;
	{temporary}
	include {folder}/halld.conf;
}}
"""


def replaced(text, old, new):
    assert old in text, old
    return text.replace(old, new)


def write_configuration(folder, halld, http, https):
    with open(os.path.join(ROOT, "etc/nginx/halld.conf"), encoding="utf-8") as f:
        conf = f.read()
    for old, new in [("server 127.0.0.1:8080;", "server 127.0.0.1:%d;" % halld), ("listen 80;", "listen 127.0.0.1:%d;" % http),
                     ("listen 443 ", "listen 127.0.0.1:%d " % https), ("/etc/halld/tls", folder + "/tls"),
                     ("/run/nginx-halld", folder + "/cache"),
                     ("/var/log/nginx/error.log", folder + "/error.log"), ("@PREFIX@/share/halld", os.path.join(ROOT, "etc"))]:
        conf = replaced(conf, old, new)
    conf, others = re.subn(r"\tlisten \[::\].*;\n", "", conf)
    assert others == 2, others
    temporary = " ".join("%s_temp_path %s/%s;" % (name, folder, name) for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    for name, text in [("halld.conf", conf), ("nginx.conf", MAIN.format(
            folder=folder, temporary=temporary, user="user root;" if os.getuid() == 0 else ""))]:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(text)


def command(folder):
    return ["/usr/sbin/nginx", "-p", folder, "-e", folder + "/error.log", "-c", folder + "/nginx.conf"]


def prepare(folder, halld, http, https):
    write_configuration(folder, halld, http, https)
    return subprocess.run(["sh", os.path.join(ROOT, "etc/nginx/halld-cert"), folder + "/tls"], check=True, stdout=subprocess.PIPE).stdout.decode()


class Proxy:
    def __init__(self, folder, halld, http, https):
        self.folder, self.http, self.https = folder, http, https
        self.said_of_certificate = prepare(folder, halld, http, https)
        self.process = subprocess.Popen(command(folder))
        end = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < end, self.log()
            time.sleep(0.02)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.https), 1).close()
            return True
        except OSError:
            return False

    def log(self):
        with open(self.folder + "/error.log", encoding="utf-8") as f:
            return f.read()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def context(self):
        """TLS that knows the certificate and believes no other."""
        return ssl.create_default_context(cafile=self.folder + "/tls/hall.crt")

    def connect(self, source=None):
        return http.client.HTTPSConnection("127.0.0.1", self.https, timeout=60, context=self.context(), source_address=source and (source, 0))

    def socket(self, context=None):
        plain = socket.create_connection(("127.0.0.1", self.https), 60)
        try:
            return (context or self.context()).wrap_socket(plain, server_hostname="127.0.0.1")
        except OSError:
            plain.close()
            raise


if __name__ == "__main__":
    prepare(sys.argv[1], *map(int, sys.argv[2:]))
    os.execv(command(sys.argv[1])[0], command(sys.argv[1]))
