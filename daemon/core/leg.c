/* The transition table of a leg. */
#include <string.h>

#include "daemon/core/leg.h"

/* A blank is LEG_NONE: the step is refused. */
static const uint8_t next[LEG_STATES][LEG_STEPS] = {
	[LEG_NONE] = {
		[STEP_ISSUE]	= LEG_WAITING,
		[STEP_RESERVE]	= LEG_RESERVED,
		[STEP_FURTHER]	= LEG_LATER,
		[STEP_SERVE]	= LEG_SERVING,
	},
	[LEG_RESERVED] = {
		[STEP_CHECK_IN]	= LEG_WAITING,
		[STEP_CANCEL]	= LEG_CANCELLED,
		[STEP_VOID]	= LEG_CANCELLED,
		[STEP_MISS]	= LEG_NO_SHOW,
		[STEP_DAY_CLOSE] = LEG_NO_SHOW,
	},
	[LEG_NO_SHOW] = {
		[STEP_CHECK_IN]	= LEG_WAITING,
	},
	[LEG_LATER] = {
		[STEP_ADVANCE]	= LEG_WAITING,
		[STEP_CANCEL]	= LEG_CANCELLED,
		[STEP_VOID]	= LEG_CANCELLED,
		[STEP_DAY_CLOSE] = LEG_EXPIRED,
	},
	[LEG_WAITING] = {
		[STEP_CALL]	= LEG_CALLED,
		[STEP_CHANGE]	= LEG_WAITING,
		[STEP_DEFER]	= LEG_WAITING,
		[STEP_CANCEL]	= LEG_CANCELLED,
		[STEP_VOID]	= LEG_CANCELLED,
		[STEP_DAY_CLOSE] = LEG_EXPIRED,
	},
	[LEG_CALLED] = {
		[STEP_RECALL]	= LEG_CALLED,
		[STEP_START]	= LEG_SERVING,
		[STEP_FINISH]	= LEG_DONE,
		[STEP_PASS]	= LEG_PASSED,
		[STEP_ABANDON]	= LEG_ABANDONED,
		[STEP_HOLD]	= LEG_HELD,
		[STEP_TRANSFER]	= LEG_TRANSFERRED,
		[STEP_CANCEL]	= LEG_CANCELLED,
		[STEP_VOID]	= LEG_CANCELLED,
		[STEP_DAY_CLOSE] = LEG_EXPIRED,
	},
	[LEG_SERVING] = {
		[STEP_FINISH]	= LEG_DONE,
		[STEP_HOLD]	= LEG_HELD,
		[STEP_TRANSFER]	= LEG_TRANSFERRED,
		[STEP_ABANDON]	= LEG_ABANDONED,
		[STEP_VOID]	= LEG_CANCELLED,
		[STEP_DAY_CLOSE] = LEG_DONE,
	},
	[LEG_PASSED] = {
		[STEP_CALL]	= LEG_CALLED,
		[STEP_RETURN]	= LEG_WAITING,
		[STEP_CANCEL]	= LEG_CANCELLED,
		[STEP_VOID]	= LEG_CANCELLED,
		[STEP_DAY_CLOSE] = LEG_EXPIRED,
	},
	[LEG_HELD] = {
		[STEP_UNHOLD]	= LEG_CALLED,
		[STEP_RELEASE]	= LEG_WAITING,
		[STEP_CANCEL]	= LEG_CANCELLED,
		[STEP_VOID]	= LEG_CANCELLED,
		[STEP_DAY_CLOSE] = LEG_EXPIRED,
	},
	[LEG_ABANDONED] = {
		[STEP_RETURN]	= LEG_WAITING,
	},
};

static const char *const names[LEG_STATES] = {
	[LEG_NONE] = "none",		[LEG_RESERVED] = "reserved",
	[LEG_NO_SHOW] = "no_show",	[LEG_LATER] = "later",
	[LEG_WAITING] = "waiting",	[LEG_CALLED] = "called",
	[LEG_SERVING] = "serving",	[LEG_PASSED] = "passed",
	[LEG_HELD] = "held",		[LEG_DONE] = "done",
	[LEG_TRANSFERRED] = "transferred", [LEG_ABANDONED] = "abandoned",
	[LEG_CANCELLED] = "cancelled",	[LEG_EXPIRED] = "expired",
};

enum leg_state
leg_next(enum leg_state state, enum leg_step step)
{
	return next[state][step];
}

int
leg_step(struct leg *leg, enum leg_step step)
{
	enum leg_state to = next[leg->state][step];

	if (to == LEG_NONE)
		return -1;
	leg->state = to;
	return 0;
}

bool
leg_live(enum leg_state state)
{
	switch (state) {
	case LEG_RESERVED:
	case LEG_LATER:
	case LEG_WAITING:
	case LEG_CALLED:
	case LEG_SERVING:
	case LEG_PASSED:
	case LEG_HELD:
		return true;
	default:
		return false;
	}
}

const char *
leg_state_name(enum leg_state state)
{
	return names[state];
}

enum leg_state
leg_state_find(const char *name)
{
	for (int i = LEG_NONE + 1; i < LEG_STATES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return LEG_NONE;
}
