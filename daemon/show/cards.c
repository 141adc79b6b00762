/*
 * Readers of ID cards at kiosks.  A card is looked for only while a kiosk asks,
 * and of what is on it the date of birth is kept, and of the number its hash
 * and last four characters, for a minute at most or until a ticket was given
 * for it.  Nothing of it is logged or sent; the ticket has the hash.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

#define ASK_MS	60000	/* a card is looked for so long */
#define KEEP_MS	60000	/* what was read is kept so long */
#define FIND_MS	300	/* from one look to the next */

#define BY_KIOSK "a kiosk asks for a card"

struct card_reader {
	struct show	*show;
	int		 device;
	const struct driver *driver;
	struct timer	*timer;		/* of the next look, or of the end of what was read */
	enum show_card	 state;
	int64_t		 until_ms;	/* of the state */
	bool		 busy;		/* a frame is on its way, */
	bool		 stale;		/* for who asked before: its answer says nothing */
	int		 birth;		/* 0: nothing was read */
	struct attempt	*attempt;	/* it is a test that looks, or NULL: a kiosk */
	struct person	 person;	/* likewise */
};

struct cards {
	struct card_reader *reader;
	int		 count;
};

static void	step(struct card_reader *, enum card_step);

static void
become(struct card_reader *r, enum show_card state, int64_t for_ms)
{
	r->state = state;
	r->until_ms = show_now_ms(r->show) + for_ms;
	if (state != SHOW_CARD_READ) {
		explicit_bzero(&r->birth, sizeof(r->birth));
		explicit_bzero(&r->person, sizeof(r->person));
	}
	r->show->revision++;
}

/* The test is over, if it is one. */
static void
tested(struct card_reader *r, enum line_outcome outcome, const char *why)
{
	struct attempt *a = r->attempt;

	r->attempt = NULL;
	become(r, SHOW_CARD_IDLE, 0);
	if (a != NULL)
		attempt_end(a, outcome, why);
}

/* Look again, or it is over. */
static void
due(void *arg)
{
	struct card_reader *r = arg;

	if (show_now_ms(r->show) >= r->until_ms) {
		bool failed = r->state == SHOW_CARD_FAILED;

		tested(r, failed ? LINE_REFUSED : LINE_SILENT, failed ? "a card could not be read" : "no card was put on");
	} else if (r->state != SHOW_CARD_READ && !r->busy)
		step(r, CARD_FIND);
}

static void
look_later(struct card_reader *r)
{
	timer_at(r->timer, show_now_ms(r->show) + FIND_MS);
}

static void
failed(struct card_reader *r)
{
	r->state = SHOW_CARD_FAILED;	/* until it was put down again, or the time is over */
	look_later(r);
}

/* A frame has ended: is that for who asks now? */
static bool
answers(struct card_reader *r)
{
	bool stale = r->stale;

	r->busy = r->stale = false;
	if (r->state == SHOW_CARD_IDLE)
		return false;
	if (stale)
		look_later(r);
	return !stale;
}

static void
found(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct card_reader *r = arg;

	if (!answers(r))
		return;
	if (outcome == LINE_DONE && said->kind == SAID_ACK)
		step(r, CARD_SELECT);
	else if (r->attempt != NULL && (outcome == LINE_REFUSED || line_health(r->show->lines, r->device, 0)->state != LINE_OK)) {
		attempt_told(r->attempt, outcome, said);
		r->attempt = NULL;
		become(r, SHOW_CARD_IDLE, 0);
	} else
		look_later(r);
}

static void
selected(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct card_reader *r = arg;

	(void)said;
	if (!answers(r))
		return;
	if (outcome == LINE_DONE)
		step(r, CARD_READ);
	else
		failed(r);
}

static void
read_out(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct card_reader *r = arg;

	if (!answers(r))
		return;
	if (outcome != LINE_DONE) {
		failed(r);
		return;
	}
	if (r->attempt != NULL) {
		tested(r, LINE_DONE, "a card was read");
		return;
	}
	r->birth = said->card.birth;
	r->person.hash = ledger_person(r->show->ledger, said->card.number);
	memcpy(r->person.last, said->card.number + 14, sizeof(r->person.last));	/* it has 18, as its parser has made sure */
	become(r, SHOW_CARD_READ, KEEP_MS);
	timer_at(r->timer, r->until_ms);
}

