/* A command, decided against what was decided before it; and those of several steps, between which nothing comes. */
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/rule/pick.h"
#include "daemon/office/office.h"
#include "daemon/store/ledger/inside.h"

enum refusal
command_submit(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change,
    void (*done)(void *, enum refusal), void *arg)
{
	size_t first = l->open->batch.events;
	enum refusal refusal = office_decide(l->next, l->layout, cmd, now, change);

	if (refusal != OK)
		return refusal;
	batch_add(&l->open->batch, l->next, change);
	round_join(l, first, change->count, done, arg);
	return OK;
}

/* In steps, all of them at once: nothing comes between.  Afterwards the hall has the tickets no more, so their rows are taken before. */
void
command_close_day(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	*change = (struct change){ 0 };
	while (l->next->day_open) {
		batch_fill_tickets(&l->open->batch, l->next);
		if (command_submit(l, cmd, now, change, NULL, NULL) != OK)
			fatal("day %d cannot be closed", l->next->day);
	}
}

/* Likewise: a slip at a time, each with a code of its own. */
static enum refusal
end_with_slips(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	struct command step = *cmd;
	enum refusal refusal;

	do {
		ledger_draw_code(l, step.code);
		refusal = command_submit(l, &step, now, change, NULL, NULL);
	} while (refusal == OK && pick_unserved(l->next, l->layout, now->steady_ms) != NULL);
	return refusal;
}

/* Likewise: a week of duties. */
static enum refusal
copy_roster(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	struct command step = *cmd;
	enum refusal refusal = OK;

	for (int done = 0; refusal == OK && (done == 0 || done < cmd->copies); done += COPY_STEP) {
		step.copy = cmd->copy + done;
		step.copies = cmd->copies - done;
		refusal = command_submit(l, &step, now, change, NULL, NULL);
	}
	return refusal;
}

/* A step of a leave, and likewise what it makes of more attendances than one change has room for. */
static enum refusal
step_leave(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change,
    void (*done)(void *, enum refusal), void *arg)
{
	static struct change more;
	struct command rest = *cmd;
	enum refusal refusal = command_submit(l, cmd, now, change, done, arg);
	int count = change->count;

	rest.verb = DO_JUDGE_LEAVE;
	while (refusal == OK && count == CHANGE_MAX && command_submit(l, &rest, now, &more, NULL, NULL) == OK)
		count = more.count;
	return refusal;
}

enum refusal
ledger_submit(struct ledger *l, const struct command *cmd, struct change *change,
    void (*done)(void *, enum refusal), void *arg)
{
	struct instant now = ledger_now(l);
	enum refusal refusal;

	if (l->unknown) {
		*change = (struct change){ 0 };
		return STORE_FAILED;
	}
	days_first(l, &now);
	if (cmd->verb == DO_CLOSE_DAY) {
		command_close_day(l, cmd, &now, change);
		ledger_wait(l, done, arg);
		refusal = OK;
	} else if (cmd->verb == DO_END_DAY && cmd->slips) {
		refusal = end_with_slips(l, cmd, &now, change);
		if (refusal == OK)
			ledger_wait(l, done, arg);
	} else if (cmd->verb == DO_COPY_ROSTER) {
		refusal = copy_roster(l, cmd, &now, change);
		if (refusal == OK)
			ledger_wait(l, done, arg);
	} else if (cmd->verb == DO_STEP && cmd->record.subject == SUBJECT_LEAVE)
		refusal = step_leave(l, cmd, &now, change, done, arg);
	else
		refusal = command_submit(l, cmd, &now, change, done, arg);
	days_watch(l, &now);
	return refusal;
}

void
ledger_keep(struct ledger *l, const struct answer_row *row)
{
	struct answer_row copy = *row;

	copy.body = xstrdup(row->body);
	batch_answer(&l->open->batch, &copy);
	answers_add(l->answers, row, ANSWER_PENDING);
	answers_forget(l->answers, row->at_ms - ANSWER_MS);
}
