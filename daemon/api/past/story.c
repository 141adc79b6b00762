/* The table of what facts read like, and what is told beside them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/past/story.h"
#include "daemon/base/util.h"
#include "display/sign.h"
#include "display/voice.h"
#include "protocols/clips.h"

#define RECENT 8	/* facts of one ticket by one command are fewer */
#define LIST_MAX 640	/* names of the services of one fact */

/* An address that was at fault, as the log has it. */
struct fault { char device[ID_MAX]; int address; };

struct story {
	const struct texts	*texts;
	uint32_t		 ticket;
	struct hall		*hall;
	struct layout		 layout;
	bool			 known;		/* it was in force then */
	struct fault		*fault;
	size_t			 faults, room;
	char			 sign[SIGN_TEXT];	/* told last; "": the ticket is at no window */
	struct {
		int64_t	seq;
		char	sentence[LANGUAGES][STORY_MAX];
	}			 recent[RECENT];	/* what an undo may take back */
	int			 next;		/* place in recent[] */
};

/* A fact of the ticket, between what was before it and what is now. */
struct moment {
	const struct story	*story;
	const struct fact	*fact;
	struct leg		 was;		/* its leg; LEG_NONE: it was not there */
	int			 was_class;
	int			 was_at;	/* the window where it was; 0: at none */
	struct leg		 leg;		/* after it */
	int			 at;
	struct undo		 undo;		/* what it takes back */
	uint64_t		 was_lent;	/* WINDOW_LENT: to what the window was until then */
	const char		*what[LANGUAGES];	/* in a sentence */
};

struct story *
story_new(const struct layout *l, const struct texts *texts, uint32_t ticket)
{
	struct story *s = xcalloc(1, sizeof *s);

	s->texts = texts;
	s->ticket = ticket;
	s->layout = *l;
	s->known = true;
	s->hall = xcalloc(1, sizeof *s->hall);
	hall_init(s->hall, l);
	return s;
}

void
story_free(struct story *s)
{
	if (s == NULL)
		return;
	free(s->hall);
	free(s->fault);
	free(s);
}

struct hall *
story_hall(struct story *s)
{
	return s->hall;
}

void
story_layout(struct story *s, const struct layout *l)
{
	s->known = l != NULL;
	if (l != NULL)
		s->layout = *l;
}

/* Conditions. */

