/*
 * RFC 2217: every vector, every row of the header, and whatever a server may
 * send, cut wherever it may be cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocols/rfc2217.h"
#include "tests/vectors.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Writers with their arguments. */

static size_t
will_com_port(uint8_t *out)
{
	return rfc2217_option(out, RFC2217_WILL, RFC2217_COM_PORT);
}

static size_t
baud_9600(uint8_t *out)
{
	return rfc2217_baud(out, 9600);
}

static size_t
flow_none(uint8_t *out)
{
	return rfc2217_control(out, 1);
}

static size_t
rts_on(uint8_t *out)
{
	return rfc2217_control(out, 11);
}

static size_t
purge_received(uint8_t *out)
{
	return rfc2217_purge(out, 1);
}

static size_t
beep(uint8_t *out)
{
	static const uint8_t frame[] = "\xFF\x68\x02\x02\x68\x03\x03\x06\x16";

	return rfc2217_escape(out, frame, sizeof(frame) - 1);
}

/* What bytes come to, as text: data as two digits each, "do 2C", "set 1 9600". */
static const char *
heard(const uint8_t *in, size_t len)
{
	static char text[1024];
	static const char *const verbs[] = { "will", "wont", "do", "dont" };
	struct rfc2217 t = { 0 };
	struct rfc2217_said said;
	char *p = text;

	*p = '\0';
	for (size_t i = 0; i < len; i++)
		switch (rfc2217_take(&t, &said, in[i])) {
		case RFC2217_DATA:
			p += sprintf(p, "%02X ", said.byte);
			break;
		case RFC2217_OPTION:
			p += sprintf(p, "%s %02X ", verbs[said.verb - RFC2217_WILL], said.option);
			break;
		case RFC2217_SET:
			p += sprintf(p, "set %d %u ", said.code, said.value);
			break;
		case RFC2217_NOTHING:
			break;
		}
	if (p > text)
		p[-1] = '\0';
	return text;
}

static const struct {
	const char	*name;
	size_t		(*write)(uint8_t *);
	const char	*heard;			/* what such bytes say, if they came from a server */
} rows[] = {
	{ "will-comport",	will_com_port,	"will 2C" },
	{ "set-baud-9600",	baud_9600,	"" },
	{ "set-8n1",		rfc2217_8n1,	"" },
	{ "ack-8n1",		NULL,		"set 2 8 set 3 1 set 4 1" },
	{ "flow-none",		flow_none,	"" },
	{ "rts-on",		rts_on,		"" },
	{ "purge-rx",		purge_received,	"" },
	{ "data-escaped",	beep,		"FF 68 02 02 68 03 03 06 16" },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[16];
	size_t count = vectors_load(v, COUNT(v), "rfc2217");
	uint8_t out[RFC2217_FRAME];

	(void)state;
	assert_int_equal(count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vector *found = vector_find(v, count, rows[i].name);

		if (found == NULL)
			fail_msg("no vector %s", rows[i].name);
		if (rows[i].write != NULL &&
		    (rows[i].write(out) != found->len || memcmp(out, found->bytes, found->len) != 0))
			fail_msg("%s is written otherwise", rows[i].name);
		if (strcmp(heard(found->bytes, found->len), rows[i].heard) != 0)
			fail_msg("%s: heard %s", rows[i].name, heard(found->bytes, found->len));
	}
}

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

