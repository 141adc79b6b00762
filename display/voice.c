/* What a voice module says, and when. */
#include <stdio.h>
#include <string.h>

#include "display/voice.h"

void
voice_init(struct voice *v, const struct texts *texts)
{
	memset(v, 0, sizeof(*v));
	v->texts = texts;
	v->phase = VOICE_AWAY;
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		v->at[no].times = VOICE_TIMES;
}

void
voice_times(struct voice *v, int window, int times)
{
	v->at[window].times = times;
}

bool
voice_call(struct voice_call *c, const struct hall *h, int window)
{
	const struct ticket *t = hall_ticket(h, h->window[window].ticket);

	if (t == NULL || h->window[window].state != CALLING)
		return false;
	*c = (struct voice_call){ .window = window, .ticket = t->id, .recall = hall_leg(h, t)->recalls > 0,
	    .english = t->language == LANG_EN, .since_ms = hall_leg(h, t)->recalled_ms };
	strcpy(c->number, t->number);
	return true;
}

static struct voice_mark
mark_of(const struct voice_call *c)
{
	return (struct voice_mark){ c->ticket, c->since_ms };
}

static bool
same(struct voice_mark a, struct voice_mark b)
{
	return a.ticket == b.ticket && a.since_ms == b.since_ms;
}

/* Is this call or recall still called there, undone by nobody; or, to be corrected, does its ticket wait on? */
static bool
is_true(const struct voice *v, const struct voice_call *c, const struct hall *h)
{
	const struct ticket *t = hall_ticket(h, c->ticket);
	const struct leg *leg = t == NULL ? NULL : hall_leg(h, t);

	if (leg == NULL)
		return false;
	if (c->corrects)
		return v->at[c->window].begun.ticket == c->ticket && leg_live(leg->state) && leg->state != LEG_CALLED &&
		    leg->state != LEG_SERVING;
	return h->window[c->window].state == CALLING && h->window[c->window].ticket == c->ticket &&
	    c->since_ms <= leg->recalled_ms;
}

