/* Who was at the windows of a day. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/record.h"
#include "daemon/report/manning.h"

void
manning_free(struct manning *m)
{
	free(m->over);
}

void
manning_again(struct manning *m)
{
	memset(m->sits, 0, sizeof m->sits);
	m->count = 0;
}

static void
get_up(struct manning *m, struct manned *sits)
{
	if (sits->no == 0)
		return;
	GROW(m->over, m->count, m->room);
	m->over[m->count++] = *sits;
	sits->no = 0;
}

static bool
is_manned(const struct manning *m, const struct hall *h, int no)
{
	uint32_t account = h->window[no].staff;

	for (int i = 0; i < m->gone_count && m->gone_day == h->day; i++)
		if (m->gone[i] == account)
			return false;
	return account != 0;
}

void
manning_goes_on(struct manning *m, const struct hall *h, int no, int64_t from_ms, int64_t to_ms)
{
	struct manned *sits = &m->sits[no];
	bool manned = is_manned(m, h, no);

	if (!manned || sits->to_ms != from_ms)
		get_up(m, sits);
	if (!manned)
		return;
	if (sits->no == 0)
		*sits = (struct manned){ .no = no, .from_ms = from_ms };
	sits->to_ms = to_ms;
}

/* By the attendance of the day: who went need not have signed out. */
static bool
has_gone(const struct hall *h, uint32_t account)
{
	bool gone = false;

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_ATTENDANCE, r)) != NULL; ) {
		if (record_day(r) != h->day || record_value(r, "account") != account)
			continue;
		if (record_value(r, "in") != 0 && record_value(r, "out") == 0)
			return false;
		gone = true;
	}
	return gone;
}

/* Whom a fact tells of: whose attendance it is, who signs in, who does something at a window. */
static uint32_t
account_of(const struct hall *h, const struct fact *f)
{
	unsigned account = 0;

	if (f->kind == RECORD_FACTS + SUBJECT_ATTENDANCE)
		return record_day(&f->record) == h->day ? record_value(&f->record, "account") : 0;
	if (f->kind == STAFF_SIGNED_IN)
		return f->staff;
	return f->window != 0 && sscanf(f->actor, "staff:%u", &account) == 1 ? account : 0;
}

void
manning_fact(struct manning *m, const struct hall *h, const struct fact *f)
{
	uint32_t account = account_of(h, f);
	int n = 0;

	if (account == 0)
		return;
	for (int i = 0; i < m->gone_count && m->gone_day == h->day; i++)
		if (m->gone[i] != account)
			m->gone[n++] = m->gone[i];
	if (f->kind == RECORD_FACTS + SUBJECT_ATTENDANCE && n < STAFF_MAX && has_gone(h, account))
		m->gone[n++] = account;
	m->gone_count = n;
	m->gone_day = h->day;
}

void
manning_each(const struct manning *m, void (*each)(void *, const struct manned *), void *arg)
{
	for (int i = 0; i < m->count; i++)
		each(arg, &m->over[i]);
	for (int no = 1; no <= WINDOW_NO_MAX; no++)
		if (m->sits[no].no != 0)
			each(arg, &m->sits[no]);
}
