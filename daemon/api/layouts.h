/*
 * The layout that is in force, and how another one takes its place.
 *
 * There is one struct layout, which everybody borrows for ever; another one is
 * written into its place between two turns of the loop, when no fact that names
 * a place of the old one is on its way.  Jobs of the worker have copies.
 *
 * The file given by -c is a person's: it is read at the start and on SIGHUP, and
 * never written.  A layout taken over HTTP is kept in STATE/layout.json, with
 * the digest of the file that it stands over: as long as that file stays as it
 * is, the one kept is in force.
 */
#ifndef LAYOUTS_H
#define LAYOUTS_H

#include "daemon/net/server.h"

struct layouts;

/*
 * Read the layout that is to be in force.  state NULL: the file alone.  New;
 * NULL with a line in error.  `listen` takes the place of what it says, or NULL.
 * texts NULL: they cannot be read, and error says why; that is wrong if it has
 * some in other words.  All are borrowed.
 */
struct layouts	*layouts_open(struct layout *, const char *path, const char *state, const char *listen, const struct texts *,
		    char *error, size_t cap);

/* The server is there: note which layout is in force, if it is another one. */
void		 layouts_begin(struct layouts *, struct server *);

/* Why the file as it was read last, or what was kept over it, is not in force; "": it is.  Borrowed until the loop runs again. */
const char	*layouts_problem(const struct layouts *);

/* Take the file, if it has changed; what comes of it is logged. */
void		 layouts_hang_up(struct layouts *);

void		 layouts_close(struct layouts *);

#endif