static bool is_remote(const struct moment *m) { return m->fact->remote; }
static bool is_rehearsal(const struct moment *m) { return m->fact->rehearsal; }
static bool has_person(const struct moment *m) { return m->fact->person_id[0] != '\0'; }
static bool has_files(const struct moment *m) { return m->fact->files > 1; }
static bool has_further(const struct moment *m) { return m->fact->further_count > 0; }
static bool has_removed(const struct moment *m) { return m->fact->removed_count > 0; }
static bool has_needs(const struct moment *m) { return (m->fact->needs & ~NEEDS_SAID) != 0; }
static bool has_no_needs(const struct moment *m) { return m->fact->needs == NEEDS_SAID; }
static bool has_note(const struct moment *m) { return m->fact->note[0] != '\0'; }
static bool has_class(const struct moment *m) { return m->fact->new_class != 0; }
static bool has_link(const struct moment *m) { return m->fact->link != 0; }
static bool has_service(const struct moment *m) { return m->fact->service != m->was.service; }
static bool is_deferred(const struct moment *m) { return m->fact->after > 0; }
static bool is_aside(const struct moment *m) { return m->was.until != 0; }
static bool was_held(const struct moment *m) { return m->was.state == LEG_HELD; }
static bool was_passed(const struct moment *m) { return m->was.state == LEG_PASSED; }
static bool was_abandoned(const struct moment *m) { return m->was.state == LEG_ABANDONED; }
static bool was_called(const struct moment *m) { return m->was.state == LEG_CALLED; }
static bool was_called_before(const struct moment *m) { return m->was.called_before; }
static bool was_reached(const struct moment *m) { return m->was.held_until_ms != 0; }
static bool at_close(const struct moment *m) { return m->fact->at_close; }
static bool is_implicit(const struct moment *m) { return m->fact->implicit; }
static bool has_no_start(const struct moment *m) { return m->fact->no_start; }
static bool goes_on(const struct moment *m) { return m->leg.state == LEG_WAITING; }
static bool comes_back(const struct moment *m) { return m->fact->after == 0; }
static bool has_no_end(const struct moment *m) { return m->fact->hold_s == 0; }
static bool to_window(const struct moment *m) { return m->fact->to_window != 0; }
static bool waits_anew(const struct moment *m) { return !m->fact->keep_time; }
static bool is_booked(const struct moment *m) { return m->fact->booking != 0; }
static bool is_void(const struct moment *m) { return m->fact->voided; }
static bool at_window(const struct moment *m) { return m->was_at != 0; }
static bool undoes_nothing(const struct moment *m) { return m->what[LANG_ZH] == NULL; }
static bool is_lent(const struct moment *m) { return m->story->hall->window[m->fact->window].lent >> m->fact->service & 1; }
static bool is_lent_no_more(const struct moment *m) { return !(m->fact->lent >> m->leg.service & 1); }
static bool is_drill(const struct moment *m) { return m->fact->drill; }
static bool is_queued(const struct moment *m) { return m->fact->print == PRINT_QUEUED; }
static bool is_sent(const struct moment *m) { return m->fact->print == PRINT_SENT; }
static bool is_unconfirmed(const struct moment *m) { return m->fact->print == PRINT_UNCONFIRMED; }
static bool is_failed(const struct moment *m) { return m->fact->print == PRINT_FAILED; }

/* Once more, for who may have it on paper already. */
static bool
is_reprint(const struct moment *m)
{
	return is_queued(m) && hall_ticket(m->story->hall, m->story->ticket)->reprint;
}

/* Is it the sign of the window? */
static bool
is_sign(const struct moment *m)
{
	const struct layout *l = &m->story->layout;
	const struct window_layout *w = layout_window(l, m->at);

	return w != NULL && w->sign.device != -1 && strcmp(l->device[w->sign.device].id, m->fact->device) == 0;
}

/*
 * Of a kind the first sentence whose condition holds, or that has none; behind
 * it each that adds to it.  Its key is story. and the kind, and the name here.
 */
