/*
 * Every parser of the table of drivers: a new row is fuzzed by being one.
 *
 * The bytes are given whole, then in pieces, as a line does that (hear.c): what
 * is said must be the same.
 */
#include "daemon/line/driver.h"
#include "daemon/line/inside.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_protocols[] = { "escpos-dle-eot", "escpos-asb", "syn6288", "dfplayer", "bx-k", "caller-ff68", "idcard-sam",
	"dy-jq8x00", "modbus-rtu", "alpha-sign", "gm65-scanner", "kt142c-kt158a", "sunpn-board", "scanner-line", NULL };

/* What each kind of device can say. */
static const unsigned says[] = {
	[DRIVER_PRINTER] = SAID(SAID_STATUS) | SAID(SAID_REPORT) | SAID(SAID_PRINTED),
	[DRIVER_VOICE] = SAID(SAID_ACK) | SAID(SAID_NACK) | SAID(SAID_SPEAKING) | SAID(SAID_IDLE) | SAID(SAID_ENDED) | SAID(SAID_STARTED),
	[DRIVER_SIGN] = SAID(SAID_ACK) | SAID(SAID_NACK),
	[DRIVER_KEYPAD] = SAID(SAID_KEY) | SAID(SAID_RATING),
	[DRIVER_SCANNER] = SAID(SAID_ACK) | SAID(SAID_NACK) | SAID(SAID_SCANNED),
	[DRIVER_READER] = SAID(SAID_ACK) | SAID(SAID_NACK) | SAID(SAID_NO_CARD) | SAID(SAID_CARD),
};

/* Frames and answers of described keypads. */
static const struct { const char *frame, *reply; } described[] = {
	{ "FF 68 len len 68 [ ( addr 01 digits key ) ] sum8 16", "echo" },
	{ "A5 addr key sum8", "5A addr key xor" },
	{ "AA len [ addr digits key ] crc16 55", "echo" },
	{ "any key", "06" },
	{ "key", "" },
	{ "02 ( addr any len [ key digits ] 03 ) xor", "02 any key 03 sum8" },
};

static struct device device = {
	.width_mm = 80, .digits = 4, .keys = { { .key = 0x0C, .command = "next" } }, .key_count = 1,
	.buttons = { { .key.key = 0x41 } }, .button_count = 1, .rates = { 0x31, 0x32, 0x33, 0x34, 0x35 }, .rate_count = 5,
};

/* Those with a parser of their own; NULL: no more. */
static const struct driver *
parsers(int i)
{
	for (const struct driver *const *d = drivers; *d != NULL; d++) {
		const struct driver *const *before = drivers;

		while ((*before)->parse != (*d)->parse)
			before++;
		if (before == d && i-- == 0)
			return *d;
	}
	return NULL;
}

const char *
fuzz_part(int i)
{
	return parsers(i) == NULL ? NULL : parsers(i)->name;
}

/* A text that is too long for a scanner; what is read from a card, less the photo; a frame or two. */
int
fuzz_longest(int part)
{
	if (part == -1 || parsers(part)->kind == DRIVER_SCANNER)
		return 640;
	return parsers(part)->kind == DRIVER_READER ? 320 : 64;
}

static void
check_said(const struct driver *d, const struct said *s, const uint8_t *in, size_t used)
{
	must(s->kind == SAID_NOTHING || says[d->kind] & SAID(s->kind));
	must(s->address >= 0 && s->address <= 0xFFFF);
	must((s->status.flags & ~s->status.known) == 0);
	must(s->reply_length <= REPLY_MAX);
	must(s->kind == SAID_KEY || s->kind == SAID_RATING || s->reply_length == 0);
	switch (s->kind) {
	case SAID_NACK:
		must(s->why != NULL && s->why[0] != '\0');
		break;
	case SAID_KEY:
		must(s->press.digit_count >= 0 && s->press.digit_count <= 2);
		for (int i = 0; i < s->press.digit_count; i++)
			must(s->press.digits[i] <= 9);
		break;
	case SAID_RATING:
		must(s->button >= 0 && s->button < (d->framed ? device.rate_count : 4));
		break;
	case SAID_SCANNED:
		must(s->text_length > 0 && s->text >= in && s->text + s->text_length <= in + used);
		break;
	case SAID_CARD:
		must(s->card.birth >= 10101 && s->card.birth <= 99991231);
		must(strlen(s->card.number) == 18 && strspn(s->card.number, "0123456789") >= 17);
		break;
	default:
		break;
	}
}

static uint64_t
mix(uint64_t sum, const void *at, size_t len)
{
	for (const uint8_t *b = at; len > 0; len--)
		sum = (sum ^ *b++) * 0x100000001B3;
	return sum;
}

