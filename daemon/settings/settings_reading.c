/* Where in hall.json something is wrong, and how that is said: its place as a JSON Pointer, and what name was meant. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/settings/settings_reading.h"

int
utf8_fit(const char *s, size_t max)
{
	size_t len = strnlen(s, max + 1);

	if (len <= max)
		return len;
	for (len = max; len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

int
fault_say(struct fault *f, const char *pointer, const char *format, ...)
{
	char text[1024];
	va_list ap;
	int n;

	n = snprintf(text, sizeof(text), "%s: ", pointer);
	va_start(ap, format);
	vsnprintf(text + n, sizeof(text) - n, format, ap);
	va_end(ap);
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	if (f->cap > 0)
		snprintf(f->line, f->cap, "%.*s", utf8_fit(text, f->cap - 1), text);
	return -1;
}

size_t
reading_enter(struct reading *r, const char *name)
{
	size_t back = strlen(r->at), len = back;
	int fit = utf8_fit(name, SAID_MAX);

	if (len + 2 * fit + 2 > sizeof(r->at))
		return back;
	r->at[len++] = '/';
	for (int i = 0; i < fit; i++) {
		if (name[i] == '~' || name[i] == '/') {
			r->at[len++] = '~';
			r->at[len++] = name[i] == '~' ? '0' : '1';
		} else
			r->at[len++] = name[i];
	}
	r->at[len] = '\0';
	return back;
}

size_t
reading_enter_place(struct reading *r, size_t place)
{
	char name[24];

	snprintf(name, sizeof(name), "%zu", place);
	return reading_enter(r, name);
}

void
reading_leave(struct reading *r, size_t back)
{
	r->at[back] = '\0';
}

/* How many letters must change to make b of a (Levenshtein); any large number if many. */
static int
distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	int row[64], corner, above;

	if (na >= 64 || nb >= 64)
		return 64;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			above = row[j];
			row[j] = corner + (a[i - 1] != b[j - 1]);
			if (row[j] > above + 1)
				row[j] = above + 1;
			if (row[j] > row[j - 1] + 1)
				row[j] = row[j - 1] + 1;
			corner = above;
		}
	}
	return row[nb];
}

void
know_name(struct known_names *k, const char *name)
{
	if (k->count < KNOWN_MAX)
		k->name[k->count++] = name;
}

int
reading_unknown(struct reading *r, const char *problem, const char *word, const struct known_names *k)
{
	char names[512] = "";
	int best = -1, least = 3, d;
	size_t len = 0;

	for (int i = 0; i < k->count; i++)
		if ((d = distance(word, k->name[i])) < least && d < (int)strlen(k->name[i]) && d < (int)strlen(word)) {
			least = d;
			best = i;
		}
	if (best != -1)
		return fail(r, "%s; did you mean \"%s\"?", problem, k->name[best]);
	for (int i = 0; i < k->count && len + ID_MAX + 8 < sizeof(names); i++)
		len += snprintf(names + len, sizeof(names) - len, "%s\"%s\"", i > 0 ? ", " : "", k->name[i]);
	return fail(r, "%s; known: %s", problem, k->count > 0 ? names : "none");
}

int
reading_unknown_word(struct reading *r, const char *noun, const char *word, const struct known_names *k)
{
	char problem[128];

	snprintf(problem, sizeof(problem), "no %s \"%.*s\"", noun, utf8_fit(word, SAID_MAX), word);
	return reading_unknown(r, problem, word, k);
}
