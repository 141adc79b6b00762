/* A hall in memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hall_fixture.h"

void
fixture_layout(struct layout *l)
{
	memset(l, 0, sizeof(*l));
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		l->window_at[no] = -1;
	l->policy = (struct policy){ .recall_max = 2, .recall_gap_s = 10, .passed_after = 3, .passed_max = 1, .hold_s = 900,
	    .undo_s = 10, .double_press_s = 2, .implicit_finish = true, .print_stale_s = 60, .max_wait_s = 3600, .serve_on_s = SERVE_ALL,
	    .bookings_days = 14, .preset = PRESET_HEAD_START };
}

struct service *
fixture_service(struct layout *l, const char *id, const char *prefix)
{
	struct service *s = &l->service[l->service_count++];

	strcpy(s->id, id);
	strcpy(s->prefix, prefix);
	s->first = 1;
	s->last = 999;
	s->width = 3;
	s->quota_day = -1;
	return s;
}

struct class *
fixture_class(struct layout *l, const char *id, int base_s)
{
	struct class *c = &l->class[l->class_count++];

	strcpy(c->id, id);
	c->base_s = base_s;
	c->rate = 1000;
	return c;
}

struct window_layout *
fixture_window(struct layout *l, int no, const char *levels)
{
	struct window_layout *w = &l->window[l->window_count];

	l->window_at[no] = l->window_count++;
	w->no = no;
	w->zone = w->sign.device = w->keypad.device = -1;
	for (int s = 0; levels[s] != '\0'; s++)
		w->level[s] = levels[s] - '0';
	return w;
}

void
fixture_open(struct fixture *f)
{
	struct layout *l = &f->layout;

	fixture_layout(l);
	fixture_service(l, "a", "A");
	fixture_service(l, "b", "B");
	fixture_service(l, "c", "C");
	fixture_class(l, "ordinary", 0);
	fixture_class(l, "elderly", 900);
	fixture_class(l, "first", 900)->strict = true;
	fixture_window(l, 1, "120");
	fixture_window(l, 2, "100");
	fixture_window(l, 3, "010")->start_key = true;
	fixture_window(l, 4, "001");

	hall_init(&f->hall, l);
	hall_init(&f->told, l);
	f->change.count = 0;
	f->now = (struct instant){ .wall_ms = INT64_C(1795482000000), .steady_ms = 1000000, .day = 20261124 };
}

void
fixture_wait(struct fixture *f, int64_t ms)
{
	f->now.wall_ms += ms;
	f->now.steady_ms += ms;
}

enum refusal
fixture_do(struct fixture *f, const struct command *cmd)
{
	enum refusal refusal;
	const char *differs;

	memcpy(&f->before, &f->hall, sizeof(f->before));
	refusal = hall_decide(&f->hall, &f->layout, cmd, &f->now, &f->change);
	if (refusal != OK) {
		if (f->change.count != 0 || memcmp(&f->before, &f->hall, sizeof(f->before)) != 0)
			fail_msg("%s was refused as %s and changed the hall", verbs[cmd->verb].name, refusals[refusal].code);
		return refusal;
	}
	for (int i = 0; i < f->change.count; i++) {
		if (fact_retell(&f->told, &f->hall, &f->change.fact[i]) == -1)
			fail_msg("%s cannot be told as JSON", kinds[f->change.fact[i].kind].name);
		if (f->see != NULL)
			f->see(f, &f->change.fact[i]);
	}
	if ((differs = hall_differs(&f->hall, &f->told)) != NULL)
		fail_msg("after %s the facts make another hall: %s", verbs[cmd->verb].name, differs);
	return OK;
}

int
fact_retell(struct hall *to, const struct hall *from, const struct fact *f)
{
	struct fact told = { .kind = fact_find(kinds[f->kind].name), .seq = f->seq, .at = f->at };
	json_t *body = fact_body(from, f), *read;
	char *text = json_dumps(body, JSON_COMPACT);
	int ok;

	strcpy(told.actor, f->actor);
	read = text == NULL ? NULL : json_loads(text, 0, NULL);
	ok = read != NULL && fact_read(to, &told, read) == 0 && hall_apply(to, &told) == 0;
	json_decref(read);
	json_decref(body);
	free(text);
	return ok ? 0 : -1;
}

static bool
same_ticket(const struct ticket *a, const struct ticket *b)
{
	return a->id == b->id && a->day == b->day && a->class == b->class && a->language == b->language &&
	    a->print == b->print && a->issued_ms == b->issued_ms && a->first == b->first && a->leg == b->leg &&
	    a->rated == b->rated && a->big == b->big && a->files == b->files && a->rehearsal == b->rehearsal &&
	    a->voided == b->voided && a->needs == b->needs && a->link == b->link && a->remote == b->remote && a->booking == b->booking &&
	    strcmp(a->number, b->number) == 0 && strcmp(a->token, b->token) == 0 && strcmp(a->printer, b->printer) == 0;
}

/* What can be undone, as far as a copy of it can tell. */
static bool
same_undo(const struct undo *a, const struct undo *b)
{
	int legs = a->legs < UNDO_LEGS ? a->legs : UNDO_LEGS;

	return a->no == b->no && a->first == b->first && a->last == b->last && a->at_ms == b->at_ms && a->legs == b->legs &&
	    a->first_call == b->first_call && a->call.seq == b->call.seq && memcmp(&a->added, &b->added, sizeof(a->added)) == 0 &&
	    memcmp(&a->window, &b->window, sizeof(a->window)) == 0 &&
	    memcmp(a->place, b->place, legs * sizeof(a->place[0])) == 0 &&
	    memcmp(a->leg, b->leg, legs * sizeof(a->leg[0])) == 0;
}