static const struct {
	enum fact_kind	 kind;
	bool		 adds;
	bool		(*when)(const struct moment *);
	const char	*name;
} variants[] = {
	{ TICKET_ISSUED,	false,	is_rehearsal,	"rehearsal" },
	{ TICKET_ISSUED,	false,	is_remote,	"remote" },
	{ TICKET_ISSUED,	false,	NULL,		"" },
	{ TICKET_ISSUED,	true,	has_further,	"further" },
	{ TICKET_ISSUED,	true,	has_files,	"files" },
	{ TICKET_ISSUED,	true,	has_person,	"person" },
	{ TICKET_ISSUED,	true,	has_needs,	"needs" },
	{ TICKET_CALLED,	false,	was_held,	"held" },
	{ TICKET_CALLED,	false,	was_passed,	"passed" },
	{ TICKET_CALLED,	false,	was_called_before, "again" },
	{ TICKET_CALLED,	false,	NULL,		"" },
	{ TICKET_CALLED,	true,	is_lent,	"lent" },
	{ TICKET_RECALLED,	false,	NULL,		"" },
	{ TICKET_STARTED,	false,	NULL,		"" },
	{ TICKET_FINISHED,	false,	at_close,	"at_close" },
	{ TICKET_FINISHED,	false,	is_implicit,	"implicit" },
	{ TICKET_FINISHED,	false,	NULL,		"" },
	{ TICKET_FINISHED,	true,	has_no_start,	"no_start" },
	{ TICKET_FINISHED,	true,	goes_on,	"further" },
	{ TICKET_PASSED,	false,	comes_back,	"back" },
	{ TICKET_PASSED,	false,	NULL,		"" },
	{ TICKET_ABANDONED,	false,	NULL,		"" },
	{ TICKET_HELD,		false,	has_no_end,	"no_end" },
	{ TICKET_HELD,		false,	NULL,		"" },
	{ TICKET_HELD,		true,	has_note,	"note" },
	{ TICKET_TRANSFERRED,	false,	to_window,	"window" },
	{ TICKET_TRANSFERRED,	false,	NULL,		"" },
	{ TICKET_TRANSFERRED,	true,	waits_anew,	"anew" },
	{ TICKET_RETURNED,	false,	was_held,	"held" },
	{ TICKET_RETURNED,	false,	was_passed,	"passed" },
	{ TICKET_RETURNED,	false,	was_abandoned,	"abandoned" },
	{ TICKET_RETURNED,	false,	NULL,		"" },
	{ TICKET_RETURNED,	true,	has_note,	"note" },
	{ TICKET_CANCELLED,	false,	is_void,	"void" },
	{ TICKET_CANCELLED,	false,	NULL,		"" },
	{ TICKET_CANCELLED,	true,	at_window,	"at_window" },
	{ TICKET_CANCELLED,	true,	has_note,	"note" },
	{ TICKET_EXPIRED,	false,	is_booked,	"booking" },
	{ TICKET_EXPIRED,	false,	was_called,	"called" },
	{ TICKET_EXPIRED,	false,	NULL,		"" },
	{ TICKET_NO_SHOW,	false,	was_reached,	"reached" },
	{ TICKET_NO_SHOW,	false,	NULL,		"" },
	{ TICKET_REACHED,	false,	NULL,		"" },
	{ TICKET_CHECKED_IN,	false,	has_class,	"late" },
	{ TICKET_CHECKED_IN,	false,	NULL,		"" },
	{ TICKET_CHANGED,	false,	is_deferred,	"after" },
	{ TICKET_CHANGED,	false,	has_link,	"link" },	/* it may be the other's */
	{ TICKET_CHANGED,	false,	has_class,	"class" },
	{ TICKET_CHANGED,	false,	has_service,	"service" },
	{ TICKET_CHANGED,	false,	has_needs,	"needs" },
	{ TICKET_CHANGED,	false,	has_no_needs,	"no_needs" },
	{ TICKET_CHANGED,	true,	has_further,	"further" },
	{ TICKET_CHANGED,	true,	has_removed,	"removed" },
	{ TICKET_CHANGED,	true,	has_note,	"note" },
	{ TICKET_CHANGED,	false,	is_aside,	"ready" },
	{ TICKET_UNDONE,	false,	undoes_nothing,	"step" },
	{ TICKET_UNDONE,	false,	NULL,		"" },
	{ TICKET_PRINTED,	false,	is_reprint,	"reprint" },
	{ TICKET_PRINTED,	false,	is_queued,	"queued" },
	{ TICKET_PRINTED,	false,	is_sent,	"sent" },
	{ TICKET_PRINTED,	false,	is_unconfirmed,	"unconfirmed" },
	{ TICKET_PRINTED,	false,	is_failed,	"failed" },
	{ TICKET_PRINTED,	false,	NULL,		"" },
	{ RATING_GIVEN,		false,	NULL,		"" },
	{ RATING_GIVEN,		true,	has_note,	"note" },
	{ BOOKING_CHECKED_IN,	false,	NULL,		"" },
	/* Of everybody, while it is on its way. */
	{ HALL_STARTED,		false,	NULL,		"" },
	{ HALL_HALTED,		false,	NULL,		"" },
	{ HALL_EVACUATED,	false,	is_drill,	"drill" },
	{ HALL_EVACUATED,	false,	NULL,		"" },
	{ HALL_RESUMED,		false,	NULL,		"" },
	/* Of who waits for a service that a window is lent to. */
	{ WINDOW_LENT,		false,	is_lent_no_more, "over" },
	{ WINDOW_LENT,		false,	NULL,		"" },
	/* Of what shows and says its call. */
	{ DEVICE_FAULT,		false,	is_sign,	"sign" },
	{ DEVICE_FAULT,		false,	NULL,		"voice" },
	{ DEVICE_OK,		false,	is_sign,	"sign" },
	{ DEVICE_OK,		false,	NULL,		"voice" },
};

