/* Records of hall management, reports, and whether the hall can open. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/ctl/ctl.h"

#define REPORT_COLUMNS 32

void
show_subjects(const json_t *v)
{
	json_t *subject, *part;
	size_t i, k;

	json_array_foreach(json_object_get(v, "subjects"), i, subject) {
		printf("%s:", json_string_value(json_object_get(subject, "path")));
		json_array_foreach(json_object_get(subject, "fields"), k, part)
			if (!json_is_true(json_object_get(part, "own")))
				printf(" %s%s", json_string_value(json_object_get(part, "name")),
				    json_is_true(json_object_get(part, "must")) ? "!" : "");
		json_array_foreach(json_object_get(subject, "steps"), k, part)
			printf("%s%s", k == 0 ? "; " : " ", json_string_value(json_object_get(part, "verb")));
		printf("\n");
	}
}

static void
show_reports(const json_t *v)
{
	static const struct column columns[] = { { "name", 0 }, { NULL, 0 } };

	show_rows(json_object_get(v, "reports"), columns);
}

/* What the figures are of, and what is missing. */
static void
show_covers(const json_t *v)
{
	json_t *lack;
	size_t i;

	printf("%s to %s, counted up to event %lld", json_string_value(json_object_get(v, "from")), json_string_value(json_object_get(v, "to")),
	    (long long)json_integer_value(json_object_get(v, "seq")));
	json_array_foreach(json_object_get(v, "lacks"), i, lack) {
		long long restarts = json_integer_value(json_object_get(lack, "restarts")), away_s = json_integer_value(json_object_get(lack, "away_s"));

		printf("; %s:%s%s", json_string_value(json_object_get(lack, "day")), json_is_true(json_object_get(lack, "open")) ? " not over" : "",
		    json_is_true(json_object_get(lack, "clock_stepped")) ? " clock stepped" : "");
		if (restarts != 0)
			printf(" restarts %lld", restarts);
		if (away_s != 0)
			printf(" not running %lld s", away_s);
	}
	printf("\n");
}

static void
show_report(const json_t *v)
{
	struct column columns[REPORT_COLUMNS + 1] = { 0 };
	json_t *list = json_array(), *titles = json_array(), *column, *row;
	size_t i, c;

	json_array_foreach(json_object_get(v, "columns"), c, column) {
		if (c == REPORT_COLUMNS)
			break;
		columns[c].name = json_string_value(json_object_get(column, "name"));
		json_array_append(titles, json_object_get(column, "title"));
	}
	json_array_append_new(list, named(titles, columns));
	json_array_foreach(json_object_get(v, "rows"), i, row)
		json_array_append_new(list, named(row, columns));
	widen(columns, list);
	show_lines(list, columns);
	show_covers(v);
	json_decref(list);
	json_decref(titles);
}

/* Records of hall management: whatever members the answers have, in the order in which they first come. */
#define MEMBERS_MAX 32

static void
add_members(struct column *columns, json_t *titles, const json_t *record)
{
	const char *name;
	json_t *value;
	int n = 0;

	while (columns[n].name != NULL)
		n++;
	json_object_foreach((json_t *)record, name, value) {
		if (n == MEMBERS_MAX || json_is_object(value) || json_object_get(titles, name) != NULL)
			continue;
		json_object_set_new(titles, name, json_string(name));
		columns[n++].name = json_object_iter_key(json_object_iter_at(titles, name));
	}
}

/* Adds a word behind a comma or a blank, if there is room for it. */
static void
add_word(char *joined, size_t cap, const char *between, const char *word)
{
	size_t len = strlen(joined);

	if (len + strlen(between) + strlen(word) < cap)
		snprintf(joined + len, cap - len, "%s%s", len == 0 ? "" : between, word);
}

/* A word, or an object's values. */
static void
add_part(char *joined, size_t cap, const json_t *part)
{
	char words[128] = "", buffer[24];
	const char *name;
	json_t *value;

	if (json_is_string(part))
		add_word(joined, cap, ",", json_string_value(part));
	if (!json_is_object(part))
		return;
	json_object_foreach((json_t *)part, name, value)
		add_word(words, sizeof words, " ", text_of(part, name, buffer));
	add_word(joined, cap, ",", words);
}

