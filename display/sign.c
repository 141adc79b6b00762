/* The table of what a window's sign shows, a row a state. */
#include <stdio.h>
#include <string.h>

#include "display/sign.h"

/* What the rows below work with. */
struct view {
	const struct hall		*hall;
	const struct layout		*layout;
	const struct texts		*texts;
	const struct window_layout	*place;
	const struct window		*window;
	char				 until[6];	/* back at; empty: nobody said, or it is over */
};

/* Append to a list, with what stands between two.  0, or -1 and nothing is changed: it does not fit. */
static int
list_add(const struct view *v, enum language lang, char *list, size_t cap, const char *item)
{
	size_t len = strlen(list);
	const char *join = len > 0 ? texts_get(v->texts, lang, "sign.join") : "";

	if (snprintf(list + len, cap - len, "%s%s", join, item) < (int)(cap - len))
		return 0;
	list[len] = '\0';
	return -1;
}

static bool
is_ascii(const char *s)
{
	while ((unsigned char)*s - 0x20u < 0x5Fu)
		s++;
	return *s == '\0';
}

static void
services(const struct view *v, enum language lang, char *list, size_t cap)
{
	list[0] = '\0';
	for (int s = 0; s < v->layout->service_count; s++) {
		const char *name = v->layout->service[s].name.in[lang];

		if (window_level(v->hall, v->place, s) == 0 || (lang != LANG_ZH && (name[0] == '\0' || !is_ascii(name))))
			continue;
		if (list_add(v, lang, list, cap, name) == -1)
			return;
	}
}

static void
others(const struct view *v, enum language lang, char *list, size_t cap)
{
	int other[OTHERS_MAX], count = window_others(v->hall, v->layout, v->place->no, other);
	char no[12];

	list[0] = '\0';
	for (int i = 0; i < count; i++) {
		snprintf(no, sizeof(no), "%d", other[i]);
		list_add(v, lang, list, cap, no);
	}
}

static const char *
key_of(const struct view *v, enum language lang, const char *number, const char *others_list)
{
	switch ((enum window_state)v->window->state) {
	case IDLE:
		return "sign.idle";
	case CALLING:
		return lang == LANG_ZH ? "sign.calling" : "sign.calling_latin";
	case SERVING:
		return number[0] != '\0' ? "sign.serving" : "sign.serving_no_number";
	case PAUSED:
		return others_list[0] != '\0' ? "sign.paused_others" : v->until[0] != '\0' ? "sign.paused_until" : "sign.paused";
	case OFFLINE:
	case CLOSED:
	case WINDOW_STATES:
		break;
	}
	return "sign.closed";
}

static void
sentence(const struct view *v, enum language lang, const char *number, char *out, size_t cap)
{
	char window[12], list[SIGN_TEXT - 64], open[64];

	snprintf(window, sizeof(window), "%d", v->place->no);
	services(v, lang, list, lang == LANG_ZH ? sizeof(list) : SIGN_LATIN - 16);
	others(v, lang, open, sizeof(open));
	text_fill(out, cap, texts_get(v->texts, lang, key_of(v, lang, number, open)),
	    SLOTS({ "window", window }, { "services", list }, { "others", open }, { "until", v->until }, { "number", number }));
}

void
evacuation_text(char *out, size_t cap, const struct hall *h, const struct texts *t, enum language lang)
{
	bool drill = h->halt == HALT_DRILL, said = h->evacuation.in[lang][0] != '\0';

	out[0] = '\0';
	if (drill || h->halt == HALT_EVACUATED)
		text_fill(out, cap, texts_get(t, lang, !drill ? "sign.evacuation" : said ? "sign.drill_text" : "sign.drill"),
		    SLOTS({ "text", h->evacuation.in[lang] }));
	if (!drill && out[0] != '\0' && said)
		snprintf(out, cap, "%s", h->evacuation.in[lang]);
}

/* All signs say that the hall stands still, and why. */
static void
halted(struct sign *s, const struct hall *h, const struct texts *t)
{
	char latin[SIGN_TEXT];

	snprintf(s->text, sizeof(s->text), "%s", texts_get(t, LANG_ZH, "sign.suspended"));
	snprintf(latin, sizeof(latin), "%s", texts_get(t, LANG_EN, "sign.suspended"));
	if (h->halt != HALT_SUSPENDED) {
		evacuation_text(s->text, sizeof(s->text), h, t, LANG_ZH);
		evacuation_text(latin, sizeof(latin), h, t, LANG_EN);
	}
	if (!is_ascii(latin))
		snprintf(latin, sizeof(latin), "%s", texts_get(t, LANG_EN, h->halt == HALT_DRILL ? "sign.drill" : "sign.evacuation"));
	memcpy(s->latin, latin, sizeof(s->latin) - 1);
}

void
sign_of(struct sign *s, const struct hall *h, const struct layout *l, const struct texts *t, int no,
    const struct instant *now)
{
	struct view v = { .hall = h, .layout = l, .texts = t, .place = layout_window(l, no) };
	const struct ticket *ticket;
	int64_t calm_ms;

	*s = (struct sign){ .until_ms = INT64_MAX };
	if (v.place == NULL)
		return;
	if (hall_halted(h)) {
		halted(s, h, t);
		return;
	}
	v.window = &h->window[no];
	if (v.window->state == PAUSED && v.window->until_ms > now->wall_ms) {
		char time[TIME_TEXT];

		time_text(time, v.window->until_ms);
		memcpy(v.until, time + strlen("2026-11-24T"), strlen("10:30"));
		s->until_ms = now->steady_ms + v.window->until_ms - now->wall_ms;
	}
	ticket = hall_ticket(h, v.window->ticket);
	if (ticket != NULL)
		strcpy(s->number, ticket->number);
	sentence(&v, LANG_ZH, s->number, s->text, sizeof(s->text));
	sentence(&v, LANG_EN, s->number, s->latin, sizeof(s->latin));
	if (v.window->state != CALLING || ticket == NULL)
		return;
	calm_ms = hall_leg(h, ticket)->recalled_ms + SIGN_FLASH_MS;
	s->flash = now->steady_ms < calm_ms;
	if (s->flash)
		s->until_ms = calm_ms;
}