/* What a sentence has its placeholders from. */
struct words {
	char	window[12], to_window[12], times[12], after[12], files[12], time[24], from[8], until[8];
	char	further[LIST_MAX], removed[LIST_MAX];
};

/* The name of a service or class; one that the layout does not have is known by its id. */
static const char *
name_of(const char *id, int place, const struct text *name, enum language lang)
{
	if (place == -1)
		return id;
	return name->in[lang][0] != '\0' ? name->in[lang] : name->in[LANG_ZH][0] != '\0' ? name->in[LANG_ZH] : id;
}

static const char *
service_name(const struct story *s, int service, enum language lang)
{
	int place = layout_service(&s->layout, s->hall->service_id[service]);

	return name_of(s->hall->service_id[service], place, &s->layout.service[place == -1 ? 0 : place].name, lang);
}

static const char *
class_name(const struct story *s, int class, enum language lang)
{
	int place = layout_class(&s->layout, s->hall->class_id[class]);

	return name_of(s->hall->class_id[class], place, &s->layout.class[place == -1 ? 0 : place].name, lang);
}

static void
list_services(char out[LIST_MAX], const struct story *s, const int service[], int count, enum language lang)
{
	size_t len = 0;

	out[0] = '\0';
	for (int i = 0; i < count && len < LIST_MAX; i++)
		len += snprintf(out + len, LIST_MAX - len, "%s%s", i == 0 ? "" : texts_get(s->texts, lang, "story.and"),
		    service_name(s, service[i], lang));
}

/* "10:30", of wall time. */
static void
time_of_day(char out[8], int64_t wall_ms)
{
	char time[TIME_TEXT];

	time_text(time, wall_ms);
	snprintf(out, 8, "%.5s", time + strlen("2026-11-24T"));
}

static void
find_words(struct words *w, const struct moment *m, enum language lang)
{
	const struct booking *b = hall_booking(m->story->hall, m->fact->booking);
	const struct fact *f = m->fact;

	*w = (struct words){ 0 };
	snprintf(w->window, sizeof w->window, "%d", f->window != 0 ? f->window : m->was_at != 0 ? m->was_at : m->at);
	snprintf(w->to_window, sizeof w->to_window, "%d", f->to_window);
	snprintf(w->times, sizeof w->times, "%d", f->times);
	snprintf(w->after, sizeof w->after, "%d", f->after);
	snprintf(w->files, sizeof w->files, "%d", f->files);
	snprintf(w->time, sizeof w->time, "%d:%02d", f->hold_s / 60, f->hold_s % 60);
	list_services(w->further, m->story, f->further, f->further_count, lang);
	list_services(w->removed, m->story, f->removed, f->removed_count, lang);
	if (b != NULL) {
		time_of_day(w->from, b->from_ms);
		time_of_day(w->until, b->to_ms);
	}
	if (f->until_ms != 0)
		time_of_day(w->until, f->until_ms);
}

/* The number of the other one of two tickets. */
static const char *
other_number(const struct moment *m)
{
	uint32_t link = m->fact->link;
	const struct ticket *t = hall_ticket(m->story->hall, link == m->story->ticket ? m->fact->ticket : link);

	return t == NULL ? "" : t->number;
}