/* So many by name, such as stock by place; false: the object is none of that kind. */
static bool
add_amounts(char *joined, size_t cap, const json_t *amounts)
{
	const char *name;
	char word[128];
	json_t *value;

	json_object_foreach((json_t *)amounts, name, value) {
		if (!json_is_integer(value))
			return false;
		snprintf(word, sizeof word, "%s %lld", name, (long long)json_integer_value(value));
		add_word(joined, cap, ",", word);
	}
	return true;
}

/* Lists as words with commas, since a line has no room for more. */
static void
join_lists(json_t *record)
{
	const char *name;
	json_t *value, *part;
	char joined[512];
	size_t i;
	void *next;

	json_object_foreach_safe(record, next, name, value) {
		joined[0] = '\0';
		if (!json_is_array(value) && !(json_is_object(value) && add_amounts(joined, sizeof joined, value)))
			continue;
		json_array_foreach(value, i, part)
			add_part(joined, sizeof joined, part);
		json_object_set_new(record, name, json_string(joined));
	}
}

/* How its device is, instead of an object that no line has room for. */
static void
spread_live(json_t *record)
{
	json_t *live = json_object_get(record, "live");

	if (live == NULL)
		return;
	json_incref(live);
	json_object_set(record, "live", json_object_get(live, "state"));
	json_object_set(record, "reason", json_object_get(live, "reason"));
	json_object_set(record, "seen", json_object_get(live, "seen"));
	shorten_time(record, "seen");
	json_decref(live);
}

static void
show_record_list(const json_t *records)
{
	struct column columns[MEMBERS_MAX + 1] = { 0 };
	json_t *titles = json_object(), *list = json_array(), *record;
	size_t i;

	json_array_append(list, titles);
	json_array_foreach((json_t *)records, i, record) {
		spread_live(record);
		join_lists(record);
		add_members(columns, titles, record);
		json_array_append(list, record);
	}
	widen(columns, list);
	if (json_array_size(records) > 0)
		show_lines(list, columns);
	json_decref(list);
	json_decref(titles);
}

/* One, and below it what belongs to it, such as the duties that somebody who leaves keeps open. */
static void
show_record(const json_t *v)
{
	json_t *one = json_deep_copy(v), *list = json_pack("[o]", one), *value;
	const char *name;
	void *next;

	json_object_foreach_safe(one, next, name, value)
		if (json_is_object(json_array_get(value, 0)))
			json_object_del(one, name);
	show_record_list(list);
	json_object_foreach((json_t *)v, name, value)
		if (json_is_object(json_array_get(value, 0))) {
			printf("\n%s:\n", name);
			show_record_list(value);
		}
	json_decref(list);
}

/* A list, or one. */
static void
show_records(const json_t *v)
{
	json_t *first = json_object_iter_value(json_object_iter((json_t *)v));

	if (json_is_array(first))
		show_record_list(first);
	else
		show_record(v);
}

static void
show_order_list(const json_t *v)
{
	show_record_list(json_object_get(v, "lines"));
}

void
ctl_order_list(const struct hallctl *ctl, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	show(ask(ctl, "GET", "/api/v1/stock/order-list", NULL), show_order_list);
}

/* What a member is: a field of the subject, else what a person is told by: who clocks in says their code.  NONE: neither. */
static enum field_type
type_of(enum subject subject, const char *name)
{
	int field = subject_field(subject, name), of_person = subject_field(SUBJECT_PERSON, name);

	if (field != -1)
		return subjects[subject].field[field].type;
	return of_person != -1 ? subjects[SUBJECT_PERSON].field[of_person].type : FIELD_NONE;
}

