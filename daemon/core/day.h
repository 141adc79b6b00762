/*
 * The business day: the local date, counted from `day_starts`.
 */
#ifndef DAY_H
#define DAY_H

#include <stdint.h>

/* 20261124.  Local time is the process's (TZ is set from hall.timezone at start). */
int	day_of(int64_t wall_ms, int day_starts_min);

/* 20261124 of "2026-11-24"; -1: it is no date. */
int	day_find(const char *date);

/* When the day of this moment ends: Unix ms. */
int64_t	day_ends_ms(int64_t wall_ms, int day_starts_min);

#endif
