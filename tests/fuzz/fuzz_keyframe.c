/*
 * Frames that are described in words: any words, and a frame of that form is
 * written and read alike.
 */
#include "protocols/keyframe.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_protocols[] = { "caller-ff68", NULL };

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

/* Words by number; those that are missing in a list are bytes. */
static const char *const words[] = { "addr", "len", "digits", "key", "sum8", "xor", "crc16", "any", "[", "]", "(", ")", "FF", "68",
	"00", "A5" };

static void
describe(char *out, size_t cap, struct input *b)
{
	int count = choose(b) % 24;
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < count; i++) {
		int n = choose(b);

		if (n < 16)
			used += snprintf(out + used, cap - used, "%s ", words[n]);
		else
			used += snprintf(out + used, cap - used, "%02X ", n);
	}
}

static void
same(const struct keyframe_press *a, const struct keyframe_press *b)
{
	must(a->address == b->address && a->key == b->key && a->digit_count == b->digit_count);
	must(memcmp(a->digits, b->digits, a->digit_count) == 0);
}

/* A press that was read is written as a frame that is read as the same. */
static void
write_and_read(const struct keyframe *f, const struct keyframe_press *press)
{
	struct keyframe_press again;
	uint8_t out[KEYFRAME_BYTES];
	size_t n = keyframe_write(out, f, press);

	must(n > 0 && n <= KEYFRAME_BYTES);
	must(keyframe_parse(f, &again, out, n) == (int)n);
	same(&again, press);
	for (size_t i = 0; i < n; i++)
		must(keyframe_parse(f, &again, out, i) == 0);
}

static void
read_all(const struct keyframe *f, struct input b)
{
	for (size_t at = 0; at < b.len; at++) {
		struct keyframe_press press;
		int n = keyframe_parse(f, &press, b.at + at, b.len - at);

		must(n >= -1 && n <= (int)(b.len - at) && n <= KEYFRAME_BYTES);
		must(n != 0 || b.len - at < KEYFRAME_BYTES);
		if (n <= 0)
			continue;
		must(press.length == n && memcmp(press.raw, b.at + at, n) == 0);
		must(press.digit_count >= 0 && press.digit_count <= KEYFRAME_DIGITS);
		write_and_read(f, &press);
	}
}

/* Any press, as far as the frame has a place for it. */
static void
write_any(const struct keyframe *f, struct input b)
{
	struct keyframe_press press = { .address = 1, .key = choose(&b) };
	bool typed = false;

	for (int i = 0; i < f->parts; i++) {
		if (f->part[i].kind == KEYFRAME_ADDRESS)
			press.address = choose(&b);
		typed |= f->part[i].kind == KEYFRAME_TYPED;
	}
	for (int n = typed ? choose(&b) % (KEYFRAME_DIGITS + 1) : 0; press.digit_count < n; press.digit_count++)
		press.digits[press.digit_count] = choose(&b) % 10;
	write_and_read(f, &press);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct input b = { bytes, len };
	struct keyframe f;
	char text[160];
	const char *wrong;

	if (choose(&b) % 8 == 1)
		text_of_bytes(text, sizeof text, b);
	else
		describe(text, sizeof text, &b);
	if ((wrong = keyframe_read(&f, text)) != NULL) {
		must(strncmp(wrong, "must be ", 8) == 0 || strncmp(wrong, "must have ", 10) == 0);
		return 0;
	}
	must(f.parts > 0 && f.parts <= KEYFRAME_PARTS);
	read_all(&f, b);
	write_any(&f, b);
	return 0;
}

void
fuzz_seeds(void)
{
	static const char *const frames[] = { "FF 68 len len 68 [ ( addr 01 digits key ) ] sum8 16", "A5 addr key sum8", "key",
	    "AA len [ addr digits key ] crc16 55", "02 ( addr any len [ key digits ] 03 ) xor" };
	/* The first of them by numbers, last first: choices come from the end. */
	static const uint8_t numbered[] = { 0xFF, 0x68, 5, 5, 0x68, 2, 1, 1, 0x0C, 0x10, 0x16, 0x16, 4, 9, 11, 3, 2, 0x17, 0, 10, 8, 13,
	    1, 1, 13, 12, 14, 0 };

	for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		char text[96];

		fuzz_seed(text, snprintf(text, sizeof text, "%s%c%c", frames[i], 0, 1));
	}
	fuzz_seed(numbered, sizeof numbered);
}