/* Nothing is tried twice: a reader that has found a card finds it no more. */
static void
step(struct card_reader *r, enum card_step step_now)
{
	static void (*const dones[])(void *, enum line_outcome, const struct said *) = {
		[CARD_FIND] = found, [CARD_SELECT] = selected, [CARD_READ] = read_out
	};
	struct frame frame;

	if (r->driver->card(&frame, step_now) == -1)
		return;
	r->busy = true;
	line_send(r->show->lines, &(struct job){ .priority = LINE_CALL, .device = r->device, .area = LINE_NO_AREA,
	    .tries = 1, .frame = &frame, .done = dones[step_now], .arg = r });
}

static struct card_reader *
reader_of(const struct show *s, const char *kiosk)
{
	for (struct card_reader *r = s->cards->reader; r < s->cards->reader + s->cards->count; r++)
		if (kiosk[0] != '\0' && strcmp(s->layout->device[r->device].kiosk, kiosk) == 0)
			return r;
	return NULL;
}

/* As far as is known: it does not say how it is before it is asked. */
static bool
works(const struct card_reader *r)
{
	const struct line_health *h = line_health(r->show->lines, r->device, 0);

	return h->trouble == NULL && h->state != LINE_GONE && h->state != LINE_DEGRADED;
}

enum show_card
show_card(const struct show *s, const char *kiosk)
{
	const struct card_reader *r = reader_of(s, kiosk);

	if (r == NULL)
		return SHOW_CARD_NONE;
	if (r->attempt != NULL)
		return SHOW_CARD_IDLE;
	return r->state == SHOW_CARD_READ || works(r) ? r->state : SHOW_CARD_SILENT;
}

enum show_card
show_card_ask(struct show *s, const char *kiosk)
{
	struct card_reader *r = reader_of(s, kiosk);

	if (r == NULL)
		return SHOW_CARD_NONE;
	if (r->attempt != NULL)
		tested(r, LINE_REFUSED, BY_KIOSK);
	become(r, SHOW_CARD_WAITING, ASK_MS);
	r->stale = r->busy;
	timer_at(r->timer, show_now_ms(s));
	return show_card(s, kiosk);
}

static bool
has_read(const struct card_reader *r)
{
	return r != NULL && r->state == SHOW_CARD_READ && show_now_ms(r->show) < r->until_ms;
}

int
show_card_birth(const struct show *s, const char *kiosk)
{
	const struct card_reader *r = reader_of(s, kiosk);

	return has_read(r) ? r->birth : 0;
}

void
show_card_person(const struct show *s, const char *kiosk, struct person *p)
{
	const struct card_reader *r = reader_of(s, kiosk);

	*p = has_read(r) ? r->person : (struct person){ 0 };
}

void
show_card_forget(struct show *s, const char *kiosk)
{
	struct card_reader *r = reader_of(s, kiosk);

	if (r == NULL || r->attempt != NULL || r->state == SHOW_CARD_IDLE)
		return;
	become(r, SHOW_CARD_IDLE, 0);
	r->stale = r->busy;
}

void
cards_test(struct attempt *a)
{
	struct card_reader *r = a->show->cards->reader;

	while (r->device != a->device)
		r++;
	if (r->state != SHOW_CARD_IDLE) {
		attempt_end(a, LINE_REFUSED, BY_KIOSK);
		return;
	}
	r->attempt = a;
	become(r, SHOW_CARD_WAITING, a->hear_ms - show_now_ms(a->show));
	timer_at(r->timer, show_now_ms(a->show));
}

static void
cards_open(struct show *s)
{
	struct cards *cards = s->cards = xcalloc(1, sizeof(*cards));

	cards->reader = xcalloc(s->layout->device_count + 1, sizeof(*cards->reader));
	for (int i = 0; i < s->layout->device_count; i++)
		if (show_driver(s, i)->kind == DRIVER_READER) {
			struct card_reader *r = &cards->reader[cards->count++];

			*r = (struct card_reader){ .show = s, .device = i, .driver = show_driver(s, i), .state = SHOW_CARD_IDLE };
			r->timer = timer_new(s->clock, due, r);
		}
}

/* The attempts do not outlive it. */
static void
cards_ending(struct show *s)
{
	for (struct card_reader *r = s->cards->reader; r < s->cards->reader + s->cards->count; r++)
		r->attempt = NULL;
}

static void
cards_close(struct show *s)
{
	for (int i = 0; i < s->cards->count; i++)
		timer_free(s->cards->reader[i].timer);
	explicit_bzero(s->cards->reader, s->cards->count * sizeof(*s->cards->reader));
	free(s->cards->reader);
	free(s->cards);
}

const struct part cards_part = { .open = cards_open, .ending = cards_ending, .close = cards_close };
