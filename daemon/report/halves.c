/* What windows did and how many waited, by half hours. */
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/report/halves.h"

#define HALF_MS	(30 * 60000)

static int
half_at(int64_t wall_ms, int64_t *left_ms)
{
	int min;

	date_at(wall_ms, &min);
	*left_ms = HALF_MS - (min % 30 * 60000 + wall_ms % 60000);
	return min / 30 % HALVES;
}

/* Whom the window serves; a rehearsal is nobody. */
static bool
has_somebody(const struct hall *h, const struct layout *l, const struct window_layout *w, const struct queue *q)
{
	const struct leg *leg;

	for (uint32_t at = q->head; at != 0; at = leg->queue_next) {
		leg = &h->leg[at - 1];
		if (!h->ticket[leg->ticket].rehearsal && hall_level(h, l, w, leg) != 0)
			return true;
	}
	return false;
}

static bool
is_beside(const struct hall *h, const struct layout *l, int no)
{
	const struct window_layout *w = layout_window(l, no);

	if (w == NULL || hall_halted(h))
		return false;
	for (int s = 0; s < h->service_count; s++) {
		for (int c = 0; s < l->service_count && window_level(h, w, s) != 0 && c < h->class_count; c++)
			if (has_somebody(h, l, w, &h->queue[s][c]))
				return true;
		if (has_somebody(h, l, w, &h->sent[s]))
			return true;
	}
	return false;
}

/* Its place in window_ms; -1: there is no more room. */
static int
slot(struct halves *v, int no)
{
	for (int i = 0; i < v->windows; i++)
		if (v->no[i] == no)
			return i;
	if (v->windows == WINDOW_SLOTS)
		return -1;
	v->no[v->windows] = no;
	return v->windows++;
}

static void
add_window(struct halves *v, const struct hall *h, const struct layout *l, int half, int no, int64_t ms, bool late)
{
	enum window_state state = h->window[no].state;
	int place = state == OFFLINE || state == CLOSED ? -1 : slot(v, no);
	int64_t *times;

	if (place == -1)
		return;
	times = late ? v->late_ms[half][place] : v->window_ms[half][place];
	times[TIME_OPEN] += ms;
	times[TIME_IDLE] += state == IDLE ? ms : 0;
	times[TIME_BESIDE] += state == IDLE && is_beside(h, l, no) ? ms : 0;
	times[TIME_PAUSED] += state == PAUSED ? ms : 0;
}

static void
note_peaks(struct halves *v, const struct hall *h, int half)
{
	int all = 0;

	for (int s = 0; s < h->service_count; s++) {
		int waiting = hall_waiting(h, s);

		all += waiting;
		if (waiting > v->peak[half][s])
			v->peak[half][s] = waiting;
	}
	if (all > v->peak[half][SERVICES_MAX])
		v->peak[half][SERVICES_MAX] = all;
}

void
halves_go_on(struct halves *v, const struct hall *h, const struct layout *l, int64_t wall_ms, int64_t left_ms, int64_t closes_ms)
{
	int64_t room_ms;

	while (left_ms > 0) {
		int half = half_at(wall_ms, &room_ms);
		int64_t ms = left_ms < room_ms ? left_ms : room_ms;

		if (wall_ms < closes_ms && wall_ms + ms > closes_ms)
			ms = closes_ms - wall_ms;
		for (int i = 0; i < l->window_count; i++)
			add_window(v, h, l, half, l->window[i].no, ms, wall_ms >= closes_ms);
		if (wall_ms < closes_ms)
			note_peaks(v, h, half);
		left_ms -= ms;
		wall_ms += ms;
	}
}

void
halves_now(struct halves *v, const struct hall *h, int64_t wall_ms)
{
	int64_t left_ms;

	note_peaks(v, h, half_at(wall_ms, &left_ms));
}

void
halves_moved(struct halves *v, struct hall *h, const char (*id)[ID_MAX], int count)
{
	int peak[SERVICES_MAX];

	for (int half = 0; half < HALVES; half++) {
		memcpy(peak, v->peak[half], sizeof peak);
		memset(v->peak[half], 0, sizeof peak);
		for (int s = 0; s < count; s++)
			v->peak[half][hall_service(h, id[s])] = peak[s];
	}
}

/* Somebody works there after the hall has closed: it was open until now, and is not one that was left so. */
void
halves_act(struct halves *v, const struct fact *f)
{
	int place = f->window == 0 || strcmp(f->actor, "system") == 0 ? -1 : slot(v, f->window);

	for (int half = 0; half < HALVES && place != -1; half++)
		for (int i = 0; i < WINDOW_TIMES; i++) {
			v->window_ms[half][place][i] += v->late_ms[half][place][i];
			v->late_ms[half][place][i] = 0;
		}
}

void
halves_windows(const struct halves *v, void (*each)(void *, const struct window_half *), void *arg)
{
	for (int half = 0; half < HALVES; half++)
		for (int i = 0; i < v->windows; i++) {
			struct window_half w = { .half = half, .no = v->no[i] };

			memcpy(w.ms, v->window_ms[half][i], sizeof w.ms);
			if (w.ms[TIME_OPEN] > 0)
				each(arg, &w);
		}
}

void
halves_peaks(const struct halves *v, const struct hall *h, void (*each)(void *, const struct peak *), void *arg)
{
	for (int half = 0; half < HALVES; half++) {
		for (int s = 0; s < h->service_count; s++)
			if (v->peak[half][s] > 0)
				each(arg, &(struct peak){ half, h->service_id[s], v->peak[half][s] });
		if (v->peak[half][SERVICES_MAX] > 0)
			each(arg, &(struct peak){ half, NULL, v->peak[half][SERVICES_MAX] });
	}
}
