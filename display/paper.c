/* A ticket as paper: what stands on it, then as much of it as there is room for. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/core/rule/pick.h"
#include "display/code.h"
#include "display/paper.h"
#include "protocols/escpos.h"
#include "protocols/text.h"

#define ITEMS_MAX	24
#define ITEM_TEXT	320
#define WINDOWS_TEXT	64	/* bytes of "1-3、6"; runs that do not fit are left out */

/* What is left out first when the paper gets too long: the lowest. */
enum rank {
	ENGLISH_HALL, ENGLISH_TIME, ENGLISH_SCAN, ENGLISH_VALID, ENGLISH_CLASS, ENGLISH_ABSENT, ENGLISH_BRING, CODE,
	ENGLISH_PLACE, ENGLISH_SERVICE, ENGLISH_AHEAD, ENGLISH_REPRINT, ABSENT, BRING, PLACE, NEEDED
};

struct style {
	uint8_t			width, height;	/* times the normal ones */
	bool			bold;
	enum paper_align	align;
};

/* Something to be read, one or more rows. */
struct item {
	enum rank	rank;
	struct style	style;
	char		text[ITEM_TEXT];
};

struct draft {
	const struct hall	*hall;
	const struct layout	*layout;
	const struct texts	*texts;
	const struct ticket	*ticket;
	const struct device	*printer;
	int			 columns;
	struct item		 item[ITEMS_MAX];
	int			 count;
	int			 above;		/* items above the code */
};

static const struct style head = { 1, 1, true, PAPER_CENTRE };
static const struct style big_head = { PAPER_BIG, PAPER_BIG, true, PAPER_CENTRE };
static const struct style middle = { 1, 1, false, PAPER_CENTRE };
static const struct style left = { 1, 1, false, PAPER_LEFT };

static void
add(struct draft *d, enum rank rank, struct style style, const char *text)
{
	struct item *item;

	if (text[0] == '\0' || d->count == ITEMS_MAX)
		return;
	item = &d->item[d->count++];
	item->rank = rank;
	item->style = style;
	text_cut(item->text, sizeof(item->text), text);
}

/* A text of hall.json, and below it its English for who reads that. */
static void
add_text(struct draft *d, enum rank rank, enum rank english, struct style style, const struct text *text)
{
	add(d, rank, style, text->in[LANG_ZH]);
	if (d->ticket->language == LANG_EN && strcmp(text->in[LANG_EN], text->in[LANG_ZH]) != 0)
		add(d, english, style, text->in[LANG_EN]);
}

/* A sentence whose placeholder stands for a text of hall.json, or for none. */
static void
add_sentence(struct draft *d, enum rank rank, enum rank english, struct style style, const char *key,
    const char *name, const struct text *text)
{
	char out[ITEM_TEXT];

	for (int lang = LANG_ZH; lang <= d->ticket->language; lang++) {
		if (name != NULL && text->in[lang][0] == '\0')
			continue;
		text_fill(out, sizeof(out), texts_get(d->texts, lang, key),
		    SLOTS({ name, name != NULL ? text->in[lang] : NULL }));
		add(d, lang == LANG_ZH ? rank : english, style, out);
	}
}

/* As wide as it is high, or as there is room for. */
static void
add_high(struct draft *d, int height, const char *text)
{
	int columns = text_columns(text);
	int width = columns > 0 ? d->columns / columns : 1;
	struct style style = { 1, height, true, PAPER_CENTRE };

	if (width > 1)
		style.width = width < height ? width : height;
	add(d, NEEDED, style, text);
}

/* The last number of the run of windows that serve it, from window no on. */
static int
run_end(const struct hall *h, const struct layout *l, int service, int no)
{
	const struct window_layout *w;

	while ((w = layout_window(l, no + 1)) != NULL && window_level(h, w, service) != 0)
		no++;
	return no;
}

/* "1-3、6": the windows that serve it. */
static void
windows(const struct draft *d, int service, enum language lang, char list[WINDOWS_TEXT])
{
	size_t len = 0;
	int last, size;

	list[0] = '\0';
	for (int no = 1; no <= WINDOW_NO_MAX; no = last + 1) {
		const struct window_layout *w = layout_window(d->layout, no);
		char run[16];

		last = no;
		if (w == NULL || window_level(d->hall, w, service) == 0)
			continue;
		last = run_end(d->hall, d->layout, service, no);
		snprintf(run, sizeof(run), last > no ? "%d-%d" : "%d", no, last);
		size = snprintf(list + len, WINDOWS_TEXT - len, "%s%s",
		    len > 0 ? texts_get(d->texts, lang, "sign.join") : "", run);
		if (size >= (int)(WINDOWS_TEXT - len)) {
			list[len] = '\0';
			return;
		}
		len += size;
	}
}

