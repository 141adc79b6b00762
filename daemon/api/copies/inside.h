/*
 * Copies, for their own files: who has what of them, and what the second place
 * is given.
 */
#ifndef COPIES_INSIDE_H
#define COPIES_INSIDE_H

#include "daemon/api/copies/backups.h"
#include "daemon/store/erase.h"
#include "daemon/store/reader.h"

struct backup_job;

struct backups {
	struct server	*server;
	struct worker	*worker;
	struct second_place *second;
	struct reader	*reader;
	char		 dir[256], folder[256];
	int64_t		 ok_ms, failed_ms;	/* wall time of the last that went well, that did not; 0: none */
	struct backup_job *asked;	/* one that somebody asked for and is being made; NULL: none is */
	int		 making;	/* so many, in both places */
	bool		 owes;		/* an erasure, of: */
	struct due	 due;
	int64_t		 erased_ms;	/* wall time of the last erasure that was carried out in all of them; 0: none */
	char		 error[320];
};

/* In which a second place has taken, or gone through, so many bytes, or does not answer: a line that says so. */
int64_t	backups_limit_ms(int64_t bytes);
void	backups_no_answer(char error[320], const char *folder);

/* Begin an erasure that is owed and can be made now. */
void	erasing_owed(void *backups);

#endif
