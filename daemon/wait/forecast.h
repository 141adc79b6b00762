/*
 * The forecast: the hall as shown played on, at most once a second and when
 * something has changed, in the loop or, if that took too long the last time, on
 * the worker.  It learns from every fact on disk.
 */
#ifndef FORECAST_H
#define FORECAST_H

#include "daemon/base/worker.h"
#include "daemon/store/ledger/ledger.h"
#include "daemon/wait/waits.h"

struct forecast;

/*
 * New; ledger and worker are borrowed.  What was learnt is kept in a file of the
 * state's folder, written on the worker every quarter of an hour; one that
 * cannot be read is left out, and said so.
 */
struct forecast	*forecast_open(struct ledger *, struct worker *, const char *dir);

/* Write what was learnt now.  After the worker was closed, and before the ledger is. */
void		 forecast_keep(struct forecast *);

/* After the worker was closed. */
void		 forecast_close(struct forecast *);

/* Before the layout is replaced where it stands, and after: what was learnt goes by ids. */
void		 forecast_leave_layout(struct forecast *);
void		 forecast_take_layout(struct forecast *);

/* A fact is on disk. */
void		 forecast_fact(struct forecast *, const struct fact *);

/* What is known now; borrowed, and the same place always. */
const struct waits *forecast_waits(const struct forecast *);

/* What was learnt; borrowed. */
const struct learnt *forecast_learnt(const struct forecast *);

/* Why what was learnt is not kept, or was not there at the start; "": it is.  Borrowed. */
const char	*forecast_problem(const struct forecast *);

/* Be told when what people see of it has changed: a range of a service in whole minutes, or a window that is doubted. */
void		 forecast_watch(struct forecast *, void (*see)(void *arg), void *arg);

/* How often it was made, how long that took in all and the last time, in us, and how often on the worker. */
struct forecast_figures { uint64_t made, on_worker; int64_t took_us, last_us; };
const struct forecast_figures *forecast_figures(const struct forecast *);

#endif