static void
add_place(struct draft *d, int service)
{
	const struct text *place = &d->layout->service[service].place;
	char list[WINDOWS_TEXT], out[ITEM_TEXT];

	for (int lang = LANG_ZH; lang <= d->ticket->language; lang++) {
		const char *at = place->in[lang];

		windows(d, service, lang, list);
		if (list[0] == '\0')
			snprintf(out, sizeof(out), "%s", at);
		else
			text_fill(out, sizeof(out),
			    texts_get(d->texts, lang, at[0] != '\0' ? "ticket.place_windows" : "ticket.windows"),
			    SLOTS({ "place", at }, { "windows", list }));
		add(d, lang == LANG_ZH ? PLACE : ENGLISH_PLACE, middle, out);
	}
}

static void
add_ahead(struct draft *d, int64_t steady_ms)
{
	struct text ahead;

	if (hall_leg(d->hall, d->ticket)->state != LEG_WAITING)
		return;
	snprintf(ahead.in[LANG_ZH], TEXT_MAX, "%d", pick_ahead(d->hall, d->layout, d->ticket->leg, steady_ms, NULL));
	strcpy(ahead.in[LANG_EN], ahead.in[LANG_ZH]);
	add_sentence(d, NEEDED, ENGLISH_AHEAD, middle, "ticket.ahead", "ahead", &ahead);
}

static void
clock_text(char out[8], int64_t wall_ms)
{
	time_t s = wall_ms / 1000;
	struct tm tm;

	strftime(out, 8, "%H:%M", localtime_r(&s, &tm));
}

static void
add_wait(struct draft *d, const struct band *b)
{
	char from[12], to[12], out[ITEM_TEXT];

	if (hall_leg(d->hall, d->ticket)->state != LEG_WAITING)
		return;
	if (b->by_clock) {
		clock_text(from, b->from_ms);
		clock_text(to, b->to_ms);
	} else {
		snprintf(from, sizeof(from), "%d", b->from_min);
		snprintf(to, sizeof(to), "%d", b->to_min);
	}
	for (int lang = LANG_ZH; lang <= d->ticket->language; lang++) {
		text_fill(out, sizeof(out), texts_get(d->texts, lang, b->by_clock ? "ticket.wait_clock" : "ticket.wait"),
		    SLOTS({ "from", from }, { "to", to }));
		add(d, lang == LANG_ZH ? NEEDED : ENGLISH_AHEAD, middle, out);
	}
}

