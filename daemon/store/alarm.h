/*
 * The one timer of what happens by itself (core/decide/due.h): it gives the command
 * DO_DUE when the first of it is due.
 */
#ifndef ALARM_H
#define ALARM_H

#include "daemon/store/ledger/ledger.h"

struct alarm;

/* New; the ledger is borrowed.  What is due already is done in the loop's next turn. */
struct alarm	*alarm_open(struct ledger *);

/* After ledger_close, which still tells it facts. */
void		 alarm_close(struct alarm *);

#endif
