/* The far end of a telnet connection: whatever it says, we are not drawn into talking. */
#include "protocols/rfc2217.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_protocols[] = { "rfc2217", NULL };

const char *
fuzz_part(int i)
{
	(void)i;
	return NULL;
}

int
fuzz_longest(int part)
{
	(void)part;
	return 96;
}

/* Our reply is one option with the right verb, and an end that replies by the same rules says no more to it. */
static void
check_reply(const uint8_t *reply, size_t n, const struct rfc2217_said *to)
{
	struct rfc2217 other = { .agreed = true };
	struct rfc2217_said said = { 0 };
	uint8_t out[RFC2217_FRAME];
	enum rfc2217_kind kind = RFC2217_NOTHING;

	must(n == 0 || n == 3);
	for (size_t i = 0; i < n; i++) {
		must(kind == RFC2217_NOTHING);
		kind = rfc2217_take(&other, &said, reply[i]);
	}
	if (n == 0)
		return;
	must(kind == RFC2217_OPTION && said.option == to->option);
	must(to->verb == RFC2217_DO || to->verb == RFC2217_WILL);
	must(rfc2217_reply(&other, out, &said) == 0);
}

static void
listen_to(struct input b)
{
	struct rfc2217 t = { 0 };
	struct rfc2217_said said;
	uint8_t out[RFC2217_FRAME];
	size_t data = 0, agreed = 0;

	for (size_t i = 0; i < b.len; i++) {
		switch (rfc2217_take(&t, &said, b.at[i])) {
		case RFC2217_NOTHING:
			break;
		case RFC2217_DATA:
			must(said.byte == b.at[i]);
			data++;
			break;
		case RFC2217_OPTION: {
			size_t n = rfc2217_reply(&t, out, &said);

			check_reply(out, n, &said);
			agreed += n > 0 && out[1] == RFC2217_DO;
			break;
		}
		case RFC2217_SET:
			must(said.code >= 0 && said.code <= 155);
			break;
		}
	}
	must(data <= b.len && agreed <= 1);
}

/* Data survive their way, in between commands. */
static void
data_pass(struct input b)
{
	struct rfc2217 t = { 0 };
	struct rfc2217_said said;
	static uint8_t out[2 * 4096];
	size_t n, got = 0;

	if (b.len > 4096)
		b.len = 4096;
	n = rfc2217_escape(out, b.at, b.len);
	must(n >= b.len && n <= 2 * b.len);
	for (size_t i = 0; i < n; i++)
		if (rfc2217_take(&t, &said, out[i]) == RFC2217_DATA)
			must(got < b.len && said.byte == b.at[got++]);
	must(got == b.len && t.state == RFC2217_PLAIN);
}

/* What is asked for is what the answer to it tells. */
static void
baud_passes(int baud)
{
	struct rfc2217 t = { 0 };
	struct rfc2217_said said = { 0 };
	uint8_t out[RFC2217_FRAME];
	size_t n = rfc2217_baud(out, baud);
	enum rfc2217_kind kind = RFC2217_NOTHING;

	if (n == 0)
		return;
	out[3] += RFC2217_ANSWER;
	for (size_t i = 0; i < n; i++)
		kind = rfc2217_take(&t, &said, out[i]);
	must(kind == RFC2217_SET && said.code == RFC2217_BAUD && (int)said.value == baud);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct input b = { bytes, len };

	listen_to(b);
	data_pass(b);
	baud_passes(choose16(&b) << 8 | choose(&b));
	return 0;
}

void
fuzz_seeds(void)
{
	static const uint8_t talk[] = { 0xFF, 0xFB, 0x2C, 0xFF, 0xFD, 0x00, 0xFF, 0xFA, 0x2C, 0x65, 0x00, 0x00, 0x25, 0x80, 0xFF, 0xF0,
	    0x41, 0xFF, 0xFF, 0xFF, 0xFA, 0x2C, 0x6B, 0xFF, 0xFF, 0xFF, 0xF0, 0xFF, 0xFB, 0x01 };

	fuzz_seed(talk, sizeof talk);
}
