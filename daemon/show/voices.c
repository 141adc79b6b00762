/*
 * The voices of the hall: a module says the calls of all zones that name it,
 * one after the other (voice.h); here its frames go out and its answers come in.
 */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/show/part.h"
#include "display/sign.h"

struct module {
	struct show		*show;
	int			 device;
	const struct driver	*driver;
	struct timer		*timer;
	struct voice		 voice;
	bool			 dumb;		/* it has no words for everybody, which was logged */
};

struct voices {
	struct module	*of_device[DEVICES_MAX];	/* NULL: no zone names it */
};

/* The zone whose module speaks for a window, or NULL. */
static const struct zone *
zone_of(const struct show *s, int window)
{
	const struct window_layout *w = layout_window(s->layout, window);

	return w == NULL || w->zone == -1 || s->layout->zone[w->zone].voice == -1 ? NULL : &s->layout->zone[w->zone];
}

/* What speaks for a window, or NULL. */
static struct module *
module_of(const struct show *s, int window)
{
	const struct zone *zone = zone_of(s, window);

	return zone == NULL ? NULL : s->voices->of_device[zone->voice];
}

/* Are these the hours of the window's zone? */
static bool
speaks_now(const struct show *s, int window)
{
	return hours_open(&zone_of(s, window)->hours, ledger_now(s->ledger).wall_ms);
}

/* Who cannot see the call is to hear it once more. */
static void
count_times(const struct show *s, int window)
{
	struct module *m = module_of(s, window);

	if (m != NULL)
		voice_times(&m->voice, window, show_sign(s, window) == SHOW_SIGN_DEAD ? VOICE_TIMES + 1 : VOICE_TIMES);
}

static void	go(struct module *);

static void
heard(struct module *m, enum voice_answer answer)
{
	voice_heard(&m->voice, answer, show_now_ms(m->show));
	go(m);
}

static void
log_unsaid(const struct module *m, const char *why)
{
	log_line("voice %s: an announcement, or a part of it, is not said: %s", m->show->layout->device[m->device].id, why);
}

static void
refused(struct module *m, const char *why)
{
	log_unsaid(m, why);
	heard(m, VOICE_REFUSED);
}

static void
said_it(void *arg, enum line_outcome outcome, const struct said *said)
{
	if (outcome == LINE_REFUSED)
		refused(arg, said->why);
	else
		heard(arg, outcome == LINE_DONE ? VOICE_ACCEPTED : VOICE_NOTHING);
}

/* The answer itself came by said, as all that a device says.  One that refuses the question is not speaking. */
static void
asked(void *arg, enum line_outcome outcome, const struct said *said)
{
	(void)said;
	if (outcome != LINE_DONE)
		heard(arg, outcome == LINE_REFUSED ? VOICE_IDLE : VOICE_NOTHING);
}

static void
transmit(struct module *m, const struct frame *frame, void (*done)(void *, enum line_outcome, const struct said *))
{
	line_send(m->show->lines, &(struct job){ .priority = LINE_VOICE, .device = m->device, .area = LINE_NO_AREA,
	    .frame = frame, .done = done, .arg = m });
}

/* A part of what is to be said at a window: see voice_next. */
static void
say(struct module *m, struct announcement *what, int part)
{
	struct show *s = m->show;
	struct frame frame;

	if (what->window != 0 && part == 0 && !speaks_now(s, what->window)) {
		voice_skip(&m->voice);
		return;
	}
	what->volume = what->window == 0 ? 100 : zone_of(s, what->window)->volume;
	if (m->driver->say(&frame, &s->layout->device[m->device], what, part) == -1) {
		if (!m->dumb)
			log_unsaid(m, "the module has no words for it");
		m->dumb = what->window == 0;
		voice_heard(&m->voice, VOICE_REFUSED, show_now_ms(s));
		return;
	}
	voice_part(&m->voice, frame.speech_ms, frame.more);
	transmit(m, &frame, said_it);
}

