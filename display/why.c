/* The reasons of calls. */
#include <stdio.h>
#include <string.h>

#include "display/why.h"

#define SPAN_MAX 32

/* "12:05", "1:02:03"; exact: with milliseconds. */
static void
span(char out[SPAN_MAX], int64_t ms, bool exact)
{
	long long s = ms / 1000;
	int len = s < 3600 ? snprintf(out, SPAN_MAX, "%lld:%02lld", s / 60, s % 60) :
	    snprintf(out, SPAN_MAX, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);

	if (exact)
		snprintf(out + len, SPAN_MAX - len, ".%03lld", (long long)ms % 1000);
}

/* Its own and the runner-up's: what differs must not look the same. */
static void
spans(const struct why *why, char own[SPAN_MAX], int64_t own_ms, char other[SPAN_MAX], int64_t other_ms)
{
	bool exact = why->runner_up[0] != '\0' && own_ms != other_ms && own_ms / 1000 == other_ms / 1000;

	span(own, own_ms, exact);
	span(other, other_ms, exact);
}

void
why_sentence(char out[WHY_MAX], const struct texts *texts, enum language lang, const char *number, const struct why *why)
{
	bool longest = why->rule == RULE_SCORE && why->score == why->waited_ms && why->runner_score == why->runner_waited_ms;
	char key[32], waited[SPAN_MAX], runner_waited[SPAN_MAX], score[SPAN_MAX], runner_score[SPAN_MAX], limit[SPAN_MAX];
	char level[8], runner_level[8];

	snprintf(key, sizeof key, "why.%s", longest ? "longest" : rule_name(why->rule));
	spans(why, waited, why->waited_ms, runner_waited, why->runner_waited_ms);
	spans(why, score, why->score, runner_score, why->runner_score);
	span(limit, why->limit_s * INT64_C(1000), false);
	snprintf(level, sizeof level, "%d", why->level);
	snprintf(runner_level, sizeof runner_level, "%d", why->runner_level);
	text_fill(out, WHY_MAX, texts_get(texts, lang, key), SLOTS({ "number", number }, { "runner_up", why->runner_up },
	    { "waited", waited }, { "runner_waited", runner_waited }, { "score", score }, { "runner_score", runner_score },
	    { "limit", limit }, { "level", level }, { "runner_level", runner_level }));
}
