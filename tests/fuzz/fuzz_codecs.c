/*
 * What an encoder wrote its parser reads, and what a parser read is written the
 * same again; whatever text they are given, frames stay within their room.
 */
#include "protocols/alpha.h"
#include "protocols/bx.h"
#include "protocols/clips.h"
#include "protocols/escpos.h"
#include "protocols/ff68.h"
#include "protocols/idcard.h"
#include "protocols/modbus.h"
#include "protocols/syn6288.h"
#include "protocols/syn6658.h"
#include "protocols/text.h"
#include "protocols/xfs5152.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_protocols[] = { "escpos", "syn6288", "syn6658", "bx-k", "caller-ff68", "xfs5152ce", "idcard-sam", "modbus-rtu",
	"alpha-sign", NULL };

static void
ff68(struct input b)
{
	struct ff68_frame f, again;
	struct ff68_press press;
	uint8_t out[FF68_FRAME];
	int n = ff68_parse(&f, b.at, b.len);

	if (n > 0) {
		must(ff68_frame(out, f.address, f.command, f.data, f.length) == (size_t)n && memcmp(out, b.at, n) == 0);
		must(ff68_answer(out, &f) == (size_t)n && ff68_parse(&again, out, n) == n);
		must(ff68_rating(&f) == -1 || ff68_press(&press, &f) == -1);
	}
	f = (struct ff68_frame){ .address = choose(&b), .command = choose(&b), .length = 1 + choose(&b) % FF68_DATA };
	for (int i = 0; i < f.length; i++)
		f.data[i] = choose(&b);
	n = ff68_frame(out, f.address, f.command, f.data, f.length);
	must(n > 0 && ff68_parse(&again, out, n) == n);
	must(again.address == f.address && again.command == f.command && again.length == f.length);
	must(memcmp(again.data, f.data, f.length) == 0);
}

static void
bx(struct input b)
{
	static struct bx_frame f;
	static uint8_t out[BX_FRAME];
	struct bx_answer answer;
	unsigned address = choose16(&b);
	size_t less = choose(&b), n;

	if (b.len > BX_DATA)
		b.len = BX_DATA;
	n = bx_pack(out, sizeof out, address, b.at, b.len);
	must((n == 0) == (address == 0 || b.len == 0));
	if (n == 0)
		return;
	must(bx_parse(&f, out, n) == (int)n);
	must(f.destination == address && f.source == BX_HOST && f.length == b.len && memcmp(f.data, b.at, b.len) == 0);
	must(bx_parse(&f, out, n - 1) == 0);
	for (size_t i = 8; i < n - 1; i++)
		must(out[i] != 0xA5 && out[i] != 0x5A);
	if (bx_answer(&answer, &f, BX_ANY) == 0)
		must(address == BX_HOST && bx_error_name(answer.error) != NULL);
	less = less < n ? less : n;
	ASAN_POISON_MEMORY_REGION(out + n - less, less);
	must(bx_pack(out, n - less, address, b.at, b.len) <= n - less);
	ASAN_UNPOISON_MEMORY_REGION(out + n - less, less);
}

