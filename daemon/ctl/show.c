/* Tables for people. */
#include <stdio.h>
#include <string.h>

#include "daemon/ctl/ctl.h"
#include "protocols/text.h"

const char *
text_of(const json_t *row, const char *name, char buffer[24])
{
	const json_t *v = json_object_get(row, name);

	if (json_is_integer(v))
		snprintf(buffer, 24, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		snprintf(buffer, 24, "%.7g", json_real_value(v));
	else if (json_is_string(v))
		return json_string_value(v);
	else
		snprintf(buffer, 24, "%s", json_is_true(v) ? "yes" : "-");
	return buffer;
}

void
show_lines(const json_t *rows, const struct column *columns)
{
	char buffer[24];
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row) {
		for (const struct column *c = columns; c->name != NULL; c++) {
			const char *text = text_of(row, c->name, buffer);

			int gap = c->width - (int)text_columns(text);

			printf("%s%*s", text, c[1].name == NULL ? 0 : gap > 0 ? gap : 1, "");
		}
		printf("\n");
	}
}

void
show_rows(const json_t *rows, const struct column *columns)
{
	for (const struct column *c = columns; c->name != NULL; c++)
		printf("%-*s", c[1].name == NULL ? 0 : c->width, c->name);
	printf("\n");
	show_lines(rows, columns);
}

/* "09-01 08:30:00" of an RFC 3339 time. */
void
shorten_time(json_t *row, const char *name)
{
	const char *time = json_string_value(json_object_get(row, name));
	char text[16];

	if (time == NULL || strlen(time) < 19)
		return;
	snprintf(text, sizeof text, "%.5s %.8s", time + 5, time + 11);
	json_object_set_new(row, name, json_string(text));
}

void
show_members(const json_t *v)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)v, name, member) {
		if (json_is_string(member))
			printf("%s %s\n", name, json_string_value(member));
		else
			printf("%s %lld\n", name, (long long)json_integer_value(member));
	}
}

/* As --json has it. */
void
print_json(const json_t *v)
{
	json_dumpf(v, stdout, JSON_COMPACT);
	putchar('\n');
}

/* What is there in both languages, in the one that was asked for. */
const char *
said(const struct hallctl *ctl, const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(json_object_get(row, name), ctl->language));

	return text == NULL ? "" : text;
}

void
show(json_t *answer, void (*how)(const json_t *))
{
	if (answer != NULL)
		how(answer);
	json_decref(answer);
}

/* A row of a report with its values by the names of their columns. */
json_t *
named(const json_t *row, const struct column *columns)
{
	json_t *v = json_object();

	for (size_t c = 0; columns[c].name != NULL; c++)
		json_object_set(v, columns[c].name, json_array_get(row, c));
	return v;
}

/* As wide as the widest, which is not known before. */
void
widen(struct column *columns, const json_t *list)
{
	char buffer[24];
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)list, i, row)
		for (struct column *each = columns; each->name != NULL; each++) {
			int width = (int)text_columns(text_of(row, each->name, buffer)) + 2;

			each->width = width > each->width ? width : each->width;
		}
}