static void
add_sentence(char out[STORY_MAX], const struct moment *m, const char *name, enum language lang)
{
	const struct story *s = m->story;
	const struct fact *f = m->fact;
	char key[64], grade[32], one[STORY_MAX];
	size_t len = strlen(out);
	struct words w;

	find_words(&w, m, lang);
	snprintf(key, sizeof key, "story.%s%s%s", kinds[f->kind].name, name[0] == '\0' ? "" : ".", name);
	snprintf(grade, sizeof grade, "page.ticket.grade.%d", f->grade);
	text_fill(one, sizeof one, texts_get(s->texts, lang, key), SLOTS({ "window", w.window }, { "to_window", w.to_window },
	    { "times", w.times }, { "after", w.after }, { "files", w.files }, { "time", w.time }, { "from", w.from },
	    { "until", w.until }, { "further", w.further }, { "removed", w.removed }, { "printer", f->device },
	    { "number", other_number(m) }, { "grade", texts_get(s->texts, lang, grade) },
	    { "service", service_name(s, f->service, lang) }, { "to", service_name(s, f->to, lang) },
	    { "was_service", service_name(s, m->was.service, lang) }, { "now_service", service_name(s, m->leg.service, lang) },
	    { "class", class_name(s, f->new_class != 0 ? f->new_class - 1 : f->class, lang) },
	    { "was_class", class_name(s, m->was_class, lang) },
	    { "what", m->what[lang] == NULL ? "" : m->what[lang] }));
	snprintf(out + len, STORY_MAX - len, "%s%s", len == 0 ? "" : texts_get(s->texts, lang, "story.join"), one);
}

static void
tell_fact(char out[STORY_MAX], const struct moment *m, enum language lang)
{
	bool begun = false;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
		if (variants[i].kind != m->fact->kind || (begun && !variants[i].adds) ||
		    (variants[i].when != NULL && !variants[i].when(m)))
			continue;
		add_sentence(out, m, variants[i].name, lang);
		begun = true;
	}
	if (!begun)
		add_sentence(out, m, "", lang);
	if (out[0] >= 'a' && out[0] <= 'z')
		out[0] -= 'a' - 'A';		/* what can be added can stand alone */
}

/* Faults. */

static bool
at_fault(const struct story *s, int device, int address)
{
	for (size_t i = 0; i < s->faults; i++)
		if (s->fault[i].address == address && strcmp(s->fault[i].device, s->layout.device[device].id) == 0)
			return true;
	return false;
}

/* At each start it is found out anew. */
static void
note_fault(struct story *s, const struct fact *f)
{
	if (f->kind == HALL_STARTED)
		s->faults = 0;
	if (f->kind != DEVICE_FAULT && f->kind != DEVICE_OK)
		return;
	for (size_t i = s->faults; i-- > 0; )
		if (s->fault[i].address == f->value && strcmp(s->fault[i].device, f->device) == 0)
			s->fault[i] = s->fault[--s->faults];
	if (f->kind == DEVICE_OK)
		return;
	GROW(s->fault, s->faults, s->room);
	strcpy(s->fault[s->faults].device, f->device);
	s->fault[s->faults++].address = f->value;
}

/* Signs and voices. */

static bool
calls(const struct fact *f)
{
	return f->kind == TICKET_CALLED || f->kind == TICKET_RECALLED;
}

static void
tell(char out[LANGUAGES][STORY_MAX], const struct story *s, const char *key, int window, const char *text)
{
	char no[12];

	snprintf(no, sizeof no, "%d", window);
	for (int lang = 0; lang < LANGUAGES; lang++)
		text_fill(out[lang], STORY_MAX, texts_get(s->texts, lang, key), SLOTS({ "window", no }, { "text", text }));
}

