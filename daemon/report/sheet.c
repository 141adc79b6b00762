/* A report as JSON, CSV and HTML. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "daemon/core/calendar.h"
#include "daemon/core/fact.h"
#include "daemon/report/csv.h"
#include "daemon/report/sheet.h"

#define CELL_MAX 64
#define LACK_MAX 400

struct writing {
	const struct sheet *sheet;
	FILE		*out;
	int		 columns;
	long		 rows;
	int64_t		 most;		/* of what is shaded */
};

const char *
sheet_format_name(enum sheet_format format)
{
	static const char *const names[SHEET_FORMATS] = { "json", "csv", "html" };

	return names[format];
}

const char *
sheet_type(enum sheet_format format)
{
	static const char *const types[SHEET_FORMATS] = { "application/json", "text/csv; charset=utf-8", "text/html; charset=utf-8" };

	return types[format];
}

/* Cells. */

static void
parts(char out[CELL_MAX], int64_t n, int of, int digits)
{
	long long much = n < 0 ? -n : n;

	snprintf(out, CELL_MAX, "%s%lld.%0*lld", n < 0 ? "-" : "", much / of, digits, much % of);
}

static void
tenths(char out[CELL_MAX], int64_t n)
{
	parts(out, n, 10, 1);
}

static void
local_time(char out[CELL_MAX], int64_t wall_ms)
{
	time_t t = wall_ms / 1000;
	struct tm tm;

	strftime(out, CELL_MAX, "%Y-%m-%d %H:%M:%S", localtime_r(&t, &tm));
}

/* What stands in a cell that is no text of its own. */
static void
number_text(char out[CELL_MAX], enum column_kind kind, int64_t n, bool json)
{
	switch (kind) {
	case COLUMN_DAY:
		snprintf(out, CELL_MAX, "%04d-%02d-%02d", (int)n / 10000, (int)n / 100 % 100, (int)n % 100);
		break;
	case COLUMN_HALF:
		snprintf(out, CELL_MAX, "%02d:%02d", (int)n / 2, (int)n % 2 * 30);
		break;
	case COLUMN_TIME:
		if (json)
			time_text(out, n);
		else
			local_time(out, n);
		break;
	case COLUMN_MINUTES:
		tenths(out, (n * 20 + 60000) / 120000);
		break;
	case COLUMN_SHARE:
	case COLUMN_HUNDREDTHS:
	case COLUMN_MONEY:
		parts(out, n, 100, 2);
		break;
	case COLUMN_TENTHS:
	case COLUMN_HEAT:
		tenths(out, n);
		break;
	default:
		snprintf(out, CELL_MAX, "%lld", (long long)n);
	}
}

/* Of no moment: a time that is 0. */
static bool
is_nothing(const struct value *v, enum column_kind kind)
{
	return v->type == V_NULL || (kind == COLUMN_TIME && v->i == 0);
}

static bool
is_text(enum column_kind kind)
{
	return kind == COLUMN_TEXT || kind == COLUMN_PERSON || kind == COLUMN_DAY || kind == COLUMN_HALF || kind == COLUMN_TIME;
}

static const char *
say(const struct sheet *s, const char *of, const char *name)
{
	char key[64];
	const char *text;

	snprintf(key, sizeof key, "report.%s.%s", of, name);
	text = texts_get(s->texts, s->lang, key);
	return text == NULL ? name : text;
}

static const char *
title_of(const struct sheet *s, int column)
{
	const struct column *c = &s->report->column[column];

	return say(s, "column", c->text == NULL ? c->name : c->text);
}

static const char *
means_of(const struct sheet *s, int column)
{
	const struct column *c = &s->report->column[column];

	return say(s, "means", c->text == NULL ? c->name : c->text);
}

/* Texts. */

static void
put_json(FILE *out, const char *text)
{
	json_t *v = json_string(text);
	char *quoted = json_dumps(v, JSON_ENCODE_ANY);

	fputs(quoted == NULL ? "null" : quoted, out);
	free(quoted);
	json_decref(v);
}

