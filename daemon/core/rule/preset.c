/* Presets of the waiting rule, as a table. */
#include <string.h>

#include "daemon/core/rule/preset.h"

struct line { int base_s, rate; };	/* rate in thousandths */

static const struct rule {
	struct line	ordinary, others;
	bool		others_strict;
	const char	*strict_id;	/* the one class that is strict, or NULL */
} rules[] = {
	[PRESET_HEAD_START] = { .ordinary = { 0, 1000 }, .others = { 900, 1000 }, .strict_id = "first" },
	[PRESET_FCFS]	    = { .ordinary = { 0, 1000 }, .others = { 0, 1000 } },
	[PRESET_ACCUMULATE] = { .ordinary = { 0, 1000 }, .others = { 0, 2000 } },
	[PRESET_STRICT]	    = { .ordinary = { 0, 1000 }, .others = { 0, 1000 }, .others_strict = true },
};

const char *const preset_names[PRESETS + 1] = {
	[PRESET_HEAD_START] = "head-start", [PRESET_FCFS] = "fcfs",
	[PRESET_ACCUMULATE] = "accumulate", [PRESET_STRICT] = "strict",
};

int
preset_find(const char *name)
{
	for (int i = 0; i < PRESETS; i++)
		if (strcmp(preset_names[i], name) == 0)
			return i;
	return -1;
}

void
preset_fill(struct class *class, int count, enum preset preset)
{
	const struct rule *rule = &rules[preset];

	for (int i = 0; i < count; i++) {
		const struct line *line = i == 0 ? &rule->ordinary : &rule->others;

		if (class[i].base_s == CLASS_FROM_PRESET)
			class[i].base_s = line->base_s;
		if (class[i].rate == CLASS_FROM_PRESET)
			class[i].rate = line->rate;
		class[i].strict = (i > 0 && rule->others_strict) ||
		    (rule->strict_id != NULL && strcmp(class[i].id, rule->strict_id) == 0);
	}
}
