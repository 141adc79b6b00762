/*
 * Documents: who gets which bytes, under which tag, and who gets none because
 * they have them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "daemon/base/util.h"
#include "daemon/net/document.h"

static struct guard_text
text(const char *s)
{
	return (struct guard_text){ s, s == NULL ? 0 : strlen(s) };
}

/* RFC 9110 12.5.3. */
static const struct {
	const char	*header;	/* NULL: none */
	bool		 gzip;
} takers[] = {
	{ NULL, false },
	{ "", false },
	{ "gzip", true },
	{ "GZip", true },
	{ "x-gzip", true },
	{ "gzip, deflate, br, zstd", true },
	{ "br , \tgzip\t, deflate", true },
	{ "deflate, br", false },
	{ "gzipped", false },
	{ "identity", false },
	{ "gzip;q=0", false },
	{ "gzip; q=0.000", false },
	{ "gzip ;Q=0.0", false },
	{ "gzip;q=0.001", true },
	{ "gzip;q=1", true },
	{ "br;q=1.0, gzip;q=0.8, *;q=0.1", true },
	{ "*", true },
	{ "*;q=0", false },
	{ "gzip;q=0, *", false },
	{ "*, gzip;q=0", false },
	{ "*;q=0, gzip", true },
	{ "identity;q=0", false },
	{ ",,gzip,", true },
	{ ",;q", false },
};

static void
gzip_is_for_those_who_take_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++)
		if (accepts_gzip(text(takers[i].header)) != takers[i].gzip)
			fail_msg("%s", takers[i].header);
}

static const struct {
	const char	*takes, *has;		/* NULL: says nothing */
	int		 status;
	const char	*etag;
	const char	*coding;
} rows[] = {
	{ NULL, NULL, 200, "\"7\"", NULL },
	{ "gzip", NULL, 200, "\"7-gzip\"", "gzip" },
	{ NULL, "\"7\"", 304, "\"7\"", NULL },
	{ "gzip", "\"7-gzip\"", 304, "\"7-gzip\"", NULL },
	/* Either is the document. */
	{ "gzip", "\"7\"", 304, "\"7\"", NULL },
	{ NULL, "\"7-gzip\"", 304, "\"7-gzip\"", NULL },
	{ "gzip", "\"7\", \"7-gzip\"", 304, "\"7-gzip\"", NULL },
	{ NULL, "\"7\", \"7-gzip\"", 304, "\"7\"", NULL },
	{ NULL, "\"6\", W/\"7\"", 304, "\"7\"", NULL },
	{ "gzip", "*", 304, "\"7-gzip\"", NULL },
	{ NULL, "\"6\"", 200, "\"7\"", NULL },
	{ NULL, "7", 200, "\"7\"", NULL },
	{ NULL, "\"77\"", 200, "\"7\"", NULL },
	{ NULL, "\"7-g\"", 200, "\"7\"", NULL },
};

static void
each_gets_what_it_has_not(void **state)
{
	struct document d = { .type = "text/plain" };

	(void)state;
	document_set(&d, xstrdup("seven seven seven"), 17, "7");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct document_wish wish = { text(rows[i].takes), text(rows[i].has) };
		struct document_answer a = document_choose(&d, &wish);
		const char *bytes = a.status == 304 ? NULL : a.coding == NULL ? d.plain : d.gzip;

		if (a.status != rows[i].status || strcmp(a.etag, rows[i].etag) != 0 ||
		    (a.coding == NULL) != (rows[i].coding == NULL) || a.bytes != bytes)
			fail_msg("row %zu: %d %s", i, a.status, a.etag);
	}
	document_clear(&d);
}

/* What zlib makes of it again is what it was; and it is made once, for who asks. */
static void
compressed_it_is_the_same(void **state)
{
	static const size_t lengths[] = { 0, 1, 100, 100000 };
	struct document d = { .type = "text/plain" };
	struct document_wish wish = { .accept_encoding = text("gzip") };
	char *out = malloc(200000);

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		char *bytes = malloc(lengths[i] + 1), tag[16];
		struct document_answer a;
		z_stream z = { 0 };

		for (size_t k = 0; k < lengths[i]; k++)
			bytes[k] = i % 2 ? rand() : "abc"[k % 3];
		sprintf(tag, "%zu", i);
		document_set(&d, bytes, lengths[i], tag);
		assert_null(d.gzip);
		a = document_choose(&d, &wish);
		assert_ptr_equal(document_choose(&d, &wish).bytes, a.bytes);

		z.next_in = (Bytef *)a.bytes;
		z.avail_in = a.len;
		z.next_out = (Bytef *)out;
		z.avail_out = 200000;
		assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
		assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
		assert_int_equal(z.total_out, lengths[i]);
		assert_int_equal(z.avail_in, 0);
		assert_memory_equal(out, bytes, lengths[i]);
		inflateEnd(&z);
	}
	document_clear(&d);
	free(out);
}

static int seen;

static void
look(void *arg, const char *name, const char *value)
{
	static const char *const expected[][2] = {
		{ "ETag", "\"7-gzip\"" }, { "Cache-Control", "no-cache" }, { "Vary", "Accept-Encoding" },
		{ "Content-Encoding", "gzip" }, { "X-More", "more" },
	};

	assert_ptr_equal(arg, &seen);
	assert_in_range(seen, 0, 4);
	assert_string_equal(name, expected[seen][0]);
	assert_string_equal(value, expected[seen][1]);
	seen++;
}

static void
headers_say_what_it_is(void **state)
{
	static const char *const more[][2] = { { "X-More", "more" }, { NULL, NULL } };
	struct document d = { .type = "text/plain", .more = more };
	struct document_wish wish = { .accept_encoding = text("gzip") };
	struct document_answer a;

	(void)state;
	document_set(&d, xstrdup("seven"), 5, "7");
	a = document_choose(&d, &wish);
	document_headers(&d, &a, look, &seen);
	assert_int_equal(seen, 5);
	document_clear(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_is_for_those_who_take_it),
		cmocka_unit_test(each_gets_what_it_has_not),
		cmocka_unit_test(compressed_it_is_the_same),
		cmocka_unit_test(headers_say_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