static bool
same_bookings(const struct hall *a, const struct hall *b)
{
	if (a->booking_count != b->booking_count || a->last_booking != b->last_booking)
		return false;
	for (int i = 0; i < a->booking_count; i++) {
		const struct booking *x = &a->booking[i], *y = &b->booking[i];

		if (x->id != y->id || x->state != y->state || x->service != y->service || x->class != y->class ||
		    x->language != y->language || x->from_ms != y->from_ms || x->to_ms != y->to_ms || x->reference != y->reference || x->ticket != y->ticket ||
		    strcmp(x->code, y->code) != 0)
			return false;
	}
	return true;
}

static bool
same_calls(const struct hall *a, const struct hall *b)
{
	if (a->call_count != b->call_count || memcmp(a->last_called, b->last_called, sizeof(a->last_called)) != 0)
		return false;
	for (int i = 0; i < a->call_count; i++)
		if (a->call[i].seq != b->call[i].seq || a->call[i].ticket != b->call[i].ticket ||
		    a->call[i].window != b->call[i].window || a->call[i].recall != b->call[i].recall)
			return false;
	return true;
}

const char *
hall_differs(const struct hall *a, const struct hall *b)
{
	if (a->seq != b->seq || a->day != b->day || a->steady_ms != b->steady_ms || a->wall_ms != b->wall_ms)
		return "seq or time";
	if (strcmp(a->boot, b->boot) != 0 || a->offset_ms != b->offset_ms)
		return "boot";
	if (a->closed_day != b->closed_day || a->day_open != b->day_open || a->flagged != b->flagged || a->ending != b->ending || a->last_ticket != b->last_ticket)
		return "closed day";
	if (memcmp(&a->totals, &b->totals, sizeof(a->totals)) != 0)
		return "totals";
	if (a->service_count != b->service_count || memcmp(a->service_id, b->service_id, sizeof(a->service_id)) != 0 ||
	    a->class_count != b->class_count || memcmp(a->class_id, b->class_id, sizeof(a->class_id)) != 0)
		return "services or classes";
	if (a->counter_count != b->counter_count || memcmp(a->counter, b->counter, sizeof(a->counter)) != 0)
		return "counters";
	if (memcmp(a->window, b->window, sizeof(a->window)) != 0)
		return "windows";
	if (memcmp(a->queue, b->queue, sizeof(a->queue)) != 0 || memcmp(a->aside, b->aside, sizeof(a->aside)) != 0 ||
	    memcmp(a->away, b->away, sizeof(a->away)) != 0 || memcmp(a->sent, b->sent, sizeof(a->sent)) != 0 || memcmp(&a->held, &b->held, sizeof(a->held)) != 0 ||
	    memcmp(&a->reserved, &b->reserved, sizeof(a->reserved)) != 0)
		return "queues";
	if (memcmp(a->override, b->override, sizeof(a->override)) != 0)
		return "exceptions";
	if (a->layout_rev != b->layout_rev || strcmp(a->layout_digest, b->layout_digest) != 0)
		return "layout";
	if (a->halt != b->halt || a->stop_count != b->stop_count || memcmp(a->stop, b->stop, sizeof(a->stop)) != 0 ||
	    strcmp(a->evacuation.in[LANG_ZH], b->evacuation.in[LANG_ZH]) != 0 ||
	    strcmp(a->notice.text.in[LANG_EN], b->notice.text.in[LANG_EN]) != 0 || a->notice.until_ms != b->notice.until_ms ||
	    memcmp(a->panic, b->panic, sizeof(a->panic)) != 0)
		return "emergencies";
	if (memcmp(a->first_calls, b->first_calls, sizeof(a->first_calls)) != 0)
		return "first calls";
	if (a->help_count != b->help_count || memcmp(a->help, b->help, sizeof(a->help)) != 0)
		return "calls for help";
	if (!same_bookings(a, b))
		return "bookings";
	if (!same_calls(a, b))
		return "calls";
	for (int i = 0; i < WINDOWS_MAX; i++)
		if (!same_undo(&a->undo[i], &b->undo[i]))
			return "what can be undone";
	if (a->staff_count != b->staff_count)
		return "number of staff";
	for (int i = 0; i < a->staff_count; i++)
		if (a->staff[i].id != b->staff[i].id || a->staff[i].role != b->staff[i].role)
			return "staff";
	if (a->ticket_count != b->ticket_count || a->leg_count != b->leg_count)
		return "number of tickets";
	for (uint32_t i = 0; i < a->ticket_count; i++)
		if (!same_ticket(&a->ticket[i], &b->ticket[i]))
			return a->ticket[i].number;
	if (memcmp(a->leg, b->leg, a->leg_count * sizeof(a->leg[0])) != 0)
		return "legs";
	return NULL;
}
