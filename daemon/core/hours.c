/* Hours of the week. */
#include <time.h>

#include "daemon/core/hours.h"

bool
hours_open(const struct hours *h, int64_t wall_ms)
{
	time_t s = wall_ms / 1000;
	struct tm tm;
	int day, min;

	localtime_r(&s, &tm);
	day = 1 << (tm.tm_wday + 6) % 7;
	min = tm.tm_hour * 60 + tm.tm_min;
	for (const struct hours_row *r = h->row; r < h->row + h->count; r++)
		if ((r->days & day) != 0 && min >= r->open_min && min < r->close_min)
			return true;
	return h->count == 0;
}