/* Did it happen, as the hall knows: was the ticket called then or later? */
static bool
stands(const struct hall *h, struct voice_mark call)
{
	const struct ticket *t = hall_ticket(h, call.ticket);

	for (uint32_t at = t == NULL ? 0 : t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (h->leg[at - 1].recalled_ms >= call.since_ms)
			return true;
	return false;
}

/* The queue. */

static int
find(const struct voice *v, int window, bool corrects)
{
	for (int i = 0; i < v->count; i++)
		if (v->waiting[i].window == window && v->waiting[i].corrects == corrects)
			return i;
	return -1;
}

static void
take_out(struct voice *v, int i)
{
	v->count--;
	memmove(&v->waiting[i], &v->waiting[i + 1], (v->count - i) * sizeof(v->waiting[0]));
}

/* It stays unsaid, though it is true or was. */
static void
give_way(struct voice *v, const struct voice_call *c)
{
	if (!c->corrects)
		v->at[c->window].unsaid = mark_of(c);
}

static void
drop(struct voice *v, int i)
{
	give_way(v, &v->waiting[i]);
	take_out(v, i);
}

void
voice_add(struct voice *v, const struct voice_call *c)
{
	int i = find(v, c->window, c->corrects);

	if (i != -1 && v->waiting[i].ticket == c->ticket)
		return;
	if (i != -1)
		drop(v, i);
	if (!c->corrects)
		v->at[c->window].ended = ANNOUNCED_NOTHING;
	for (i = v->count; i > 0 && v->waiting[i - 1].since_ms > c->since_ms; i--)
		v->waiting[i] = v->waiting[i - 1];
	v->waiting[i] = *c;
	v->count++;
}

void
voice_resume(struct voice *v, const struct hall *h, int window, int64_t steady_ms)
{
	struct voice_call c;

	if (!voice_call(&c, h, window))
		return;
	v->at[window].ended = ANNOUNCED_DONE;
	if (steady_ms - c.since_ms > VOICE_STALE_MS)
		return;
	c.once = true;
	voice_add(v, &c);
}

static void
correct(struct voice *v, const struct hall *h, int window, int64_t steady_ms)
{
	const struct ticket *t = hall_ticket(h, v->at[window].begun.ticket);
	struct voice_call c = { .window = window, .ticket = t->id, .corrects = true, .english = t->language == LANG_EN,
	    .once = true, .since_ms = steady_ms };

	strcpy(c.number, t->number);
	voice_add(v, &c);
}

static void
drop_untrue(struct voice *v, const struct hall *h)
{
	for (int i = v->count; i-- > 0; ) {
		if (is_true(v, &v->waiting[i], h))
			continue;
		if (stands(h, mark_of(&v->waiting[i])))
			drop(v, i);
		else
			take_out(v, i);
	}
}

void
voice_undone(struct voice *v, const struct hall *h, int window, int64_t steady_ms)
{
	struct voice_mark *begun = &v->at[window].begun;
	struct voice_call c;
	bool calls = voice_call(&c, h, window);

	drop_untrue(v, h);
	if (hall_ticket(h, begun->ticket) == NULL)
		begun->ticket = 0;			/* of a day that is closed: there is nobody to tell */
	if (begun->ticket != 0 && !stands(h, *begun)) {
		if (calls && c.ticket == begun->ticket)
			*begun = mark_of(&c);		/* a recall was undone */
		else
			correct(v, h, window, steady_ms);
	}
	if (!calls || find(v, window, false) != -1)
		return;
	v->at[window].ended = ANNOUNCED_DONE;
	if (same(v->at[window].unsaid, mark_of(&c)))
		voice_add(v, &c);
}

static void
drop_stale(struct voice *v, int64_t steady_ms)
{
	for (int i = v->count; i-- > 0; )
		if (steady_ms - v->waiting[i].since_ms > VOICE_STALE_MS) {
			if (!v->waiting[i].corrects)
				v->at[v->waiting[i].window].ended = ANNOUNCED_FAILED;
			drop(v, i);
		}
}

static bool
crowded(const struct voice *v, int64_t steady_ms)
{
	return v->count > 0 && steady_ms - v->waiting[0].since_ms > VOICE_CROWDED_MS;
}

/* The next to be said: the oldest, but in a crowd the oldest first call. */
static int
choose(const struct voice *v, bool in_crowd)
{
	for (int i = 0; in_crowd && i < v->count; i++)
		if (!v->waiting[i].recall)
			return i;
	return 0;
}

/* The one being said. */

static void
finish(struct voice *v, enum announced as)
{
	v->phase = VOICE_FREE;
	v->shouts = false;
	if (v->now.window != 0 && !v->now.corrects)
		v->at[v->now.window].ended = as;
	v->now.window = 0;
	v->more = false;
}

/* What a correction says; a call has no sentence of its own. */
static const char *
sentence(const struct voice *v)
{
	return v->now.corrects ? texts_get(v->texts, v->now.english ? LANG_EN : LANG_ZH, "voice.corrected") : "";
}

static int
times(const struct voice *v)
{
	return v->now.once ? 1 : v->at[v->now.window].times;
}

/* How it ends if it ends now: once whole is enough. */
static enum announced
ended(const struct voice *v)
{
	return v->said > 0 ? ANNOUNCED_DONE : ANNOUNCED_FAILED;
}

/* Words for everybody were said, or could not be: again, in the next language. */
static void
shouted(struct voice *v, int64_t steady_ms)
{
	if (v->words[LANG_ZH][0] == '\0') {
		finish(v, ANNOUNCED_DONE);
		return;
	}
	do
		v->tongue = (v->tongue + 1) % LANGUAGES;
	while (v->words[v->tongue][0] == '\0');
	v->phase = VOICE_PAUSE;
	v->due_ms = steady_ms + VOICE_WORDS_MS;
}

/* A part is over, or whatever else the module spoke. */
static void
part_ended(struct voice *v, int64_t steady_ms)
{
	if (v->now.window == 0 && !v->shouts)
		finish(v, ANNOUNCED_DONE);
	else if (v->more) {
		v->part++;
		v->phase = VOICE_NEXT;
	} else if (v->shouts)
		shouted(v, steady_ms);
	else {
		v->said += !v->missed;
		v->phase = VOICE_PAUSE;
		v->due_ms = steady_ms + VOICE_PAUSE_MS;
		if (++v->round >= times(v))
			finish(v, ended(v));
	}
}

/* It may be speaking: ask it then. */
static void
speaks(struct voice *v, int64_t steady_ms, int64_t ask_ms)
{
	if (v->phase != VOICE_SPEAKING && v->phase != VOICE_ASKING)
		v->spoke_ms = steady_ms;
	v->phase = VOICE_SPEAKING;
	v->due_ms = ask_ms;
}

/* The module did not take what was sent, so nobody heard it. */
static void
unheard(struct voice *v)
{
	if (!v->now.corrects && same(v->at[v->now.window].begun, mark_of(&v->now)))
		v->at[v->now.window].begun.ticket = 0;
}

static bool
on_its_way(const struct voice *v)
{
	return v->phase == VOICE_NEXT || v->phase == VOICE_SENDING;
}

/* The module does not answer: what it has not taken waits again. */
static void
lost(struct voice *v)
{
	if (on_its_way(v) && !v->heard && !v->shouts) {
		struct voice_call c = v->now;

		unheard(v);
		v->now.window = 0;
		if (find(v, c.window, c.corrects) == -1)
			voice_add(v, &c);
	}
	finish(v, ended(v));
	v->phase = VOICE_AWAY;
}

/* The module took the part that was sent. */
static void
taken(struct voice *v, int64_t steady_ms)
{
	if (v->part_ms == 0) {
		part_ended(v, steady_ms);
		return;
	}
	v->heard = true;
	if (v->now.corrects)
		v->at[v->now.window].begun.ticket = 0;
	speaks(v, steady_ms, steady_ms + v->part_ms);
}

/* It did not; what had begun goes on without it. */
static void
refused(struct voice *v, int64_t steady_ms)
{
	v->missed = true;
	if (v->shouts) {
		v->more = false;
		shouted(v, steady_ms);
		return;
	}
	if (v->heard) {
		part_ended(v, steady_ms);
		return;
	}
	unheard(v);
	give_way(v, &v->now);
	finish(v, ANNOUNCED_FAILED);
}

void
voice_shout(struct voice *v, const char *zh, const char *en, int64_t steady_ms)
{
	bool begins = zh[0] != '\0' && (strcmp(zh, v->words[LANG_ZH]) != 0 || strcmp(en, v->words[LANG_EN]) != 0);

	if (zh[0] == '\0' && v->words[LANG_ZH][0] != '\0')
		drop_stale(v, steady_ms);
	snprintf(v->words[LANG_ZH], sizeof(v->words[LANG_ZH]), "%s", zh);
	snprintf(v->words[LANG_EN], sizeof(v->words[LANG_EN]), "%s", en);
	if (!begins)
		return;
	v->tongue = LANG_ZH;
	if (v->phase != VOICE_AWAY && v->phase != VOICE_SENDING)
		finish(v, ended(v));
}

void
voice_reach(struct voice *v, bool there, int64_t steady_ms)
{
	if (!there && v->phase != VOICE_AWAY)
		lost(v);
	if (there && v->phase == VOICE_AWAY) {
		drop_stale(v, steady_ms);
		speaks(v, steady_ms, steady_ms);
	}
}

void
voice_heard(struct voice *v, enum voice_answer answer, int64_t steady_ms)
{
	bool speaking = v->phase == VOICE_SPEAKING || v->phase == VOICE_ASKING;

	switch (answer) {
	case VOICE_ACCEPTED:
		if (v->phase == VOICE_SENDING)
			taken(v, steady_ms);
		break;
	case VOICE_REFUSED:		/* also after it was taken */
		if (v->phase == VOICE_SENDING || (speaking && v->now.window != 0))
			refused(v, steady_ms);
		break;
	case VOICE_BUSY:
		if (speaking || v->phase == VOICE_FREE)
			speaks(v, steady_ms, steady_ms + (v->more ? VOICE_ASK_PART_MS : VOICE_ASK_MS));
		break;
	case VOICE_ENDED:
		if (!speaking || steady_ms < v->spoke_ms + VOICE_REPEAT_MS)
			break;
		/* FALLTHROUGH */
	case VOICE_IDLE:
		if (speaking)
			part_ended(v, steady_ms);
		break;
	case VOICE_STARTED:		/* it was cut off */
		if (speaking || v->phase == VOICE_NEXT || v->phase == VOICE_PAUSE)
			finish(v, ended(v));
		break;
	case VOICE_NOTHING:
		if (v->phase == VOICE_SENDING || v->phase == VOICE_ASKING)
			lost(v);
		break;
	}
}

/* Telling what to do. */

static enum voice_do
say(struct voice *v, struct announcement *a, int *part)
{
	const struct voice_call *c = &v->now;

	v->phase = VOICE_SENDING;
	if (!c->corrects && !v->shouts)
		v->at[c->window].begun = mark_of(c);
	*part = v->part;
	if (v->shouts) {
		*a = (struct announcement){ .english = v->tongue == LANG_EN, .chime = v->chime };
		snprintf(a->sentence, sizeof(a->sentence), "%s", v->words[v->tongue]);
		return VOICE_SAY;
	}
	*a = (struct announcement){ .window = c->window, .english = c->english, .corrects = c->corrects, .chime = v->chime };
	snprintf(a->sentence, sizeof(a->sentence), "%s", sentence(v));
	strcpy(a->number, c->number);
	return VOICE_SAY;
}

static void
begin(struct voice *v, bool chime)
{
	v->part = 0;
	v->chime = chime;
	v->missed = false;
}

static enum voice_do
shout(struct voice *v, struct announcement *a, int *part)
{
	v->now = (struct voice_call){ 0 };
	v->shouts = true;
	v->heard = false;
	begin(v, true);
	return say(v, a, part);
}

static enum voice_do
say_next(struct voice *v, int64_t steady_ms, struct announcement *a, int *part)
{
	bool in_crowd = crowded(v, steady_ms), chime = !in_crowd || !v->run;
	int i = choose(v, in_crowd);

	v->run = in_crowd;
	if (v->count == 0)
		return VOICE_WAIT;
	v->now = v->waiting[i];
	v->now.once |= in_crowd;
	v->round = v->said = 0;
	v->heard = false;
	take_out(v, i);
	begin(v, chime);
	return say(v, a, part);
}

enum voice_do
voice_next(struct voice *v, const struct hall *h, int64_t steady_ms, struct announcement *a, int *part, int64_t *wake_ms)
{
	*wake_ms = INT64_MAX;
	drop_untrue(v, h);
	if (v->phase == VOICE_SPEAKING && steady_ms >= v->spoke_ms + VOICE_STUCK_MS)
		part_ended(v, steady_ms);
	if (v->phase == VOICE_PAUSE && v->shouts && v->words[LANG_ZH][0] == '\0')
		finish(v, ANNOUNCED_DONE);
	if (v->phase == VOICE_PAUSE && !v->shouts && (!is_true(v, &v->now, h) || crowded(v, steady_ms)))
		finish(v, ended(v));

	switch (v->phase) {
	case VOICE_FREE:
		if (v->words[LANG_ZH][0] != '\0')
			return shout(v, a, part);
		return say_next(v, steady_ms, a, part);
	case VOICE_NEXT:
		return say(v, a, part);
	case VOICE_PAUSE:
		if (steady_ms >= v->due_ms && v->shouts)
			return shout(v, a, part);
		if (steady_ms >= v->due_ms) {
			begin(v, false);
			return say(v, a, part);
		}
		*wake_ms = v->due_ms;
		return VOICE_WAIT;
	case VOICE_SPEAKING:
		if (steady_ms >= v->due_ms) {
			v->phase = VOICE_ASKING;
			return VOICE_ASK;
		}
		*wake_ms = v->due_ms;
		return VOICE_WAIT;
	case VOICE_AWAY:
	case VOICE_SENDING:
	case VOICE_ASKING:
		break;
	}
	return VOICE_WAIT;
}

void
voice_part(struct voice *v, int ms, bool more)
{
	v->part_ms = ms;
	v->more = more;
}

void
voice_skip(struct voice *v)
{
	if (!v->heard)
		unheard(v);
	finish(v, v->heard ? ended(v) : ANNOUNCED_NOTHING);
}

enum announced
voice_announced(const struct voice *v, const struct hall *h, int window)
{
	if (h->window[window].state != CALLING)
		return ANNOUNCED_NOTHING;
	if (find(v, window, false) != -1)
		return ANNOUNCED_NOT_YET;
	if (v->now.window == window && v->now.ticket == h->window[window].ticket && !v->now.corrects)
		return v->heard ? ANNOUNCED_SPEAKING : ANNOUNCED_NOT_YET;
	return v->at[window].ended;
}

const char *
announced_name(enum announced a)
{
	static const char *const names[ANNOUNCED_STATES] = { "nothing", "not_yet", "speaking", "done", "failed" };

	return names[a];
}