/* From a server, by hand from the drawing in the header. */
static const struct { const char *what; const uint8_t *in; size_t len; const char *heard; } servers[] = {
	{ "plain data",			BYTES("\x41\x00\x0D\x0A\xF0"),				"41 00 0D 0A F0" },
	{ "FF is doubled",		BYTES("A\xFF\xFF\xFF\xFF""B"),				"41 FF FF 42" },
	{ "an option between data",	BYTES("A\xFF\xFD\x2C""B"),				"41 do 2C 42" },
	{ "all verbs",			BYTES("\xFF\xFB\x01\xFF\xFC\x00\xFF\xFD\x03\xFF\xFE\x2C"), "will 01 wont 00 do 03 dont 2C" },
	{ "option FF",			BYTES("\xFF\xFD\xFF""A"),				"do FF 41" },
	{ "the baud",			BYTES("\xFF\xFA\x2C\x65\x00\x00\x25\x80\xFF\xF0"),	"set 1 9600" },
	{ "a baud with FF in it",	BYTES("\xFF\xFA\x2C\x65\x00\x00\xFF\xFF\xFF\xFF\xFF\xF0""A"), "set 1 65535 41" },
	{ "control",			BYTES("\xFF\xFA\x2C\x69\x01\xFF\xF0"),			"set 5 1" },
	{ "the modem's state first",	BYTES("\xFF\xFA\x2C\x6B\x30\xFF\xF0\xFF\xFD\x2C"),	"set 7 48 do 2C" },
	{ "a signature",		BYTES("\xFF\xFA\x2C\x64ser2net on ttyUSB0\xFF\xF0""A"),	"41" },
	{ "other sub-negotiations",	BYTES("\xFF\xFA\x18\x01\xFF\xF0\xFF\xFA\xFF\xF0""A"),	"41" },
	{ "what only clients say",	BYTES("\xFF\xFA\x2C\x01\x00\x00\x25\x80\xFF\xF0"),	"" },
	{ "a baud too short",		BYTES("\xFF\xFA\x2C\x65\x25\x80\xFF\xF0"),		"" },
	{ "a byte too long",		BYTES("\xFF\xFA\x2C\x66\x08\x08\xFF\xF0"),		"" },
	{ "nothing in it",		BYTES("\xFF\xFA\x2C\x66\xFF\xF0\xFF\xFA\x2C\xFF\xF0\xFF\xFA\xFF\xF0""A"), "41" },
	{ "go-aheads and the like",	BYTES("A\xFF\xF9""B\xFF\xF1""C\xFF\xF0""D"),		"41 42 43 44" },
	{ "an end that was lost",	BYTES("\xFF\xFA\x2C\x65\x00\x00\xFF\xFD\x2C""A"),	"do 2C 41" },
	{ "a beginning in a beginning",	BYTES("\xFF\xFA\x2C\x65\xFF\xFA\x2C\x66\x08\xFF\xF0""A"), "set 2 8 41" },
};

static void
hears_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(servers); i++)
		if (strcmp(heard(servers[i].in, servers[i].len), servers[i].heard) != 0)
			fail_msg("%s: %s", servers[i].what, heard(servers[i].in, servers[i].len));
}

static void
writes_what_no_vector_shows(void **state)
{
	uint8_t out[RFC2217_FRAME];

	(void)state;
	assert_int_equal(rfc2217_hello(out), 15);
	assert_memory_equal(out, "\xFF\xFB\x00\xFF\xFD\x00\xFF\xFB\x03\xFF\xFD\x03\xFF\xFB\x2C", 15);
	assert_int_equal(rfc2217_baud(out, 115200), 10);
	assert_memory_equal(out, "\xFF\xFA\x2C\x01\x00\x01\xC2\x00\xFF\xF0", 10);
	assert_int_equal(rfc2217_purge(out, 3), 7);
	assert_memory_equal(out, "\xFF\xFA\x2C\x0C\x03\xFF\xF0", 7);
}

static void
doubles_ff_in_sub_negotiations_too(void **state)
{
	uint8_t out[RFC2217_FRAME];

	(void)state;
	assert_int_equal(rfc2217_baud(out, 0x00FF00), 11);
	assert_memory_equal(out, "\xFF\xFA\x2C\x01\x00\x00\xFF\xFF\x00\xFF\xF0", 11);
	assert_int_equal(rfc2217_baud(out, 0x0FFFFF), 12);
	assert_memory_equal(out, "\xFF\xFA\x2C\x01\x00\x0F\xFF\xFF\xFF\xFF\xFF\xF0", 12);
}

