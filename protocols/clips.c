/*
 * An announcement as recorded words: see clips.h.
 */
#include <string.h>

#include "protocols/clips.h"

static const char *const names[CLIP_WORDS] = {
	[CLIP_CHIME] = "chime", [CLIP_PLEASE] = "please", [CLIP_NUMBER] = "number", [CLIP_TO] = "to",
	[CLIP_WINDOW] = "window", [CLIP_CORRECTED] = "corrected", [CLIP_TEN] = "ten", [CLIP_HUNDRED] = "hundred",
	[CLIP_0] = "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
	[CLIP_A] = "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
	"N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
	[CLIP_EN_TICKET] = "en.ticket", [CLIP_EN_WINDOW] = "en.window", [CLIP_EN_PLEASE] = "en.please",
	[CLIP_EN_CORRECTED] = "en.corrected", [CLIP_EN_HUNDRED] = "en.hundred",
	[CLIP_EN_0] = "en.0", "en.1", "en.2", "en.3", "en.4", "en.5", "en.6", "en.7", "en.8", "en.9",
	"en.10", "en.11", "en.12", "en.13", "en.14", "en.15", "en.16", "en.17", "en.18", "en.19",
	[CLIP_EN_20] = "en.20", "en.30", "en.40", "en.50", "en.60", "en.70", "en.80", "en.90",
};

const char *
clip_name(enum clip_word word)
{
	return names[word];
}

int
clip_find(const char *name)
{
	for (int i = 0; i < CLIP_WORDS; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

bool
clip_is_english(enum clip_word word)
{
	return word >= CLIP_EN_TICKET;
}

struct words {
	uint8_t	*word;
	int	 count;
	bool	 failed;
};

static void
add(struct words *w, int word)
{
	if (w->count < CLIPS_SAID)
		w->word[w->count++] = word;
	else
		w->failed = true;
}

static void
add_number(struct words *w, const struct announcement *a)
{
	for (const char *c = a->number; *c != '\0'; c++) {
		if (*c >= '0' && *c <= '9')
			add(w, (a->english ? CLIP_EN_0 : CLIP_0) + *c - '0');
		else if (*c >= 'A' && *c <= 'Z')
			add(w, CLIP_A + *c - 'A');
		else
			w->failed = true;
	}
	w->failed |= a->number[0] == '\0';
}

/* 12 is "ten 2", but 112 "1 hundred 1 ten 2"; 105 has a 0 between. */
static void
add_quantity(struct words *w, int n)
{
	int hundreds = n / 100, tens = n / 10 % 10, ones = n % 10;

	if (hundreds > 0) {
		add(w, CLIP_0 + hundreds);
		add(w, CLIP_HUNDRED);
	}
	if (tens > 1 || (tens == 1 && hundreds > 0))
		add(w, CLIP_0 + tens);
	if (tens > 0)
		add(w, CLIP_TEN);
	else if (hundreds > 0 && ones > 0)
		add(w, CLIP_0);
	if (ones > 0)
		add(w, CLIP_0 + ones);
}

static void
add_english_quantity(struct words *w, int n)
{
	if (n >= 100) {
		add(w, CLIP_EN_0 + n / 100);
		add(w, CLIP_EN_HUNDRED);
		n %= 100;
	}
	if (n >= 20) {
		add(w, CLIP_EN_20 + n / 10 - 2);
		n %= 10;
	}
	if (n > 0)
		add(w, CLIP_EN_0 + n);
}

static void
add_chinese(struct words *w, const struct announcement *a)
{
	if (!a->corrects)
		add(w, CLIP_PLEASE);
	add_number(w, a);
	add(w, CLIP_NUMBER);
	if (a->corrects) {
		add(w, CLIP_CORRECTED);
		return;
	}
	add(w, CLIP_TO);
	add_quantity(w, a->window);
	add(w, CLIP_WINDOW);
}

static void
add_english(struct words *w, const struct announcement *a)
{
	add(w, CLIP_EN_TICKET);
	add_number(w, a);
	if (a->corrects) {
		add(w, CLIP_EN_CORRECTED);
		return;
	}
	add(w, CLIP_EN_WINDOW);
	add_english_quantity(w, a->window);
	add(w, CLIP_EN_PLEASE);
}

int
clips_say(uint8_t words[CLIPS_SAID], const struct announcement *a)
{
	struct words w = { .word = words };

	if ((a->sentence[0] != '\0' && !a->corrects) || a->window < 1 || a->window > 999)
		return 0;
	if (a->chime)
		add(&w, CLIP_CHIME);
	if (a->english)
		add_english(&w, a);
	else
		add_chinese(&w, a);
	return w.failed ? 0 : w.count;
}
