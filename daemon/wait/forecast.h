/*
 * The forecast: the hall as shown played on, at most once a second and when
 * something has changed, in the loop or, if that took too long the last time, on
 * the worker.  It learns from every fact on disk.
 */
#ifndef FORECAST_H
#define FORECAST_H

#include "daemon/base/worker.h"
#include "daemon/store/ledger.h"
#include "daemon/wait/waits.h"

struct forecast;

/* New; ledger and worker are borrowed.  It has learnt nothing yet. */
struct forecast	*forecast_open(struct ledger *, struct worker *);

/* After the worker was closed. */
void		 forecast_close(struct forecast *);

/* A fact is on disk. */
void		 forecast_fact(struct forecast *, const struct fact *);

/* What is known now; borrowed, and the same place always. */
const struct waits *forecast_waits(const struct forecast *);

/* Be told when what people see of it has changed: a range of a service in whole minutes, or a window that is doubted. */
void		 forecast_watch(struct forecast *, void (*see)(void *arg), void *arg);

/* How often it was made, how long that took in all and the last time, in us, and how often on the worker. */
struct forecast_figures { uint64_t made, on_worker; int64_t took_us, last_us; };
const struct forecast_figures *forecast_figures(const struct forecast *);

#endif