/* field=value, as its type asks for; "-" leaves it out. */
static void
set_member(json_t *body, enum subject subject, char *word)
{
	char name[40], *is = strchr(word, '='), *end;
	enum field_type type;
	long long number;

	if (is == NULL || is == word || (size_t)(is - word) >= sizeof name)
		usage(2);
	snprintf(name, sizeof name, "%.*s", (int)(is - word), word);
	is++;
	type = type_of(subject, name);
	number = strtoll(is, &end, 10);
	if (strcmp(is, "-") == 0)
		json_object_set_new(body, name, json_null());
	else if (type == FIELD_SERVICES)
		json_object_set_new(body, name, list_of(name, is));
	else if (type == FIELD_FLAG && strcmp(is, "yes") == 0)
		json_object_set_new(body, name, json_true());
	else if (type == FIELD_FLAG && strcmp(is, "no") == 0)
		json_object_set_new(body, name, json_false());
	else if (*is != '\0' && *end == '\0' && type != FIELD_TEXT && type != FIELD_PRIVATE && type != FIELD_ACCOUNT)
		json_object_set_new(body, name, json_integer(number));
	else
		json_object_set_new(body, name, json_of(name, is));
}

/* Another condition of a list; a flag is as tables have it. */
static void
add_query(char *path, size_t cap, enum subject subject, const char *word)
{
	const char *is = strchr(word, '='), *said;
	size_t len = strlen(path);
	char name[40], value[ASK_WORD];

	if (is == NULL)
		usage(2);
	said = is + 1;
	snprintf(name, sizeof name, "%.*s", (int)(is - word), word);
	if (type_of(subject, name) == FIELD_FLAG)
		said = strcmp(said, "yes") == 0 ? "true" : strcmp(said, "no") == 0 || strcmp(said, "-") == 0 ? "false" : said;
	path_of(value, sizeof value, "", said, "");
	if (snprintf(path + len, cap - len, "%c%.*s=%s", strchr(path, '?') == NULL ? '?' : '&', (int)(is - word), word,
	    value + strlen("/api/v1/")) >= (int)(cap - len))
		fatal("%s: too long", word);
}

/* Nothing can come of it any more. */
static bool
is_over(enum subject subject, const json_t *record)
{
	const struct subject_row *s = &subjects[subject];
	const char *state = json_string_value(json_object_get(record, "state"));

	for (int i = 0; state != NULL && s->state[i] != NULL; i++)
		if (strcmp(s->state[i], state) == 0)
			return s->over >> i & 1;
	return false;
}

/*
 * Of the record as it is now, which what is done is to follow; unless rev=NUMBER says which was read.
 * One that is over gets none: with a rev the hall would take it for one that somebody ended just now.
 */
static void
set_rev(json_t *body, const struct hallctl *ctl, enum subject subject, const char *path)
{
	struct hallctl quiet = *ctl;
	json_t *now;

	if (json_object_get(body, "rev") != NULL)
		return;
	quiet.json = false;
	now = ask(&quiet, "GET", path, NULL);
	if (!is_over(subject, now))
		json_object_set(body, "rev", json_object_get(now, "rev"));
	json_decref(now);
}

/* A list, of what is over page after page, unless it is said where one begins; as JSON, one page: it says where the next begins. */
static void
ctl_list(const struct hallctl *ctl, const char *path)
{
	json_t *v = ask(ctl, "GET", path, NULL), *page;
	char further[ASK_MAX + 32];

	while (v != NULL && json_is_integer(json_object_get(v, "next")) && strstr(path, "before=") == NULL) {
		snprintf(further, sizeof further, "%s&before=%lld", path, (long long)json_integer_value(json_object_get(v, "next")));
		page = ask(ctl, "GET", further, NULL);
		json_array_extend(json_object_iter_value(json_object_iter(v)), json_object_iter_value(json_object_iter(page)));
		json_object_set(v, "next", json_object_get(page, "next"));
		json_decref(page);
	}
	show(v, show_records);
}

/* What is done with no one record. */
static bool
is_word_of(enum subject subject, const char *word)
{
	static const struct { enum subject subject; const char *word; } words[] = {
		{ SUBJECT_DUTY, "copy" }, { SUBJECT_DUTY, "swap" }, { SUBJECT_ATTENDANCE, "clock" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].subject == subject && strcmp(words[i].word, word) == 0)
			return true;
	return false;
}

/*
 * SUBJECT [FIELD=VALUE ...]         those of which it is so
 * SUBJECT add FIELD=VALUE ...       a new one
 * SUBJECT ID [set FIELD=VALUE ...]  one; changed
 * SUBJECT ID STEP [FIELD=VALUE ...], SUBJECT WORD [FIELD=VALUE ...]  what else is done
 */