/* What the sign has to show of it now, when that is something else. */
static void
tell_sign(struct story *s, const struct moment *m, struct told *told)
{
	const struct window_layout *w = m->at == 0 ? NULL : layout_window(&s->layout, m->at);
	struct sign sign;

	if (w == NULL || !s->known) {
		s->sign[0] = '\0';
		return;
	}
	sign_of(&sign, s->hall, &s->layout, s->texts, m->at, &m->fact->at);
	if (!calls(m->fact) && strcmp(sign.text, s->sign) == 0)
		return;
	strcpy(s->sign, sign.text);
	if (w->sign.device != -1)
		tell(told->shown, s, at_fault(s, w->sign.device, w->sign.address) ? "story.shown.fault" : "story.shown", m->at, sign.text);
	else if (calls(m->fact))
		tell(told->shown, s, "story.shown.none", m->at, "");
}

/* The voice of a window has no recorded words in English. */
static bool
clips_are_chinese(const struct device *d)
{
	bool some = false;

	for (int i = 0; i < CLIPS_MAX; i++)
		some |= clip_there(&d->clip[i]);
	return some && !clip_there(&d->clip[CLIP_EN_TICKET]);
}

/* What kind of announcement follows from the fact; NULL: none. */
static const char *
announcement(const struct moment *m)
{
	const struct fact *f = m->fact;

	if (calls(f))
		return "story.said";
	if (f->kind == HALL_STARTED && m->leg.state == LEG_CALLED)
		return f->at.steady_ms - m->leg.recalled_ms > VOICE_STALE_MS ? "story.said.stale" : "story.said.restart";
	if (f->kind != TICKET_UNDONE)
		return NULL;
	if (m->was.state == LEG_CALLED && m->leg.state != LEG_CALLED)
		return leg_live(m->leg.state) && m->leg.state != LEG_SERVING ? "story.said.corrected" : NULL;
	return m->was.state != LEG_CALLED && m->leg.state == LEG_CALLED ? "story.said.unsaid" : NULL;
}

static void
tell_voice(const struct story *s, const struct moment *m, struct told *told)
{
	const char *kind = announcement(m);
	int no = m->at != 0 ? m->at : m->was_at;
	const struct window_layout *w = layout_window(&s->layout, no);
	const struct ticket *t = hall_ticket(s->hall, s->ticket);
	char window[12], text[256];
	const struct zone *zone;
	enum language lang;

	if (kind == NULL || w == NULL || !s->known)
		return;
	zone = w->zone == -1 || s->layout.zone[w->zone].voice == -1 ? NULL : &s->layout.zone[w->zone];
	if (zone == NULL || !hours_open(&zone->hours, m->fact->at.wall_ms)) {
		if (calls(m->fact))
			tell(told->said, s, zone == NULL ? "story.said.none" : "story.said.hours", no, "");
		return;
	}
	lang = t->language == LANG_EN && !clips_are_chinese(&s->layout.device[zone->voice]) ? LANG_EN : LANG_ZH;
	snprintf(window, sizeof window, "%d", no);
	text_fill(text, sizeof text, texts_get(s->texts, lang, strcmp(kind, "story.said.corrected") == 0 ? "voice.corrected" : "voice.call"),
	    SLOTS({ "number", t->number }, { "window", window }));
	tell(told->said, s, calls(m->fact) && at_fault(s, zone->voice, 0) ? "story.said.fault" : kind, no, text);
}

/* Which facts are its own. */

static bool
undo_touches(const struct story *s, const struct undo *u)
{
	for (int i = 0; i < u->legs && i < UNDO_LEGS; i++)
		if (s->hall->ticket[u->leg[i].ticket].id == s->ticket)
			return true;
	return false;
}

/* Is a device that is at fault, or is not any more, what shows or says its call? */
static bool
is_of_its_window(const struct story *s, const struct moment *m)
{
	const struct layout *l = &s->layout;
	const struct window_layout *w = m->at == 0 ? NULL : layout_window(l, m->at);
	int device = layout_device(l, m->fact->device), voice;

	if (w == NULL || device == -1 || !s->known)
		return false;
	voice = w->zone == -1 ? -1 : l->zone[w->zone].voice;
	return (w->sign.device == device && w->sign.address == m->fact->value) ||
	    (voice == device && m->leg.state == LEG_CALLED);
}

