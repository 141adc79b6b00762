/*
 * Scores (domain: M-P4): 100 and the points that somebody got or lost in the
 * period, each for an event of the log, by rules that are settings; and as many
 * stars as the score is enough for.
 */
#ifndef REPORT_SCORE_H
#define REPORT_SCORE_H

#include "daemon/core/layout.h"

#define SCORE_RULES	512

/* The rules as the reports ask for them, JSON. */
void	score_rules(char out[SCORE_RULES], const struct office_policy *);

#endif