void
ctl_records(const struct hallctl *ctl, enum subject subject, int argc, char **argv)
{
	bool lists = argc == 1 || strchr(argv[1], '=') != NULL, adds = !lists && strcmp(argv[1], "add") == 0;
	bool one = !lists && isdigit((unsigned char)argv[1][0]), changes = one && argc > 2 && strcmp(argv[2], "set") == 0;
	bool steps = one && argc > 2 && !changes;
	json_t *body = lists || (one && argc == 2) ? NULL : json_object();
	char path[ASK_MAX], part[256];
	int said = lists ? 1 : one && argc > 2 ? 3 : 2;

	if ((!lists && !adds && !one && !is_word_of(subject, argv[1])) || (steps && subject_step(subject, argv[2]) == NULL))
		usage(2);
	snprintf(path, sizeof path, "/api/v1/%s", subjects[subject].path);
	if (!lists && !adds)
		strcat(strcat(path, "/"), path_of(part, sizeof part, "", argv[1], "") + strlen("/api/v1/"));
	for (int i = said; i < argc; i++)
		if (lists)
			add_query(path, sizeof path, subject, argv[i]);
		else
			set_member(body, subject, argv[i]);
	if (changes || steps)
		set_rev(body, ctl, subject, path);
	if (steps)
		strcat(strcat(path, "/"), path_of(part, sizeof part, "", argv[2], "") + strlen("/api/v1/"));
	if (lists)
		ctl_list(ctl, path);
	else
		show(ask(ctl, body == NULL ? "GET" : changes ? "PUT" : "POST", path, body), show_records);
}

void
ctl_report(const struct hallctl *ctl, int argc, char **argv)
{
	const char *language = ctl->language_said ? ctl->language : "en";
	char path[256], query[96];

	if (argc == 1) {
		show(ask(ctl, "GET", "/api/v1/reports", NULL), show_reports);
		return;
	}
	for (int i = 2; i < argc; i++)
		if (strspn(argv[i], "0123456789-") != strlen(argv[i]) || strlen(argv[i]) > 10)
			usage(2);
	snprintf(query, sizeof query, "?lang=%s", language);
	if (argc > 2)
		snprintf(query, sizeof query, "?lang=%s&from=%s&to=%s", language, argv[2], argv[argc - 1]);
	show(ask(ctl, "GET", path_of(path, sizeof path, "reports/", argv[1], query), NULL), show_report);
}

static void
show_ready(const struct hallctl *ctl, const json_t *v)
{
	static const struct column columns[] = { { "state", 7 }, { "point", 9 }, { "said", 60 }, { "done", 0 }, { NULL, 0 } };
	const char *opens_at = json_string_value(json_object_get(v, "opens_at"));
	json_t *row;
	size_t i;

	printf("%s; opens %.16s; %lld of %lld points\n", json_string_value(json_object_get(v, "state")), opens_at == NULL ? "-" : opens_at,
	    (long long)(json_integer_value(json_object_get(v, "points")) - json_integer_value(json_object_get(v, "bad"))),
	    (long long)json_integer_value(json_object_get(v, "points")));
	json_array_foreach(json_object_get(v, "findings"), i, row) {
		json_object_set_new(row, "said", json_string(said(ctl, row, "what")));
		json_object_set_new(row, "done", json_string(strcmp(json_string_value(json_object_get(row, "state")), "green") == 0 ? "" :
		    said(ctl, row, "do")));
	}
	show_lines(json_object_get(v, "findings"), columns);
}

void
ctl_ready(const struct hallctl *ctl, int argc, char **argv)
{
	struct hallctl quiet = *ctl;
	json_t *v;
	bool green;

	(void)argc;
	(void)argv;
	quiet.json = false;
	v = ask(&quiet, "GET", "/api/v1/ready", NULL);
	green = strcmp(json_string_value(json_object_get(v, "state")), "green") == 0;
	if (ctl->json)
		print_json(v);
	else
		show_ready(ctl, v);
	json_decref(v);
	if (!green)
		exit(1);
}
