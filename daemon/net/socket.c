/* Sockets that listen, and who is at the other end of one. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/net/socket.h"

union address {
	struct sockaddr		sa;
	struct sockaddr_in	in;
	struct sockaddr_in6	in6;
	struct sockaddr_un	un;
};

struct peer
socket_peer(int fd)
{
	struct peer p = { .uid = -1 };
	union address a = { 0 };
	struct ucred cred;
	socklen_t n = sizeof a, cred_n = sizeof cred;

	if (getpeername(fd, &a.sa, &n) == -1)
		return p;
	if (a.sa.sa_family == AF_UNIX) {
		p.local = true;
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &cred_n) == 0)
			p.uid = cred.uid;
	} else if (a.sa.sa_family == AF_INET)
		inet_ntop(AF_INET, &a.in.sin_addr, p.address, sizeof p.address);
	else
		inet_ntop(AF_INET6, &a.in6.sin6_addr, p.address, sizeof p.address);
	return p;
}

/* Read ADDRESS:PORT or [ADDRESS]:PORT.  Returns its length, 0: it is neither. */
static socklen_t
read_address(const char *where, union address *a)
{
	char address[INET6_ADDRSTRLEN], port[6], rest;
	int number;

	*a = (union address){ 0 };
	if (sscanf(where, "[%45[0-9a-fA-F:.]]:%5[0-9]%c", address, port, &rest) == 2)
		a->sa.sa_family = AF_INET6;
	else if (sscanf(where, "%15[0-9.]:%5[0-9]%c", address, port, &rest) == 2)
		a->sa.sa_family = AF_INET;
	else
		return 0;
	if ((number = atoi(port)) > 65535)
		return 0;
	if (a->sa.sa_family == AF_INET) {
		a->in.sin_port = htons(number);
		return inet_pton(AF_INET, address, &a->in.sin_addr) == 1 ? sizeof a->in : 0;
	}
	a->in6.sin6_port = htons(number);
	return inet_pton(AF_INET6, address, &a->in6.sin6_addr) == 1 ? sizeof a->in6 : 0;
}

/* A listening socket, or -1 and errno. */
static int
listen_at(const union address *a, socklen_t n)
{
	int fd = socket(a->sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, error;

	if (fd == -1)
		return -1;
	if (a->sa.sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a->sa.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, &a->sa, n) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Whether a is the socket file of a process that has gone. */
static bool
is_stale(const union address *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct stat st;
	bool stale;

	stale = lstat(a->un.sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    connect(fd, &a->sa, sizeof a->un) == -1 && errno == ECONNREFUSED;
	if (fd != -1)
		close(fd);
	return stale;
}

static int
listen_in_folder(const char *path)
{
	union address a = { .un.sun_family = AF_UNIX };
	mode_t mask;
	int fd, error;

	if (strlen(path) >= sizeof a.un.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(a.un.sun_path, path);
	if (is_stale(&a))
		unlink(path);
	mask = umask(0117);	/* mode 0660 from the first moment on */
	fd = listen_at(&a, sizeof a.un);
	error = errno;
	umask(mask);
	errno = error;
	return fd;
}

static int
said(int fd, const char *where, char *why, size_t cap)
{
	if (fd == -1)
		snprintf(why, cap, "%s: %s", where, errno == EADDRINUSE ? "in use" : strerror(errno));
	return fd;
}

int
socket_listen(const char *where, int *port, char *why, size_t cap)
{
	union address a;
	socklen_t n = read_address(where, &a);
	int fd;

	if (n == 0) {
		snprintf(why, cap, "%s: not ADDRESS:PORT", where);
		return -1;
	}
	if ((fd = said(listen_at(&a, n), where, why, cap)) != -1 && getsockname(fd, &a.sa, &n) == 0)
		*port = ntohs(a.in.sin_port);		/* at the same place in in6 */
	return fd;
}

int
socket_listen_at_path(const char *path, char *why, size_t cap)
{
	return said(listen_in_folder(path), path, why, cap);
}
