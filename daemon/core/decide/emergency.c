/* The hall stands still, is left, or goes on; what everybody is told; and a window that calls for help. */
#include "daemon/core/decide/desk.h"
#include "daemon/core/decide/opening.h"

enum refusal
do_suspend(struct desk *d)
{
	struct fact f = fact(d, HALL_HALTED);

	if (hall_halted(d->hall))
		return not_allowed(d, hall_state_name(HALL_SUSPENDED));
	put(d, &f);
	return OK;
}

/* Again with other words, or in earnest after a drill. */
enum refusal
do_evacuate(struct desk *d)
{
	struct fact f = fact(d, HALL_EVACUATED);

	f.text = d->cmd->text;
	f.drill = d->cmd->drill;
	put(d, &f);
	return OK;
}

enum refusal
do_resume_hall(struct desk *d)
{
	struct fact f = fact(d, HALL_RESUMED);

	if (!hall_halted(d->hall))
		return not_allowed(d, hall_state_name(hall_state(d->hall, d->layout, &d->now)));
	put(d, &f);
	return OK;
}

/* Without words, what there was is taken away. */
enum refusal
do_notice(struct desk *d)
{
	struct fact f = fact(d, HALL_NOTICE);

	f.text = d->cmd->text;
	f.until_ms = d->cmd->until_ms;
	put(d, &f);
	return OK;
}

/* Pressed again it is the same call, unless somebody comes already: then it is urgent again. */
enum refusal
do_alarm(struct desk *d)
{
	const struct panic *p = hall_panic(d->hall, d->no);
	struct fact f = fact(d, PANIC_RAISED);
	int count = 0;

	if (p != NULL && !p->answered)
		return OK;
	for (int i = 0; i < PANICS_MAX; i++)
		count += d->hall->panic[i].window != 0;
	if (p == NULL && count == PANICS_MAX)
		return not_allowed(d, "full");
	f.window = d->no;
	put(d, &f);
	return OK;
}

static enum refusal
about_alarm(struct desk *d, enum fact_kind kind)
{
	struct fact f = fact(d, kind);

	if (layout_window(d->layout, d->cmd->window) == NULL)
		return UNKNOWN_WINDOW;
	if (hall_panic(d->hall, d->cmd->window) == NULL)
		return not_allowed(d, "no_alarm");
	f.window = d->cmd->window;
	f.staff = d->cmd->staff;
	put(d, &f);
	return OK;
}

enum refusal
do_answer_alarm(struct desk *d)
{
	return about_alarm(d, PANIC_ANSWERED);
}

enum refusal
do_end_alarm(struct desk *d)
{
	return about_alarm(d, PANIC_ENDED);
}
