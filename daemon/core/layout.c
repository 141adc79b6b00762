/* Finding things in a layout by the names people use. */
#include <string.h>

#include "daemon/core/layout.h"

_Static_assert(SERVICES_MAX <= 64, "a set of services has a bit for each");

const char *const real_names[REAL_NAMES + 1] = {
	[REAL_NAME_NONE] = "none", [REAL_NAME_OPTIONAL] = "optional", [REAL_NAME_REQUIRED] = "required"
};

const char *const score_names[SCORES_OF] = {
	[SCORE_LATE] = "late", [SCORE_EARLY] = "early", [SCORE_HALF] = "half", [SCORE_ABSENT] = "absent", [SCORE_AWAY] = "away", [SCORE_IDLE] = "idle",
	[SCORE_NO_HAND_OVER] = "no_hand_over", [SCORE_VACANT] = "vacant", [SCORE_GRADE_1] = "grade_1", [SCORE_GRADE_2] = "grade_2",
	[SCORE_GRADE_3] = "grade_3", [SCORE_GRADE_4] = "grade_4", [SCORE_GRADE_5] = "grade_5"
};

int
layout_service(const struct layout *l, const char *id)
{
	for (int i = 0; i < l->service_count; i++)
		if (strcmp(l->service[i].id, id) == 0)
			return i;
	return -1;
}

int
layout_class(const struct layout *l, const char *id)
{
	for (int i = 0; i < l->class_count; i++)
		if (strcmp(l->class[i].id, id) == 0)
			return i;
	return -1;
}

int
layout_device(const struct layout *l, const char *id)
{
	for (int i = 0; i < l->device_count; i++)
		if (strcmp(l->device[i].id, id) == 0)
			return i;
	return -1;
}

uint64_t
layout_services(const struct layout *l)
{
	return l->service_count == 0 ? 0 : UINT64_MAX >> (64 - l->service_count);
}

bool
layout_served(const struct layout *l, int service)
{
	for (int i = 0; i < l->window_count; i++)
		if (l->window[i].level[service] != 0)
			return true;
	return false;
}

bool
clip_there(const struct clip *c)
{
	return c->file != 0 || c->name[0] != '\0';
}

const struct window_layout *
layout_window(const struct layout *l, int no)
{
	if (no < 1 || no > WINDOW_NO_MAX || l->window_at[no] == -1)
		return NULL;
	return &l->window[l->window_at[no]];
}
