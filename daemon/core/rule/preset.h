/*
 * Presets of the waiting rule: what a hall gets that names no head starts.
 *
 *	head-start	the first class 0 s, all others 900 s ahead, rate 1;
 *			the class with id "first" is strict
 *	fcfs		no head start, rate 1 for all: first come, first served
 *	accumulate	the others wait at twice the rate of the first class
 *	strict		as fcfs, but every class except the first is strict
 *
 * Strict classes are called before those that are not, within a level.
 */
#ifndef PRESET_H
#define PRESET_H

#include "daemon/core/layout.h"

/*
 * Give each class its strictness, and its base_s and rate where they are
 * CLASS_FROM_PRESET.  The first class is the ordinary one.
 */
void	preset_fill(struct class *, int count, enum preset);

/* As hall.json names them; the last is NULL. */
extern const char *const preset_names[PRESETS + 1];
int	preset_find(const char *name);	/* -1: no such preset */

#endif