static void
refuses_what_is_out_of_range(void **state)
{
	uint8_t out[RFC2217_FRAME];

	(void)state;
	assert_int_equal(rfc2217_baud(out, 0), 0);
	assert_int_equal(rfc2217_baud(out, -1), 0);
	assert_int_equal(rfc2217_baud(out, 1), 10);
	assert_int_not_equal(rfc2217_baud(out, 4000000), 0);
	assert_int_equal(rfc2217_baud(out, 4000001), 0);
	assert_int_equal(rfc2217_control(out, -1), 0);
	assert_int_equal(rfc2217_control(out, 19), 7);
	assert_int_equal(rfc2217_control(out, 20), 0);
	assert_int_equal(rfc2217_purge(out, 0), 0);
	assert_int_equal(rfc2217_purge(out, 4), 0);
	assert_int_equal(rfc2217_option(out, RFC2217_WILL - 1, 0), 0);
	assert_int_equal(rfc2217_option(out, RFC2217_DONT + 1, 0), 0);
	assert_int_equal(rfc2217_option(out, RFC2217_WILL, 256), 0);
}

/* What was asked for needs no word; nothing is answered twice, so that two ends never go on about it. */
static const struct { const char *what; enum rfc2217_verb verb; int option; const char *reply; } options[] = {
	{ "binary, as we asked",	RFC2217_DO,	0x00, "" },
	{ "binary, as we asked",	RFC2217_WILL,	0x00, "" },
	{ "no go-aheads, likewise",	RFC2217_WILL,	0x03, "" },
	{ "this protocol",		RFC2217_DO,	0x2C, "" },
	{ "offered by the server",	RFC2217_WILL,	0x2C, "\xFF\xFD\x2C" },
	{ "offered again",		RFC2217_WILL,	0x2C, "" },
	{ "echo",			RFC2217_WILL,	0x01, "\xFF\xFE\x01" },
	{ "echo of ours",		RFC2217_DO,	0x01, "\xFF\xFC\x01" },
	{ "terminal type",		RFC2217_DO,	0x18, "\xFF\xFC\x18" },
	{ "refused",			RFC2217_DONT,	0x2C, "" },
	{ "refused",			RFC2217_WONT,	0x00, "" },
	{ "not wanted anyway",		RFC2217_DONT,	0x01, "" },
};

static void
replies_to_options(void **state)
{
	struct rfc2217 t = { 0 };
	uint8_t out[RFC2217_FRAME];

	(void)state;
	for (size_t i = 0; i < COUNT(options); i++) {
		struct rfc2217_said said = { .verb = options[i].verb, .option = options[i].option };
		size_t n = rfc2217_reply(&t, out, &said);

		if (n != strlen(options[i].reply) || memcmp(out, options[i].reply, n) != 0)
			fail_msg("%s: option %02X", options[i].what, options[i].option);
	}
}

/* All 256 bytes and any others come through as they were. */
static void
what_is_escaped_comes_out_again(void **state)
{
	uint8_t data[512], out[2 * sizeof(data)];
	struct rfc2217 t = { 0 };
	struct rfc2217_said said;
	size_t n, got = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = i < 256 ? i : 0xFF;
	n = rfc2217_escape(out, data, sizeof(data));
	assert_int_equal(n, sizeof(data) + 257);
	for (size_t i = 0; i < n; i++)
		if (rfc2217_take(&t, &said, out[i]) == RFC2217_DATA)
			assert_int_equal(said.byte, data[got++]);
	assert_int_equal(got, sizeof(data));
}

/* After any bytes at all, data is data again as soon as the last command is over. */
static void
survives_any_bytes(void **state)
{
	struct rfc2217 t = { 0 };
	struct rfc2217_said said;
	size_t data = 0;

	(void)state;
	srandom(1);
	for (int i = 0; i < 1000000; i++) {
		uint8_t byte = random() % 4 == 0 ? 0xF0 + random() % 16 : random();

		data += rfc2217_take(&t, &said, byte) == RFC2217_DATA;
	}
	assert_true(data > 1000);
	for (int i = 0; i < 2; i++) {
		rfc2217_take(&t, &said, 0xFF);
		rfc2217_take(&t, &said, 0xF0);
	}
	assert_int_equal(rfc2217_take(&t, &said, 'A'), RFC2217_DATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(hears_servers),
		cmocka_unit_test(writes_what_no_vector_shows),
		cmocka_unit_test(doubles_ff_in_sub_negotiations_too),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(replies_to_options),
		cmocka_unit_test(what_is_escaped_comes_out_again),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
