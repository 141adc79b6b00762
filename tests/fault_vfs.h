/*
 * A disk that fails: a SQLite VFS over the default one, for tests.
 *
 * One folder is on that disk.  Every call on its files is counted by its kind.
 * A fault strikes one call, or that one and all that follow; syncs can be slow,
 * and changes held until the test lets them go.  What was written and never
 * synced is remembered on request, so that it can be taken away as a power cut
 * takes it.
 *
 * SQLite may be used from any thread; the functions here are for the test's.
 */
#ifndef TESTS_FAULT_VFS_H
#define TESTS_FAULT_VFS_H

#include <stdbool.h>
#include <stddef.h>

enum disk_call { DISK_OPEN, DISK_READ, DISK_WRITE, DISK_SYNC, DISK_TRUNCATE, DISK_MAP, DISK_CALLS };
#define DISK(kind)	(1u << DISK_##kind)
#define DISK_CHANGES	(DISK(OPEN) | DISK(WRITE) | DISK(SYNC) | DISK(TRUNCATE))

struct fault {
	unsigned	 calls;		/* bits of DISK(): the kinds that are counted and fail */
	const char	*file;		/* only files whose name ends so, such as "-wal"; NULL: all */
	long		 at;		/* the at-th of them from now on, from 1; 0: none */
	bool		 forever;	/* and all that follow */
	int		 error;		/* EIO or ENOSPC, as SQLite's own VFS would tell it */
	int		 arrives;	/* a write: so many of its bytes arrive all the same */
	bool		 lost;		/* a sync: what it should have kept is gone (needs fault_remember) */
};

/* Make it the default of all databases opened from now on. */
void	fault_vfs_register(void);

/* This folder (borrowed) is on the disk, all others are not; the disk is well. */
void	fault_mount(const char *folder);

/* The disk is well: no fault, no delay, nothing held, remembered or watched, counts at 0. */
void	fault_heal(void);

void	fault_strike(const struct fault *);
long	fault_struck(void);		/* calls that failed since */
long	fault_count(enum disk_call);	/* calls since the disk was healed */

/* Each sync takes so long. */
void	fault_sync_ms(int ms);

/* Hold each write, sync and truncation; wait until one is held. */
void	fault_hold(bool);
void	fault_wait_held(void);

/* Files cannot be mapped, as on some network file systems: SQLite keeps no WAL there.  Before they are opened. */
void	fault_unmapped(bool);

/* Remember what is not synced (whole files: for small ones). */
void	fault_remember(bool);

/* Call `before` at each write, sync and truncation, on SQLite's thread: the moment for a power cut. */
void	fault_watch(void (*before)(void *arg), void *arg);

/*
 * What a power cut now would leave of the folder's database, into another: of
 * what is not synced nothing, everything, or some sectors by chance.
 */
enum cut { CUT_LOSES, CUT_KEEPS, CUT_TEARS, CUTS };
void	fault_cut(enum cut, const char *to, unsigned *chance);

#endif
