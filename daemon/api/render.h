/*
 * Halls as JSON: what pages and programs see.  All values are new.
 */
#ifndef RENDER_H
#define RENDER_H

#include <jansson.h>

#include "daemon/core/hall.h"
#include "daemon/wait/waits.h"

/* RFC 3339, or null for a moment that has not come. */
json_t	*json_time(int64_t wall_ms);

/* "2026-11-24" of 20261124. */
json_t	*json_date(int date);

/* "09:30" of 570; "00:00" of 1440. */
json_t	*json_minute(int min);

/* A steady moment as wall time, seen from now; null for 0. */
json_t	*json_steady(const struct instant *now, int64_t steady_ms);

/* {name, name_en}-like members: `key` and `key`_en. */
void	 json_set_text(json_t *object, const char *key, const struct text *);

/* A ticket as its holder sees it: number, token, state, ahead, wait_s, window, place, ... */
json_t	*json_ticket(const struct hall *, const struct layout *, const struct waits *, const struct ticket *, const struct instant *now);

/* A ticket as staff see it in a list: no token. */
json_t	*json_ticket_row(const struct hall *, const struct layout *, const struct ticket *, const struct instant *now);

/* {window, ticket, waiting}: what a clerk works with. */
json_t	*json_window(const struct hall *, const struct layout *, const struct waits *, int no, const struct instant *now);

/* The body of status. */
json_t	*json_status(const struct hall *, const struct layout *, const struct waits *, const struct instant *now, int64_t epoch);

/* enum printer_flag (protocols/device.h) as a list of words. */
json_t	*json_printer_flags(unsigned flags);

/* What is known of the paper in a printer: used_mm, left_mm, roll_asked, drift_mm, ends_at. */
void	json_set_roll(json_t *, const struct hall *, const struct layout *, const struct device *printer, const struct instant *now);

/* The kiosk's menu. */
json_t	*json_services(const struct hall *, const struct layout *, const struct waits *, const struct instant *now);

/* What everybody is told: `evacuation` and `notice`, each an object or null. */
void	 json_set_words(json_t *object, const struct hall *, const struct instant *now);

/* Windows that call for help (new). */
json_t	*json_alarms(const struct hall *, const struct instant *now);

#endif
