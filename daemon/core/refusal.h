/*
 * Why a command or request was refused: the closed list that all clients know.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "daemon/core/layout.h"

enum refusal {
	OK,
	BAD_REQUEST,		/* detail.pointer */
	UNKNOWN_SERVICE,
	UNKNOWN_WINDOW,
	UNKNOWN_TICKET,
	DAY_CLOSED,		/* the ticket's */
	UNKNOWN_STAFF,
	NOT_FOUND,		/* no such page or route */
	NOT_A_METHOD,		/* of this route */
	SERVICE_CLOSED,
	QUOTA_FULL,
	ALREADY_WAITING,	/* detail.number */
	TOO_LATE,		/* wanted from afar, and on its way for too long */
	NOT_IN_TIME,		/* who came now would hardly be called before closing */
	NOT_ALLOWED,		/* detail.state, detail.command */
	CALL_PENDING,		/* detail.number */
	TAKEN,			/* detail.window */
	TOO_SOON,		/* detail.retry_s */
	NO_TICKET,
	ELSEWHERE,		/* detail.window */
	UNAUTHORIZED,
	FORBIDDEN,
	TOO_MANY,		/* detail.retry_s */
	KEY_REUSED,
	STALE,
	STRANDED,
	STORE_FAILED,
	STORAGE_FULL,
	OUTCOME_UNKNOWN,
	NOT_AVAILABLE,
	REFUSALS
};

struct refusal_detail {
	char		pointer[96];	/* JSON Pointer of what is wrong, and */
	char		expected[96];	/* what would be right */
	char		number[12];	/* a ticket's */
	const char	*state;		/* borrowed, static */
	const char	*command;	/* borrowed, static */
	int		window;		/* 0: none */
	char		staff[32];	/* who is there; told to staff only */
	int		retry_s;
	char		said[256];	/* what is wrong with a layout at that pointer, in words */
	char		who[256];	/* stranded: numbers and names, with a comma between two */
	int64_t		opens_ms;	/* service_closed, quota_full: when it is open again; 0: not known */
};

struct refusal_row {
	const char	*code;
	int		 status;	/* HTTP */
	int		 key;		/* two digits that a keypad shows */
};
extern const struct refusal_row refusals[REFUSALS];

#endif