/* The sum of all that was said so far, and this, which ended there. */
static uint64_t
add(uint64_t sum, const struct said *s, size_t end)
{
	int all[] = { (int)end, s->kind, s->address, s->error, s->again, s->button, (int)s->status.flags, (int)s->status.known,
	    s->press.digit_count, s->press.key, s->card.birth, (int)s->text_length, (int)s->reply_length };

	if (s->kind == SAID_NOTHING)
		return sum;
	sum = mix(sum, all, sizeof all);
	sum = mix(sum, s->press.digits, s->press.digit_count);
	sum = mix(sum, s->card.number, strlen(s->card.number));
	sum = mix(sum, s->reply, s->reply_length);
	return mix(sum, s->text, s->text_length);
}

/* A frame that the device is told before it speaks, 0: none. */
static void
ask(const struct driver *d, union driver_state *state, int choice)
{
	static struct frame f;
	struct sign_text text = { .text = "A037", .latin = "A037", .number = "A037" };
	int written = -1;

	if (d->asked == NULL || choice == 0)
		return;
	if (d->status != NULL)
		written = d->status(&f, choice % 6);
	else if (d->show != NULL && choice % 2 == 1)
		written = d->show(&f, &device, 1, &text);
	else if (d->probe != NULL)
		written = d->probe(&f, 1);
	d->asked(state, f.bytes, written == 0 ? f.length : 0);
}

/* Give the bytes in pieces.  The sum of what is said. */
static uint64_t
hear(const struct driver *d, const uint8_t *in, size_t len, int asked, uint32_t pieces)
{
	union driver_state state = { 0 };
	struct said said;
	size_t at = 0, come = 0;
	uint64_t sum = 0xCBF29CE484222325;
	int n = 0;

	if (d->begin != NULL)
		d->begin(&state, &device);
	ask(d, &state, asked);
	while (come < len) {
		size_t piece = pieces == 0 ? len : 1 + pieces % 37;

		pieces = pieces * 1664525 + (pieces != 0 ? 1013904223 : 0);
		come = len - come < piece ? len : come + piece;
		ASAN_POISON_MEMORY_REGION(in + come, len - come);
		while (at < come) {
			n = d->parse(&state, &said, in + at, come - at);
			must(n >= -1 && n <= (int)(come - at));
			must(n != 0 || come - at < INPUT_MAX);
			if (n == 0)
				break;
			if (n > 0) {
				check_said(d, &said, in + at, n);
				sum = add(sum, &said, at + n);
			}
			at += n > 0 ? n : 1;
		}
		ASAN_UNPOISON_MEMORY_REGION(in + come, len - come);
	}
	while (d->ended != NULL && (n = d->ended(&state, &said, in + at, len - at)) != 0) {
		must(n > 0 && n <= (int)(len - at));
		check_said(d, &said, in + at, n);
		sum = add(sum, &said, at += n);
	}
	must(d->ended == NULL || at == len);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct driver *own[32];
	static int count;
	struct input b = { bytes, len };
	const struct driver *d;
	int which, asked;
	uint32_t pieces;

	if (count == 0)
		while ((own[count] = parsers(count)) != NULL)
			count++;
	d = own[(fuzz_only() != -1 ? fuzz_only() : choose(&b)) % count];
	which = choose(&b) % (sizeof described / sizeof described[0]);
	strcpy(device.frame, described[which].frame);
	strcpy(device.reply, described[which].reply);
	asked = choose(&b);
	device.text_register = asked & 2 ? 0 : -1;
	pieces = 1 + choose16(&b);
	must(hear(d, b.at, b.len, asked, 0) == hear(d, b.at, b.len, asked, pieces));
	return 0;
}

/* What devices say, besides vectors; then pieces, a question and the frame of a keypad. */
void
fuzz_seeds(void)
{
	static const struct { const char *bytes; size_t len; } said[] = {
		{ "\x12\x72\x13\x18\x00\x13\x03\x0F\x00\x12", 10 },
		{ "\xA5\x02\x0C\xB3\xA5\x02\x32\xD9", 8 },
		{ "\x01\x06\x00\x00\x00\x25\x48\x11\x01\x03\x02\x00\x00\xB8\x44\x01\x83\x02\xC0\xF1", 20 },
		{ "\x7E\x3F\x00\x02\x00\x04\xEF\x7E\x41\xEF\x7E\x42\x00\x02\x00\x01\xEF", 17 },
		{ "\x7E\xFF\x06\x40\x00\x00\x06\xFE\xB5\xEF", 10 },
		{ "\x3A\x01\x3B\x0A\x06\x15\x60", 7 },
		{ "\xAA\x01\x01\x00\xAC", 5 },
		{ "A037\r\n\x02\x00\x00\x01\x21\xAB\xCD" "B12\n", 17 },
	};
	uint8_t bytes[32];

	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		for (int asked = 0; asked < 4; asked++) {
			memcpy(bytes, said[i].bytes, said[i].len);
			memcpy(bytes + said[i].len, (uint8_t[]){ 3, 0, asked, 1 }, 4);
			fuzz_seed(bytes, said[i].len + 4);
		}
}