static unsigned
crc16(const uint8_t *in, size_t len)
{
	unsigned crc = 0xFFFF;

	while (len-- > 0) {
		crc ^= *in++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	return crc;
}

/* Bytes that chance would never give a right CRC. */
static size_t
with_crc(uint8_t out[MODBUS_FRAME + 2], struct input b)
{
	size_t n = b.len < MODBUS_FRAME ? b.len : MODBUS_FRAME;
	unsigned crc = crc16(b.at, n);

	memcpy(out, b.at, n);
	out[n] = crc & 0xFF;
	out[n + 1] = crc >> 8;
	return n + 2;
}

/* A request, then something that begins as an answer to it may, or any other bytes. */
static void
modbus(struct input b)
{
	struct modbus_asked asked;
	struct modbus_answer a;
	uint8_t request[MODBUS_FRAME + 2], answer[MODBUS_FRAME + 2];
	size_t split = choose(&b), n;
	bool fits = choose(&b) & 1;
	int used;

	split = split < b.len ? split : b.len;
	modbus_ask(&asked, request, with_crc(request, (struct input){ b.at, split }));
	n = with_crc(answer, (struct input){ b.at + split, b.len - split });
	if (fits && n >= 5) {
		answer[0] = asked.address;
		answer[1] = asked.function | (answer[1] & 0x80);
		if (asked.function == MODBUS_HOLDING || asked.function == MODBUS_INPUT)
			answer[2] = 2 * asked.head[3];
		n = with_crc(answer, (struct input){ answer, n - 2 });
	}
	ASAN_POISON_MEMORY_REGION(answer + n, sizeof answer - n);
	used = modbus_parse(&a, &asked, answer, n);
	ASAN_UNPOISON_MEMORY_REGION(answer + n, sizeof answer - n);
	must(used >= -1 && used <= (int)n);
	must(asked.function != 0 || used == -1);
	must(a.count >= 0 && a.count <= MODBUS_READ);
	must(used > 0 || (a.count == 0 && a.exception == 0));
	must(modbus_exception_name(a.exception) != NULL);
	if (a.count > 0)
		must(a.count == (asked.head[2] << 8 | asked.head[3]));
}

/* What is in a field comes from there, and nothing else does. */
static void
idcard(struct input b)
{
	static const uint8_t sizes[] = { 30, 2, 4, 16, 70, 36, 30, 16, 16, 36 };
	uint8_t text[IDCARD_TEXT] = { 0 };
	size_t from = 0;

	memcpy(text, b.at, b.len < sizeof text ? b.len : sizeof text);
	for (int i = 0; i < IDCARD_FIELDS; from += sizes[i++]) {
		char out[IDCARD_FIELD];
		size_t at = from;

		if (idcard_field(out, text, i) == -1)
			continue;
		must(is_utf8(out) && strlen(out) < sizeof out);
		must(out[0] == '\0' || out[strlen(out) - 1] != ' ');
		for (const char *c = out; *c != '\0'; c += text_character(c), at += 2) {
			const unsigned char *u = (const unsigned char *)c;
			unsigned code = *u < 0x80 ? *u : *u < 0xE0 ? (*u & 0x1F) << 6 | (u[1] & 0x3F) :
			    (unsigned)((*u & 0x0F) << 12 | (u[1] & 0x3F) << 6 | (u[2] & 0x3F));

			must(code >= 0x20 && code == (unsigned)(text[at] | text[at + 1] << 8));
		}
	}
	must(from == IDCARD_TEXT);
}

/* An announcement is said in parts that fit, and together are all of it. */
static void
tts(struct input b)
{
	static const struct { const struct tts *tts; size_t most; } models[] = {
		{ &syn6288_tts, SYN6288_TEXT }, { &syn6658_tts, 24 }, { &xfs5152_tts, SYN6288_TEXT },
	};
	struct announcement a = { .number = "A037", .window = choose16(&b) % 1002 };
	int which = choose(&b) % 3, part = 0;
	char all[1024], out[1024], joined[1024] = "";
	uint8_t gbk[1024], frame[SYN6288_FRAME];

	a.volume = choose(&b) % 102;
	a.chime = choose(&b) & 1;
	a.english = choose(&b) & 1;
	text_of_bytes(a.sentence, sizeof a.sentence, b);
	if (tts_announce(all, sizeof all, &a, models[which].tts) == 0)
		return;
	for (; tts_part(out, sizeof out, all, part, models[which].most) > 0; part++) {
		must(part < 400 && strlen(joined) + strlen(out) < sizeof joined);
		must(text_gbk(gbk, sizeof gbk, out) <= models[which].most);
		must(tts_characters(out) >= 0 && tts_characters(out) <= (int)strlen(out));
		if (which == 0)
			must(syn6288_speak(frame, out) <= sizeof frame);
		strcat(joined, out);
	}
	must(part > 0 && strcmp(joined, all) == 0);
}

static void
clips(struct input b)
{
	struct announcement a = { .window = choose16(&b) };
	uint8_t words[CLIPS_SAID];
	int n;

	a.english = choose(&b) & 1;
	a.corrects = choose(&b) & 1;
	a.chime = choose(&b) & 1;
	text_of_bytes(a.number, sizeof a.number, b);
	n = clips_say(words, &a);
	must(n >= 0 && n <= CLIPS_SAID);
	for (int i = 0; i < n; i++)
		must(words[i] < CLIP_WORDS && clip_find(clip_name(words[i])) == words[i]);
}

/* A text that a sign shows holds no command of it. */
static void
alpha(struct input b)
{
	struct alpha_sign s = { .type = ALPHA_ANY, .address = choose(&b), .sum = choose(&b) & 1 };
	uint8_t out[ALPHA_PACKET];
	char text[160];
	size_t cap = choose(&b) % sizeof out, n;
	char label = choose(&b);

	text_of_bytes(text, sizeof text, b);
	ASAN_POISON_MEMORY_REGION(out + cap, sizeof out - cap);
	n = alpha_string(out, cap, &s, label, text);
	ASAN_UNPOISON_MEMORY_REGION(out + cap, sizeof out - cap);
	must(n <= cap);
	if (n == 0)
		return;
	must(strlen(text) <= ALPHA_TEXT && memmem(out, n, text, strlen(text)) != NULL);
	must(memchr(out, 0x04, n) == out + n - 1);
}

/* No text on a paper becomes a command to which printers listen at once: 10 04, 10 05, 10 14. */
static void
escpos(struct input b)
{
	static struct paper p;
	static uint8_t out[ESCPOS_PAPER_MAX];
	int mm = choose(&b) & 1 ? 80 : 58;
	size_t n;

	memset(&p, 0, sizeof p);
	p.count = 1 + choose(&b) % 4;
	p.below = choose(&b) % 3;
	p.code.side = choose(&b) % 4;
	for (int i = 0; i < p.count; i++) {
		struct paper_line *l = &p.lines[i];
		size_t length = choose(&b) % PAPER_TEXT;

		l->width = 1 + choose(&b) % 8;
		l->height = 1 + choose(&b) % 8;
		l->align = choose(&b) & 1;
		length = length < b.len ? length : b.len;
		text_of_bytes(l->text, sizeof l->text, (struct input){ b.at, length });
		b = (struct input){ b.at + length, b.len - length };
	}
	text_of_bytes(p.qr, sizeof p.qr, b);
	n = escpos_paper(out, sizeof out, &p, mm);
	must((n > 0) == (escpos_paper_mm(&p, mm) > 0));
	for (size_t i = 0; i + 1 < n; i++)
		must(out[i] != 0x10 || (out[i + 1] != 0x04 && out[i + 1] != 0x05 && out[i + 1] != 0x14));
}

static const struct { const char *name; void (*run)(struct input); } parts[] = {
	{ "ff68", ff68 }, { "bx", bx }, { "modbus", modbus }, { "idcard", idcard }, { "tts", tts }, { "clips", clips },
	{ "alpha", alpha }, { "escpos", escpos },
};

#define PARTS	(int)(sizeof parts / sizeof parts[0])

const char *
fuzz_part(int i)
{
	return i < PARTS ? parts[i].name : NULL;
}

int
fuzz_longest(int part)
{
	return part == -1 || parts[part].run == modbus || parts[part].run == idcard ? 272 : 160;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct input b = { bytes, len };
	int part = choose(&b) % PARTS;

	parts[fuzz_only() != -1 ? fuzz_only() : part].run(b);
	return 0;
}

void
fuzz_seeds(void)
{
	static const char sentence[] = "请A037号,到12号窗口, please [v9] wait\1\1\5\0\1\1\1\4";

	fuzz_seed(sentence, sizeof sentence - 1);
}