static void
add_time(struct draft *d)
{
	time_t s = d->ticket->issued_ms / 1000;
	char date[16], clock[8], out[ITEM_TEXT];
	struct tm tm;

	localtime_r(&s, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	strftime(clock, sizeof(clock), "%H:%M", &tm);
	for (int lang = LANG_ZH; lang <= d->ticket->language; lang++) {
		text_fill(out, sizeof(out), texts_get(d->texts, lang, "ticket.time"),
		    SLOTS({ "date", date }, { "time", clock }));
		add(d, lang == LANG_ZH ? NEEDED : ENGLISH_TIME, left, out);
	}
}

/* "count.3" is a word; a number without one is itself. */
static const char *
count_text(const struct draft *d, enum language lang, const char *count)
{
	const char *word = texts_get(d->texts, lang, count);

	return strcmp(word, count) == 0 ? count + strlen("count.") : word;
}

/* What happens to who does not come; calls is the first and its repetitions. */
static void
add_absent(struct draft *d)
{
	const struct policy *p = &d->layout->policy;
	char count[24], after[12], out[ITEM_TEXT];
	const char *key = p->passed_max == 0 ? "ticket.abandoned" :
	    p->recall_max == 0 ? "ticket.passed_any" : "ticket.passed";

	snprintf(count, sizeof(count), "count.%d", p->recall_max + 1);
	snprintf(after, sizeof(after), "%d", p->passed_after);
	for (int lang = LANG_ZH; lang <= d->ticket->language; lang++) {
		text_fill(out, sizeof(out), texts_get(d->texts, lang, key),
		    SLOTS({ "calls", count_text(d, lang, count) }, { "after", after }));
		add(d, lang == LANG_ZH ? ABSENT : ENGLISH_ABSENT, left, out);
	}
}

static bool
has_code(const struct draft *d)
{
	return d->ticket->booking == 0 && d->layout->public_url[0] != '\0' && d->printer->qr != QR_NONE;
}

/* The address of the ticket's page, as text for the printer or as a picture. */
static void
put_code(struct paper *p, const struct draft *d)
{
	snprintf(p->qr, sizeof(p->qr), "%s%s", d->layout->public_url, d->ticket->token);
	if (d->printer->qr == QR_RASTER && code_make(&p->code, p->qr) == 0)
		p->qr[0] = '\0';
}

static void
add_count(struct draft *d)
{
	struct text count;

	if (d->ticket->files < 2)
		return;
	for (int lang = 0; lang < LANGUAGES; lang++)
		snprintf(count.in[lang], sizeof(count.in[lang]), "%d", d->ticket->files);
	add_sentence(d, NEEDED, ENGLISH_CLASS, left, "ticket.count", "count", &count);
}

/* "2026-11-25 09:30-10:00". */
static void
add_slot(struct draft *d, const struct booking *b)
{
	time_t from_s = b->from_ms / 1000, to_s = b->to_ms / 1000;
	char from[24], to[8], slot[40];
	struct tm tm;

	strftime(from, sizeof(from), "%Y-%m-%d %H:%M", localtime_r(&from_s, &tm));
	strftime(to, sizeof(to), "%H:%M", localtime_r(&to_s, &tm));
	snprintf(slot, sizeof(slot), "%s-%s", from, to);
	add(d, NEEDED, (struct style){ 2, 2, true, PAPER_CENTRE }, slot);
}

/* Its holder goes home with this: what to say tomorrow, when, for what. */
static void
write_slip(struct draft *d, const struct booking *b)
{
	const struct layout *l = d->layout;
	char code[CODE_MAX + 1];
	struct text number;

	snprintf(code, sizeof(code), "%.4s-%s", b->code, b->code + strnlen(b->code, 4));
	for (int lang = 0; lang < LANGUAGES; lang++)
		snprintf(number.in[lang], sizeof(number.in[lang]), "%s", d->ticket->number);
	add_text(d, NEEDED, ENGLISH_HALL, head, &l->name);
	add_sentence(d, NEEDED, ENGLISH_REPRINT, head, "slip.booking", NULL, NULL);
	add_high(d, PAPER_NUMBER, code);
	add_slot(d, b);
	if (b->service < l->service_count) {
		add_text(d, NEEDED, ENGLISH_SERVICE, head, &l->service[b->service].name);
		add_place(d, b->service);
		add_sentence(d, BRING, ENGLISH_BRING, left, "ticket.bring", "bring", &l->service[b->service].bring);
	}
	add_sentence(d, NEEDED, ENGLISH_VALID, left, "slip.how", NULL, NULL);
	add_sentence(d, NEEDED, ENGLISH_CLASS, left, "slip.number", "number", &number);
	d->above = d->count;
}

static void
write_ticket(struct draft *d, const struct band *wait, const struct instant *now)
{
	const struct ticket *t = d->ticket;
	const struct layout *l = d->layout;
	int service = hall_leg(d->hall, t)->service;

	if (t->rehearsal)
		add_sentence(d, NEEDED, ENGLISH_REPRINT, middle, "ticket.rehearsal", NULL, NULL);
	if (t->reprint)
		add_sentence(d, NEEDED, ENGLISH_REPRINT, middle, "ticket.reprint", NULL, NULL);
	add_text(d, NEEDED, ENGLISH_HALL, head, &l->name);
	add_high(d, t->big ? PAPER_BIG * PAPER_NUMBER : PAPER_NUMBER, t->number);
	if (service < l->service_count) {
		add_text(d, NEEDED, ENGLISH_SERVICE, t->big ? big_head : head, &l->service[service].name);
		add_place(d, service);
	}
	add_ahead(d, now->steady_ms);
	if (wait != NULL && !(wait->by_clock && now->doubted))
		add_wait(d, wait);
	if (service < l->service_count)
		add_sentence(d, BRING, ENGLISH_BRING, left, "ticket.bring", "bring", &l->service[service].bring);
	if (t->class > 0 && t->class < l->class_count)
		add_sentence(d, NEEDED, ENGLISH_CLASS, left, "ticket.class", "class", &l->class[t->class].name);
	add_count(d);
	if (!now->doubted)
		add_time(d);
	if (has_code(d))
		add_sentence(d, CODE, ENGLISH_SCAN, middle, "ticket.scan", NULL, NULL);
	d->above = d->count;
	add_absent(d);
	add_sentence(d, NEEDED, ENGLISH_VALID, left, "ticket.valid", NULL, NULL);
}

/* Bytes of the next row, no more than a line holds; blanks at its end belong to it. */
static size_t
row_bytes(const char *text, int columns)
{
	size_t bytes = text_row(text, columns);

	if (bytes >= PAPER_TEXT)
		for (bytes = PAPER_TEXT - 1; ((unsigned char)text[bytes] & 0xC0) == 0x80; bytes--)
			;
	/* Better a break after a mark in the second half than one wherever the row is full. */
	for (size_t end = bytes; text[bytes] != '\0' && end > bytes / 2; end--)
		if (strchr(",;", text[end - 1]) != NULL)
			return end;
	return bytes;
}

/* The rows of an item, as many lines.  0, or -1: the paper is full. */
static int
put_rows(struct paper *p, const struct item *item, int columns)
{
	const struct style *s = &item->style;

	for (const char *text = item->text; *text != '\0'; text += strspn(text, " ")) {
		size_t bytes = row_bytes(text, columns / s->width);
		struct paper_line *line = &p->lines[p->count];

		if (p->count == PAPER_LINES)
			return -1;
		*line = (struct paper_line){ .width = s->width, .height = s->height, .bold = s->bold, .align = s->align };
		memcpy(line->text, text, bytes);
		for (size_t end = bytes; end > 0 && line->text[end - 1] == ' '; end--)
			line->text[end - 1] = '\0';
		p->count++;
		text += bytes;
	}
	return 0;
}

/* Lay out what has at least this rank.  Its millimetres; more than PAPER_MM: too long. */
static int
lay_out(struct paper *p, const struct draft *d, enum rank least)
{
	int above = 0;

	*p = (struct paper){ 0 };
	for (int i = 0; i < d->count; i++) {
		if (i == d->above)
			above = p->count;
		if (d->item[i].rank >= least && put_rows(p, &d->item[i], d->columns) == -1)
			return PAPER_MM + 1;
	}
	p->below = p->count - above;
	if (least <= CODE && has_code(d))
		put_code(p, d);
	return escpos_paper_mm(p, d->printer->width_mm) + PAPER_HEAD_MM;
}

int
paper_ticket(struct paper *p, const struct hall *h, const struct layout *l, const struct texts *texts,
    const struct ticket *t, const struct device *printer, const struct band *wait, const struct instant *now)
{
	struct draft d = { .hall = h, .layout = l, .texts = texts, .ticket = t, .printer = printer,
	    .columns = printer->width_mm == 58 ? 32 : 48 };
	const struct booking *b = hall_booking(h, t->booking);
	int mm;

	if (b != NULL)
		write_slip(&d, b);
	else
		write_ticket(&d, wait, now);
	for (int least = 0; (mm = lay_out(p, &d, least)) > PAPER_MM && least < NEEDED; least++)
		;
	return mm;
}

static void
put_test(struct paper *p, struct style style, const char *text)
{
	struct paper_line *line = &p->lines[p->count++];

	*line = (struct paper_line){ .width = style.width, .height = style.height, .bold = style.bold, .align = style.align };
	text_cut(line->text, sizeof(line->text), text);
}

void
paper_test(struct paper *p, const struct layout *l, const struct texts *texts, const char *device, int64_t wall_ms)
{
	char date[16], time[16], out[ITEM_TEXT];
	time_t seconds = wall_ms / 1000;
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	strftime(time, sizeof(time), "%H:%M:%S", &tm);
	*p = (struct paper){ 0 };
	put_test(p, middle, l->name.in[LANG_ZH]);
	for (int lang = 0; lang < LANGUAGES; lang++) {
		put_test(p, head, texts_get(texts, lang, "slip.test"));
		text_fill(out, sizeof(out), texts_get(texts, lang, "slip.printer"),
		    SLOTS({ "device", device }, { "date", date }, { "time", time }));
		put_test(p, left, out);
	}
}