/* Ask whether it speaks.  One that cannot be asked has spoken when its time is over. */
static void
ask(struct module *m)
{
	struct frame frame;

	if (m->driver->probe == NULL) {
		voice_heard(&m->voice, VOICE_IDLE, show_now_ms(m->show));
		return;
	}
	m->driver->probe(&frame, 0);
	transmit(m, &frame, asked);
}

/* Do what is to be done until it is to wait.  Nobody is called back from here. */
static void
step(struct module *m)
{
	struct announcement what;
	int64_t now_ms = show_now_ms(m->show), wake_ms;
	int part;

	voice_reach(&m->voice, line_health(m->show->lines, m->device, 0)->state == LINE_OK, now_ms);
	for (;;) {
		switch (voice_next(&m->voice, ledger_shown(m->show->ledger), now_ms, &what, &part, &wake_ms)) {
		case VOICE_WAIT:
			timer_at(m->timer, wake_ms);
			return;
		case VOICE_ASK:
			ask(m);
			break;
		case VOICE_SAY:
			say(m, &what, part);
			break;
		}
	}
}

static void
go(struct module *m)
{
	enum voice_phase before = m->voice.phase;

	step(m);
	m->show->revision += m->voice.phase != before;
}

static void
due(void *arg)
{
	go(arg);
}

/* Everybody is to leave the hall, or not any more. */
static void
shout(struct module *m)
{
	struct show *s = m->show;
	const struct hall *h = ledger_shown(s->ledger);
	char words[LANGUAGES][sizeof(m->voice.words[0])] = { "", "" };

	for (int i = 0; i < LANGUAGES; i++)
		if (s->layout->speaks[i])
			evacuation_text(words[i], sizeof(words[i]), h, s->texts, i);
	if (!s->layout->speaks[LANG_ZH])
		evacuation_text(words[LANG_ZH], sizeof(words[LANG_ZH]), h, s->texts, LANG_ZH);
	voice_shout(&m->voice, words[LANG_ZH], words[LANG_EN], show_now_ms(s));
}

static void
all_shout(struct show *s)
{
	for (int i = 0; i < s->layout->device_count; i++)
		if (s->voices->of_device[i] != NULL) {
			s->voices->of_device[i]->dumb = false;
			shout(s->voices->of_device[i]);
			go(s->voices->of_device[i]);
		}
}

/* A call is announced; after any other step an announcement may not be true any more. */
static void
see(struct show *s, const struct fact *f)
{
	struct module *m = f->window == 0 ? NULL : module_of(s, f->window);
	struct voice_call c;

	if (f->kind == HALL_EVACUATED || f->kind == HALL_RESUMED)
		all_shout(s);
	if (m == NULL)
		return;
	if ((f->kind == TICKET_CALLED || f->kind == TICKET_RECALLED) &&
	    voice_call(&c, ledger_shown(s->ledger), f->window))
		voice_add(&m->voice, &c);
	if (f->kind == TICKET_UNDONE)
		voice_undone(&m->voice, ledger_shown(s->ledger), f->window, show_now_ms(s));
	go(m);
}

static void
said(struct show *s, int device, const struct said *what)
{
	struct module *m = s->voices->of_device[device];

	if (m == NULL)
		return;
	if (what->kind == SAID_SPEAKING)
		heard(m, VOICE_BUSY);
	else if (what->kind == SAID_IDLE)
		heard(m, VOICE_IDLE);
	else if (what->kind == SAID_ENDED)
		heard(m, VOICE_ENDED);
	else if (what->kind == SAID_STARTED)
		heard(m, VOICE_STARTED);
	else if (what->kind == SAID_NACK && !what->again)	/* taken, and now there is no such file */
		refused(m, what->why);
}

static void
health(struct show *s, int device, int address, const struct line_health *h)
{
	(void)h;
	for (const struct window_layout *w = s->layout->window; w < s->layout->window + s->layout->window_count; w++)
		if (w->sign.device == device && w->sign.address == address)
			count_times(s, w->no);
	if (s->voices->of_device[device] != NULL)
		go(s->voices->of_device[device]);
}

