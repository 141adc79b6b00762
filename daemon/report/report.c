/* All reports, by group. */
#include <stddef.h>
#include <string.h>

#include "daemon/report/inside.h"

static const struct report *const groups[] = { queue_reports, month_reports, staff_reports, score_reports, stock_reports, equipment_reports };
#define GROUPS (sizeof groups / sizeof groups[0])

const struct report *
report_at(int place)
{
	for (size_t g = 0; g < GROUPS; g++)
		for (const struct report *r = groups[g]; r->name != NULL; r++)
			if (place-- == 0)
				return r;
	return NULL;
}

int
report_place(const struct report *r)
{
	int place = 0;

	while (report_at(place) != r)
		place++;
	return place;
}

const struct report *
report_find(const char *name)
{
	const struct report *r;

	for (int i = 0; (r = report_at(i)) != NULL; i++)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

int
report_columns(const struct report *r)
{
	int n = 0;

	while (n < REPORT_COLUMNS && r->column[n].name != NULL)
		n++;
	return n;
}
