/* How long things take and are kept. */
export const times = {
	offline_ms: 90 * 1000,		/* nothing came from a hall */
	hold_ms: 25 * 1000,		/* a poll that finds no command */
	wait_ms: 10 * 1000,		/* a phone, for the result of what it pressed */
	stale_command_s: 120,		/* after it a hall does not carry out what must be prompt */
	secret_ms: 150 * 1000,		/* an ID number whose command got no result */
	mailbox_ms: 24 * 3600 * 1000,	/* a row of the mailbox */
	seen_ms: 24 * 3600 * 1000,	/* the id of a message */
	gone_ms: 12 * 3600 * 1000,	/* a ticket that its hall does not tell of any more */
	fresh_ms: 60 * 1000,		/* a ticket of a result that its hall has not told of yet */
	sweep_ms: 30 * 1000,		/* from one look at what is to be erased to the next */
};