static void
add_module(struct show *s, int device)
{
	struct module *m;

	if (device == -1 || s->voices->of_device[device] != NULL)
		return;
	m = s->voices->of_device[device] = xcalloc(1, sizeof(*m));
	m->show = s;
	m->device = device;
	m->driver = show_driver(s, device);
	m->timer = timer_new(s->clock, due, m);
	voice_init(&m->voice, s->texts);
	shout(m);
}

/* Testing: nobody waits for it, so a call that comes meanwhile cuts it off. */

static void	say_test(void *);

static void
tested(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct attempt *a = arg;

	if (outcome != LINE_DONE || !a->more) {
		attempt_told(a, outcome, said);
		return;
	}
	a->part++;
	timer_at(a->timer, show_now_ms(a->show) + a->speech_ms);
}

/* Of a zone that it speaks for; one without is tested at half its volume. */
static int
volume_of(const struct layout *l, int device)
{
	for (const struct zone *z = l->zone; z < l->zone + l->zone_count; z++)
		if (z->voice == device)
			return z->volume;
	return 50;
}

/* Modules that play clips say a call instead (clips.h): number 888 to the first window. */
static void
say_test(void *arg)
{
	struct attempt *a = arg;
	const struct layout *l = a->show->layout;
	const struct module *m = a->show->voices->of_device[a->device];
	struct announcement what = { .number = "888", .window = l->window_count > 0 ? l->window[0].no : 1, .chime = true,
	    .volume = volume_of(l, a->device) };
	struct frame frame;

	snprintf(what.sentence, sizeof(what.sentence), "%s", texts_get(a->show->texts, LANG_ZH, "voice.test"));
	if (m != NULL && m->voice.phase != VOICE_FREE && m->voice.phase != VOICE_AWAY) {
		attempt_end(a, LINE_REFUSED, "it says a call");
		return;
	}
	if (show_driver(a->show, a->device)->say(&frame, &l->device[a->device], &what, a->part) == -1) {
		attempt_end(a, LINE_REFUSED, "the module has no words for it");
		return;
	}
	a->speech_ms = frame.speech_ms;
	a->more = frame.more;
	line_send(a->show->lines, &(struct job){ .priority = LINE_VOICE, .device = a->device, .area = LINE_NO_AREA,
	    .deaf = true, .frame = &frame, .done = tested, .arg = a });
}

void
voices_test(struct attempt *a)
{
	a->timer = timer_new(a->show->clock, say_test, a);
	say_test(a);
}

static void
voices_open(struct show *s)
{
	const struct layout *l = s->layout;

	s->voices = xcalloc(1, sizeof(*s->voices));
	for (int i = 0; i < l->zone_count; i++)
		add_module(s, l->zone[i].voice);
	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++) {
		count_times(s, w->no);
		if (module_of(s, w->no) != NULL)
			voice_resume(&module_of(s, w->no)->voice, ledger_shown(s->ledger), w->no, show_now_ms(s));
	}
}

static void
voices_close(struct show *s)
{
	for (int i = 0; i < s->layout->device_count; i++)
		if (s->voices->of_device[i] != NULL) {
			timer_free(s->voices->of_device[i]->timer);
			free(s->voices->of_device[i]);
		}
	free(s->voices);
}

const struct part voices_part = { .open = voices_open, .close = voices_close, .see = see, .said = said,
	.health = health };

enum announced
show_announced(const struct show *s, int window)
{
	const struct module *m = module_of(s, window);
	enum announced announced;
	enum line_state line;

	if (m == NULL)
		return ANNOUNCED_NOTHING;
	announced = voice_announced(&m->voice, ledger_shown(s->ledger), window);
	line = line_health(s->lines, m->device, 0)->state;
	/* It may still be said, but the clerk is not to wait for that. */
	if (announced == ANNOUNCED_NOT_YET && (line == LINE_GONE || line == LINE_DEGRADED))
		announced = ANNOUNCED_FAILED;
	if ((announced == ANNOUNCED_NOT_YET || announced == ANNOUNCED_FAILED) && !speaks_now(s, window))
		return ANNOUNCED_NOTHING;
	return announced;
}
