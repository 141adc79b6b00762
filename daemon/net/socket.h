/*
 * Sockets that listen, and who is at the other end of one.
 */
#ifndef DAEMON_NET_SOCKET_H
#define DAEMON_NET_SOCKET_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>

/* Who is at the other end. */
struct peer {
	bool	 local;		/* the Unix socket */
	uid_t	 uid;		/* local: of the process that connected; else -1 */
	char	 address[46];	/* else: as inet_ntop writes it */
};

struct peer	socket_peer(int fd);

/* At ADDRESS:PORT or [ADDRESS]:PORT; port: the one it is, also where 0 was asked for.  -1, and why. */
int		socket_listen(const char *where, int *port, char *why, size_t cap);

/* A Unix socket of mode 0660; the file of a process that has gone makes room.  -1, and why. */
int		socket_listen_at_path(const char *path, char *why, size_t cap);

#endif