static void
put_html(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

/* Rows. */

static void
json_cell(const struct writing *w, const struct value *v, enum column_kind kind)
{
	FILE *out = w->out;
	char text[CELL_MAX];

	if (is_nothing(v, kind)) {
		fputs("null", out);
		return;
	}
	if (v->type == V_TEXT) {
		put_json(out, v->p);
		return;
	}
	number_text(text, kind, v->i, true);
	fprintf(out, is_text(kind) ? "\"%s\"" : "%s", text);
}

static void
csv_cell(const struct writing *w, const struct value *v, enum column_kind kind)
{
	FILE *out = w->out;
	char text[CELL_MAX];

	if (is_nothing(v, kind))
		return;
	if (v->type == V_TEXT) {
		csv_text(out, v->p);
		return;
	}
	number_text(text, kind, v->i, false);
	fputs(text, out);
}

#define HEATS 9		/* shades, in report.css */

/* 0: none, for nothing. */
static int
heat(const struct writing *w, const struct value *v)
{
	return v->type == V_NULL || w->most == 0 ? 0 : (int)((v->i * HEATS + w->most - 1) / w->most);
}

static void
html_cell(const struct writing *w, const struct value *v, enum column_kind kind)
{
	FILE *out = w->out;
	char text[CELL_MAX];

	if (kind == COLUMN_HEAT)
		fprintf(out, "<td class=\"number heat%d\">", heat(w, v));
	else
		fputs(is_text(kind) ? "<td>" : "<td class=\"number\">", out);
	if (is_nothing(v, kind))
		fputs("—", out);
	else if (v->type == V_TEXT)
		put_html(out, v->p);
	else {
		number_text(text, kind, v->i, false);
		fputs(text, out);
	}
	fputs("</td>", out);
}

/* What is around rows and cells, by format. */
static const struct frame {
	const char	*row, *between_rows, *row_end, *between_cells;
	void		(*cell)(const struct writing *, const struct value *, enum column_kind);
} frames[SHEET_FORMATS] = {
	[SHEET_JSON] = { "[", ",\n", "]", ",", json_cell },
	[SHEET_CSV] = { "", "", "\r\n", ",", csv_cell },
	[SHEET_HTML] = { "<tr>", "\n", "</tr>", "", html_cell },
};

/* Names are not among the figures: they come from the hall as it is. */
static struct value
named(const struct sheet *s, const struct value *v, enum column_kind kind)
{
	const char *name = kind != COLUMN_PERSON || s->person == NULL || v->type == V_NULL ? NULL : s->person(s->arg, v->i);

	return kind != COLUMN_PERSON ? *v : name == NULL ? (struct value){ .type = V_NULL } : TEXT(name);
}

static int
put_row(void *arg, const struct value *v)
{
	struct writing *w = arg;
	const struct frame *f = &frames[w->sheet->format];
	struct value cell;

	fputs(w->rows++ == 0 ? "" : f->between_rows, w->out);
	fputs(f->row, w->out);
	for (int i = 0; i < w->columns; i++) {
		fputs(i == 0 ? "" : f->between_cells, w->out);
		cell = named(w->sheet, &v[i], w->sheet->report->column[i].kind);
		f->cell(w, &cell, w->sheet->report->column[i].kind);
	}
	fputs(f->row_end, w->out);
	return ferror(w->out) ? -1 : 0;
}

/* What is missing. */

/* Of each period that has a row: a month stands beside the one before and that of a year ago. */
static int
each_lack(struct writing *w, struct figures *f, int (*each)(void *, const struct lack *))
{
	const struct sheet *s = w->sheet;
	int before = date_after(s->asked.from, -1), year_ago = s->asked.from - 10000;

	if (figures_lacks(f, s->asked.from, s->asked.to, each, w) == -1)
		return -1;
	if (!s->report->by_month)
		return 0;
	if (figures_lacks(f, before / 100 * 100 + 1, before, each, w) == -1)
		return -1;
	return figures_lacks(f, year_ago, year_ago / 100 * 100 + 31, each, w);	/* there are no days after its last */
}

static int
json_lack(void *arg, const struct lack *l)
{
	struct writing *w = arg;
	char day[CELL_MAX];

	number_text(day, COLUMN_DAY, l->day, true);
	fprintf(w->out, "%s{\"day\":\"%s\",\"open\":%s,\"clock_stepped\":%s,\"restarts\":%d,\"away_s\":%lld}", w->rows++ == 0 ? "" : ",", day,
	    l->open ? "true" : "false", l->flagged ? "true" : "false", l->restarts, (long long)l->away_ms / 1000);
	return 0;
}

static void
add_words(char *out, size_t cap, bool are, const char *words)
{
	size_t len = strlen(out);

	if (are)
		snprintf(out + len, cap - len, "%s%s", len == 0 ? "" : " ", words);
}

/* For people. */
static void
lack_text(char *out, size_t cap, const struct sheet *s, const struct lack *l)
{
	char away[CELL_MAX], restarts[16];
	bool off = l->restarts != 0 || l->away_ms != 0;

	number_text(away, COLUMN_MINUTES, l->away_ms, false);
	snprintf(restarts, sizeof restarts, "%d;", l->restarts);
	out[0] = '\0';
	add_words(out, cap, l->open, say(s, "lack", "open"));
	add_words(out, cap, l->flagged, say(s, "lack", "clock"));
	add_words(out, cap, l->restarts != 0, say(s, "lack", "restarts"));
	add_words(out, cap, l->restarts != 0, restarts);
	add_words(out, cap, off, say(s, "lack", "away"));
	add_words(out, cap, off, away);
}

static int
csv_lack(void *arg, const struct lack *l)
{
	struct writing *w = arg;
	char day[CELL_MAX], text[LACK_MAX];

	number_text(day, COLUMN_DAY, l->day, false);
	lack_text(text, sizeof text, w->sheet, l);
	fprintf(w->out, "%s,", day);
	csv_text(w->out, text);
	fputs("\r\n", w->out);
	return 0;
}

static int
html_lack(void *arg, const struct lack *l)
{
	struct writing *w = arg;
	char day[CELL_MAX], text[LACK_MAX];

	number_text(day, COLUMN_DAY, l->day, false);
	lack_text(text, sizeof text, w->sheet, l);
	fprintf(w->out, "<li>%s: %s</li>\n", day, text);
	return 0;
}

/* Whole sheets. */

static void
put_days(char from[CELL_MAX], char to[CELL_MAX], const struct sheet *s)
{
	number_text(from, COLUMN_DAY, s->asked.from, false);
	number_text(to, COLUMN_DAY, s->asked.to, false);
}

static int
write_json(struct writing *w, struct figures *f)
{
	const struct sheet *s = w->sheet;
	char from[CELL_MAX], to[CELL_MAX];
	int result;

	put_days(from, to, s);
	fprintf(w->out, "{\"report\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"epoch\":%lld,\"seq\":%lld,\"lacks\":[", s->report->name, from, to,
	    (long long)s->epoch, (long long)figures_seq(f));
	if (each_lack(w, f, json_lack) == -1)
		return -1;
	fputs("],\"columns\":[", w->out);
	for (int i = 0; i < w->columns; i++) {
		fprintf(w->out, "%s{\"name\":\"%s\",\"title\":", i == 0 ? "" : ",", s->report->column[i].name);
		put_json(w->out, title_of(s, i));
		fputs(",\"means\":", w->out);
		put_json(w->out, means_of(s, i));
		fputs("}", w->out);
	}
	fputs("],\"rows\":[", w->out);
	w->rows = 0;
	result = figures_rows(f, s->report, &s->asked, put_row, w);
	fputs("]}", w->out);
	return result;
}

/* Below the rows, as the titles are to stay the first line. */
static int
csv_covers(struct writing *w, struct figures *f)
{
	const struct sheet *s = w->sheet;
	char from[CELL_MAX], to[CELL_MAX];

	put_days(from, to, s);
	fputs("\r\n", w->out);
	csv_text(w->out, say(s, "lack", "period"));
	fprintf(w->out, ",%s,%s\r\n", from, to);
	csv_text(w->out, say(s, "lack", "covers"));
	fprintf(w->out, ",%lld\r\n", (long long)figures_seq(f));
	if (each_lack(w, f, csv_lack) == -1)
		return -1;
	for (int i = 0; i < w->columns; i++) {
		csv_text(w->out, title_of(s, i));
		fputc(',', w->out);
		csv_text(w->out, means_of(s, i));
		fputs("\r\n", w->out);
	}
	return 0;
}

static int
write_csv(struct writing *w, struct figures *f)
{
	const struct sheet *s = w->sheet;

	fputs("\xef\xbb\xbf", w->out);
	for (int i = 0; i < w->columns; i++) {
		fputs(i == 0 ? "" : ",", w->out);
		csv_text(w->out, title_of(s, i));
	}
	fputs("\r\n", w->out);
	return figures_rows(f, s->report, &s->asked, put_row, w) == -1 ? -1 : csv_covers(w, f);
}

static bool
has_heat(const struct report *r)
{
	for (int i = 0; i < report_columns(r); i++)
		if (r->column[i].kind == COLUMN_HEAT)
			return true;
	return false;
}

static int
find_most(void *arg, const struct value *v)
{
	struct writing *w = arg;

	for (int i = 0; i < w->columns; i++)
		if (w->sheet->report->column[i].kind == COLUMN_HEAT && v[i].type == V_INT && v[i].i > w->most)
			w->most = v[i].i;
	return 0;
}

static int
html_table(struct writing *w, struct figures *f)
{
	const struct sheet *s = w->sheet;
	int result;

	if (has_heat(s->report) && figures_rows(f, s->report, &s->asked, find_most, w) == -1)
		return -1;
	fprintf(w->out, "<div class=\"scroll\"><table data-chart=\"%d\">\n<thead><tr>", s->report->chart);
	for (int i = 0; i < w->columns; i++) {
		fputs(is_text(s->report->column[i].kind) ? "<th>" : "<th class=\"number\">", w->out);
		put_html(w->out, title_of(s, i));
		fputs("</th>", w->out);
	}
	fputs("</tr></thead>\n<tbody>\n", w->out);
	w->rows = 0;
	result = figures_rows(f, s->report, &s->asked, put_row, w);
	fputs("\n</tbody>\n</table></div>\n", w->out);
	return result;
}

static void
html_means(const struct writing *w)
{
	const struct sheet *s = w->sheet;

	for (int i = 0; i < w->columns; i++) {
		fputs("<dt>", w->out);
		put_html(w->out, title_of(s, i));
		fputs("</dt><dd>", w->out);
		put_html(w->out, means_of(s, i));
		fputs("</dd>\n", w->out);
	}
}

static int
write_html(struct writing *w, struct figures *f)
{
	const struct sheet *s = w->sheet;
	const char *title = say(s, "title", s->report->name);
	struct sheet below = *s;
	struct writing more = { .sheet = &below, .out = w->out };
	char from[CELL_MAX], to[CELL_MAX];

	below.report = s->report->also == NULL ? NULL : report_find(s->report->also);
	put_days(from, to, s);
	fprintf(w->out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<title>", s->lang == LANG_ZH ? "zh-CN" : "en");
	put_html(w->out, title);
	fputs("</title>\n<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<link rel=\"icon\" href=\"/pages/common/icon.svg\">\n"
	    "<link rel=\"stylesheet\" href=\"/pages/common/vendor/uplot/uPlot.min.css\">\n<link rel=\"stylesheet\" href=\"/pages/common/report.css\">\n"
	    "<script defer src=\"/pages/common/vendor/uplot/uPlot.iife.min.js\"></script>\n<script type=\"module\" src=\"/pages/common/report.js\"></script>\n</head>\n<body>\n<h1>", w->out);
	put_html(w->out, s->hall->in[s->lang][0] != '\0' ? s->hall->in[s->lang] : s->hall->in[LANG_ZH]);
	fputs(" ", w->out);
	put_html(w->out, title);
	fprintf(w->out, "</h1>\n<p class=\"period\">%s – %s · %s %lld-%lld</p>\n<ul class=\"lacks\">", from, to, say(s, "lack", "covers"),
	    (long long)s->epoch, (long long)figures_seq(f));
	if (each_lack(w, f, html_lack) == -1)
		return -1;
	fputs("</ul>\n<div id=\"chart\"></div>\n", w->out);
	if (html_table(w, f) == -1)
		return -1;
	if (below.report != NULL) {
		more.columns = report_columns(below.report);
		fputs("<h2>", w->out);
		put_html(w->out, say(&below, "title", below.report->name));
		fputs("</h2>\n", w->out);
		if (html_table(&more, f) == -1)
			return -1;
	}
	fputs("<dl>\n", w->out);
	html_means(w);
	if (below.report != NULL)
		html_means(&more);
	fputs("</dl>\n</body>\n</html>\n", w->out);
	return 0;
}

char *
sheet_make(const struct sheet *s, struct figures *f, size_t *len)
{
	static int (*const writers[SHEET_FORMATS])(struct writing *, struct figures *) = { write_json, write_csv, write_html };
	struct writing w = { .sheet = s, .columns = report_columns(s->report) };
	char *bytes = NULL;

	if ((w.out = open_memstream(&bytes, len)) == NULL)
		return NULL;
	if ((writers[s->format](&w, f) == -1) | (fclose(w.out) != 0)) {
		free(bytes);
		return NULL;
	}
	return bytes;
}
