/*
 * The frames of tests/vectors/vectors.json, so that no test retypes bytes.
 * Programs run in the project's root.
 */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct vector {
	char	name[48];
	uint8_t	bytes[256];
	size_t	len;
};

/* Read the frames of protocol.  Returns their number, 0 when the file or the protocol is missing or does not fit. */
static inline size_t
vectors_load(struct vector *v, size_t max, const char *protocol)
{
	json_t *all = json_load_file("tests/vectors/vectors.json", 0, NULL), *one;
	size_t i, n = 0;

	json_array_foreach(all, i, one) {
		const char *hex = json_string_value(json_object_get(one, "bytes_hex"));

		if (strcmp(json_string_value(json_object_get(one, "protocol")), protocol) != 0)
			continue;
		if (n == max || strlen(hex) / 2 > sizeof(v->bytes)) {
			n = 0;
			break;
		}
		snprintf(v[n].name, sizeof(v[n].name), "%s", json_string_value(json_object_get(one, "name")));
		for (v[n].len = 0; sscanf(hex, "%2hhx", &v[n].bytes[v[n].len]) == 1; hex += 2)
			v[n].len++;
		n++;
	}
	json_decref(all);
	return n;
}

static inline const struct vector *
vector_find(const struct vector *v, size_t count, const char *name)
{
	for (; count > 0; v++, count--)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

#endif