static bool
is_of_ticket(const struct story *s, const struct moment *m)
{
	const struct fact *f = m->fact;

	switch (f->kind) {
	case TICKET_UNDONE:
		return undo_touches(s, &m->undo);
	case HALL_STARTED:
	case HALL_HALTED:
	case HALL_EVACUATED:
	case HALL_RESUMED:
		return leg_live(m->was.state);
	case WINDOW_LENT:
		return m->leg.state == LEG_WAITING && (f->lent | m->was_lent) >> m->leg.service & 1;
	case DEVICE_FAULT:
	case DEVICE_OK:
		return is_of_its_window(s, m);
	default:
		return f->ticket == s->ticket || (uint32_t)f->link == s->ticket;
	}
}

/* The ticket's leg, its class and the window where it is. */
static void
look(const struct story *s, struct leg *leg, int *class, int *at)
{
	const struct ticket *t = hall_ticket(s->hall, s->ticket);

	*leg = (struct leg){ 0 };
	*class = *at = 0;
	if (t == NULL)
		return;
	*leg = *hall_leg(s->hall, t);
	*class = t->class;
	if ((leg->state == LEG_CALLED || leg->state == LEG_SERVING) && s->hall->window[leg->window].ticket == t->id)
		*at = leg->window;
}

/* What an undo takes back of it, in the sentences of then. */
static void
find_undone(const struct story *s, struct moment *m, char what[LANGUAGES][STORY_MAX])
{
	for (int lang = 0; lang < LANGUAGES; lang++) {
		size_t len = 0;

		for (int i = 0; i < RECENT && len < STORY_MAX; i++) {
			int at = (s->next + i) % RECENT;

			if (s->recent[at].seq >= m->undo.first && s->recent[at].seq <= m->undo.last && s->recent[at].seq != 0)
				len += snprintf(what[lang] + len, STORY_MAX - len, "%s%s",
				    len == 0 ? "" : texts_get(s->texts, lang, "story.join"), s->recent[at].sentence[lang]);
		}
		m->what[lang] = len == 0 ? NULL : what[lang];
	}
}

int
story_fact(struct story *s, const struct fact *f, struct told *told)
{
	const struct undo *undo = f->kind == TICKET_UNDONE ? hall_undo(s->hall, f->window) : NULL;
	char what[LANGUAGES][STORY_MAX];
	struct moment m = { .story = s, .fact = f };
	bool its;

	*told = (struct told){ 0 };
	look(s, &m.was, &m.was_class, &m.was_at);
	if (undo != NULL)
		m.undo = *undo;
	if (f->kind == WINDOW_LENT && f->window > 0 && f->window <= WINDOW_NO_MAX)
		m.was_lent = s->hall->window[f->window].lent;
	its = f->kind == TICKET_UNDONE && is_of_ticket(s, &m);
	if (hall_apply(s->hall, f) == -1)
		return -1;
	note_fault(s, f);
	look(s, &m.leg, &(int){ 0 }, &m.at);
	if (!its && (f->kind == TICKET_UNDONE || !is_of_ticket(s, &m)))
		return 0;
	if (f->kind == TICKET_UNDONE)
		find_undone(s, &m, what);
	for (int lang = 0; lang < LANGUAGES; lang++)
		tell_fact(told->sentence[lang], &m, lang);
	tell_sign(s, &m, told);
	tell_voice(s, &m, told);
	s->recent[s->next].seq = f->seq;
	memcpy(s->recent[s->next].sentence, told->sentence, sizeof told->sentence);
	s->next = (s->next + 1) % RECENT;
	return 1;
}
