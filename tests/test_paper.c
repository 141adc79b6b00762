/* A ticket on paper: what stands on it and in which order, how high the number is, how long it may get. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "display/paper.h"
#include "protocols/escpos.h"
#include "protocols/text.h"
#include "tests/hall_fixture.h"

#define TOKEN "tokenTOKEN123456"

static struct fixture hall;
static struct texts *texts;

static int
open_texts(void **state)
{
	char error[256] = "";

	(void)state;
	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
	if ((texts = texts_open("display/text", error, sizeof(error))) == NULL)
		fail_msg("%s", error);
	return 0;
}

static int
close_texts(void **state)
{
	(void)state;
	texts_free(texts);
	return 0;
}

static void
name(struct text *t, const char *zh, const char *en)
{
	strcpy(t->in[LANG_ZH], zh);
	strcpy(t->in[LANG_EN], en);
}

/* Service a at windows 1, 2, 3 and 6; b has neither place nor anything to bring and is at 4, c at 7. */
static void
open_hall(void)
{
	struct layout *l = &hall.layout;

	fixture_open(&hall);
	memset(l->window, 0, sizeof(l->window));
	l->window_count = 0;
	name(&l->name, "云岭区政务服务中心", "Yunling Service Centre");
	strcpy(l->public_url, "https://hall.example.org/t/");
	for (int no = 1; no <= 6; no++)
		fixture_window(l, no, no == 5 ? "0" : no == 4 ? "01" : "1");
	fixture_window(l, 7, "001");
	name(&l->service[0].name, "综合受理", "General services");
	name(&l->service[0].place, "一楼A区", "1st floor, area A");
	name(&l->service[0].bring, "居民身份证原件", "Your ID card");
	name(&l->service[1].name, "税务", "Tax");
	name(&l->service[2].name, "档案", "Archives");
	name(&l->class[1].name, "老年人优先", "Elderly");
}

static const struct device *
printer(int width_mm)
{
	static struct device d;

	d.width_mm = width_mm;
	return &d;
}

static const struct ticket *
take_sized(int service, int class, enum language language, bool big)
{
	struct command cmd = { .verb = DO_ISSUE, .actor = "ctl", .service = service, .class = class,
	    .language = language, .big = big, .token = TOKEN };

	assert_int_equal(fixture_do(&hall, &cmd), OK);
	return hall_ticket(&hall.hall, hall.change.ticket);
}

static const struct ticket *
take(int service, int class, enum language language)
{
	return take_sized(service, class, language, false);
}

/* The lines, each ended by LF. */
static const char *
read_lines(const struct paper *p)
{
	static char out[PAPER_LINES * PAPER_TEXT];
	size_t len = 0;

	out[0] = '\0';
	for (int i = 0; i < p->count; i++)
		len += snprintf(out + len, sizeof(out) - len, "%s\n", p->lines[i].text);
	return out;
}

static const struct row {
	const char	*what;
	int		 width_mm, service, class, before;	/* before: tickets taken already */
	enum language	 language;
	const char	*lines;
} papers[] = {
	{ "an ordinary ticket", 80, 0, 0, 2, LANG_ZH,
	  "云岭区政务服务中心\n" "A003\n" "综合受理\n" "一楼A区 1-3、6号窗口\n" "前面约 2 人\n" "请带:居民身份证原件\n"
	  "取号时间 2026-11-24 09:00\n" "扫码看进度\n"
	  "叫号三次未到作过号,顺延3位再叫一次;\n" "再过号请到导办台\n" "当日有效\n" },
	{ "narrow paper", 58, 0, 0, 0, LANG_ZH,
	  "云岭区政务服务中心\n" "A001\n" "综合受理\n" "一楼A区 1-3、6号窗口\n" "前面约 0 人\n" "请带:居民身份证原件\n"
	  "取号时间 2026-11-24 09:00\n" "扫码看进度\n"
	  "叫号三次未到作过号,\n" "顺延3位再叫一次;再过号请到导办台\n" "当日有效\n" },
	{ "a class ahead of the ordinary ones", 80, 0, 1, 2, LANG_ZH,
	  "云岭区政务服务中心\n" "A003\n" "综合受理\n" "一楼A区 1-3、6号窗口\n" "前面约 0 人\n" "请带:居民身份证原件\n"
	  "类别:老年人优先\n" "取号时间 2026-11-24 09:00\n" "扫码看进度\n"
	  "叫号三次未到作过号,顺延3位再叫一次;\n" "再过号请到导办台\n" "当日有效\n" },
	{ "no place, nothing to bring", 80, 1, 0, 0, LANG_ZH,
	  "云岭区政务服务中心\n" "B001\n" "税务\n" "4号窗口\n" "前面约 0 人\n" "取号时间 2026-11-24 09:00\n" "扫码看进度\n"
	  "叫号三次未到作过号,顺延3位再叫一次;\n" "再过号请到导办台\n" "当日有效\n" },
	{ "no window serves it any more", 80, 2, 0, 0, LANG_ZH,
	  "云岭区政务服务中心\n" "C001\n" "档案\n" "前面约 0 人\n" "取号时间 2026-11-24 09:00\n" "扫码看进度\n"
	  "叫号三次未到作过号,顺延3位再叫一次;\n" "再过号请到导办台\n" "当日有效\n" },
	{ "English below each line, as far as there is room", 80, 1, 1, 0, LANG_EN,
	  "云岭区政务服务中心\n" "B001\n" "税务\n" "Tax\n" "4号窗口\n" "Windows 4\n" "前面约 0 人\n"
	  "About 0 ahead of you\n" "类别:老年人优先\n" "Class: Elderly\n" "取号时间 2026-11-24 09:00\n" "扫码看进度\n"
	  "Scan to follow your number\n"
	  "叫号三次未到作过号,顺延3位再叫一次;\n" "再过号请到导办台\n"
	  "Absent after 3 calls: called once more after 3\n" "others; absent again, ask at the guide desk\n"
	  "当日有效\n" "Valid today only\n" },
};

static void
test_lines(void **state)
{
	const struct ticket *t;
	struct paper p;

	(void)state;
	for (const struct row *r = papers; r < papers + sizeof(papers) / sizeof(papers[0]); r++) {
		open_hall();
		for (int i = 0; i < r->before; i++)
			take(r->service, 0, LANG_ZH);
		t = take(r->service, r->class, r->language);
		hall.layout.window[hall.layout.window_at[7]].level[2] = 0;
		paper_ticket(&p, &hall.hall, &hall.layout, texts, t, printer(r->width_mm), NULL, &hall.now);
		if (strcmp(read_lines(&p), r->lines) != 0)
			fail_msg("%s:\n%s", r->what, read_lines(&p));
		if (strcmp(p.qr, "https://hall.example.org/t/" TOKEN) != 0)
			fail_msg("%s: the code says \"%s\"", r->what, p.qr);
		if (strcmp(p.lines[p.count - p.below - 1].text, r->language == LANG_EN ? "Scan to follow your number" : "扫码看进度") != 0)
			fail_msg("%s: the caption is not above the code", r->what);
	}
}

/* The longest English does not fit beside it: a wait is needed, its English is not. */
static const struct { const char *what; struct band wait; bool doubted; const char *line; } waits[] = {
	{ "in minutes", { .from_min = 5, .to_min = 10 }, false, "前面约 0 人\n" "About 0 ahead of you\n" "预计等候 5-10 分钟\n" "Expected wait 5-10 min\n" },
	{ "by the clock", { .by_clock = true, .from_ms = INT64_C(1795482000000), .to_ms = INT64_C(1795486500000) }, false,
	  "前面约 0 人\n" "About 0 ahead of you\n" "预计 09:00-10:15 叫到\n" "Expected call 09:00-10:15\n" },
	{ "by a clock that is doubted: not at all", { .by_clock = true, .from_ms = INT64_C(1795482000000), .to_ms = INT64_C(1795486500000) },
	  true, "About 0 ahead of you\n" "扫码看进度\n" },
};

static void
how_long(void **state)
{
	struct paper p;

	(void)state;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		open_hall();
		hall.now.doubted = waits[i].doubted;
		paper_ticket(&p, &hall.hall, &hall.layout, texts, take(2, 0, LANG_EN), printer(80), &waits[i].wait, &hall.now);
		if (strstr(read_lines(&p), waits[i].line) == NULL)
			fail_msg("%s:\n%s", waits[i].what, read_lines(&p));
	}
}

/* Whoever may call it is named. */
static void
lent_windows_are_named(void **state)
{
	struct command lend = { .verb = DO_LEND, .actor = "ctl", .window = 1, .lent = 1 << 2 };
	struct paper p;

	(void)state;
	open_hall();
	lend.until_ms = hall.now.wall_ms + 1800000;
	assert_int_equal(fixture_do(&hall, &lend), OK);
	paper_ticket(&p, &hall.hall, &hall.layout, texts, take(2, 0, LANG_ZH), printer(80), NULL, &hall.now);
	assert_non_null(strstr(read_lines(&p), "1、7号窗口\n"));
}

static void
no_page_no_code(void **state)
{
	struct paper p;

	(void)state;
	open_hall();
	hall.layout.public_url[0] = '\0';
	paper_ticket(&p, &hall.hall, &hall.layout, texts, take(0, 0, LANG_EN), printer(80), NULL, &hall.now);
	assert_string_equal(p.qr, "");
	assert_null(strstr(read_lines(&p), "扫码"));
	assert_null(strstr(read_lines(&p), "Scan"));
	assert_non_null(strstr(read_lines(&p), "Yunling Service Centre\n"));
	assert_non_null(strstr(read_lines(&p), "Issued 2026-11-24 09:00\n"));
}

/* Who draws the code; without one there is nothing to scan. */
static const struct { enum qr qr; bool by_printer, by_us; } codes[] = {
	{ QR_NATIVE, true, false }, { QR_RASTER, false, true }, { QR_NONE, false, false },
};

static void
test_codes(void **state)
{
	struct device d = { .width_mm = 58 };
	struct paper p;
	int mm[3];

	(void)state;
	open_hall();
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		d.qr = codes[i].qr;
		mm[i] = paper_ticket(&p, &hall.hall, &hall.layout, texts, take(1, 0, LANG_ZH), &d, NULL, &hall.now);
		assert_int_equal(p.qr[0] != '\0', codes[i].by_printer);
		assert_int_equal(p.code.side, codes[i].by_us ? 29 : 0);	/* 43 bytes: version 3, level L */
		assert_int_equal(strstr(read_lines(&p), "扫码") != NULL, codes[i].by_printer || codes[i].by_us);
		assert_int_equal(mm[i], escpos_paper_mm(&p, 58) + PAPER_HEAD_MM);
	}
	assert_int_equal(mm[0], mm[1]);
}

static void
a_reprint_says_so(void **state)
{
	struct command again = { .verb = DO_REPRINT, .actor = "ctl", .printer = "lobby" };
	struct paper p;

	(void)state;
	open_hall();
	again.ticket = take(1, 0, LANG_ZH)->id;
	assert_int_equal(fixture_do(&hall, &again), OK);
	paper_ticket(&p, &hall.hall, &hall.layout, texts, hall_ticket(&hall.hall, again.ticket), printer(80), NULL, &hall.now);
	assert_string_equal(p.lines[0].text, "补打");
	again.ticket = take(1, 0, LANG_EN)->id;
	assert_int_equal(fixture_do(&hall, &again), OK);
	paper_ticket(&p, &hall.hall, &hall.layout, texts, hall_ticket(&hall.hall, again.ticket), printer(80), NULL, &hall.now);
	assert_string_equal(p.lines[0].text, "补打");
	assert_string_equal(p.lines[1].text, "Reprint");
}

static void
many_files_and_a_rehearsal_say_so(void **state)
{
	struct command cmd = { .verb = DO_ISSUE, .actor = "ctl", .service = 1, .language = LANG_EN, .files = 12, .rehearsal = true,
	    .token = "abcdefghijklmnop", .printer = "lobby" };
	struct paper p;
	const char *lines;

	(void)state;
	open_hall();
	assert_int_equal(fixture_do(&hall, &cmd), OK);
	paper_ticket(&p, &hall.hall, &hall.layout, texts, hall_ticket(&hall.hall, hall.change.ticket), printer(80), NULL, &hall.now);
	lines = read_lines(&p);
	assert_string_equal(p.lines[0].text, "演练号，不办理业务");
	assert_non_null(strstr(lines, "T001"));
	assert_non_null(strstr(lines, "共12件"));
	paper_ticket(&p, &hall.hall, &hall.layout, texts, take(1, 0, LANG_ZH), printer(80), NULL, &hall.now);
	assert_null(strstr(read_lines(&p), "件"));
}

/* Nobody is ahead of who was called. */
static void
called_already(void **state)
{
	struct command next = { .verb = DO_NEXT, .actor = "ctl", .window = 1 };
	struct paper p;
	uint32_t id;

	(void)state;
	open_hall();
	id = take(0, 0, LANG_ZH)->id;
	assert_int_equal(fixture_do(&hall, &next), OK);
	paper_ticket(&p, &hall.hall, &hall.layout, texts, hall_ticket(&hall.hall, id), printer(80), NULL, &hall.now);
	assert_null(strstr(read_lines(&p), "前面"));
}

/* It was not served: what is on paper then is when it will be, and the code for it. */
static const struct { const char *what; int width_mm; enum language language; const char *lines; } slips[] = {
	{ "a slip", 80, LANG_ZH,
	  "云岭区政务服务中心\n" "预约单\n" "ABCD-2345\n" "2026-11-25 09:30-10:00\n" "综合受理\n" "一楼A区 1-3、6号窗口\n" "请带:居民身份证原件\n"
	  "今日未能办理，已为您预约。请按时到大厅，凭预约码\n" "报到\n" "原号码 A001 今日已停办\n" },
	{ "on narrow paper, with English", 58, LANG_EN,
	  "云岭区政务服务中心\n" "Yunling Service Centre\n" "预约单\n" "Booking\n" "ABCD-2345\n" "2026-11-25\n" "09:30-10:00\n" "综合受理\n"
  "General services\n" "一楼A区 1-3、6号窗口\n" "1st floor, area A, windows 1-3,6\n" "请带:居民身份证原件\n" "Please bring: Your ID card\n"
  "今日未能办理，已为您预约。请按时\n" "到大厅，凭预约码报到\n" "You could not be served today\n" "and have been booked. Come in\n"
  "time and check in with the code\n" "原号码 A001 今日已停办\n" "Your number was A001\n" },
};

static void
slips_for_another_day(void **state)
{
	struct command end = { .verb = DO_END_DAY, .slips = true, .actor = "ctl", .code = "ABCD2345" };
	struct paper p;

	(void)state;
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		const struct ticket *t;
		int mm;

		open_hall();
		hall.layout.service[0].slot[0] = (struct bookable){ .days = 0x7f, .from_min = 570, .to_min = 600, .limit = 1 };
		hall.layout.service[0].slot_count = 1;
		t = take(0, 0, slips[i].language);
		assert_int_equal(fixture_do(&hall, &end), OK);
		mm = paper_ticket(&p, &hall.hall, &hall.layout, texts, t, printer(slips[i].width_mm), NULL, &hall.now);
		if (strcmp(read_lines(&p), slips[i].lines) != 0)
			fail_msg("%s:\n%s", slips[i].what, read_lines(&p));
		assert_in_range(mm, 60, PAPER_MM);
		assert_string_equal(p.qr, "");
		assert_int_equal(p.code.side, 0);
		for (int n = 0; n < p.count; n++)
			assert_int_equal(p.lines[n].height == PAPER_NUMBER, strcmp(p.lines[n].text, "ABCD-2345") == 0);
	}
}

static const struct { const char *what; int recall_max, after, passed_max; const char *line; } absences[] = {
	{ "called three times",	2, 3, 1, "叫号三次未到作过号,顺延3位再叫一次;" },
	{ "called once",	1, 5, 2, "叫号两次未到作过号,顺延5位再叫一次;" },
	{ "called as often as the clerk likes", 0, 3, 1, "叫号未到作过号,顺延3位再叫一次;" },
	{ "given up at once",	2, 3, 0, "叫号未到作弃号,请到导办台" },
};

static void
test_absences(void **state)
{
	struct paper p;

	(void)state;
	for (size_t i = 0; i < sizeof(absences) / sizeof(absences[0]); i++) {
		open_hall();
		hall.layout.policy.recall_max = absences[i].recall_max;
		hall.layout.policy.passed_after = absences[i].after;
		hall.layout.policy.passed_max = absences[i].passed_max;
		paper_ticket(&p, &hall.hall, &hall.layout, texts, take(0, 0, LANG_ZH), printer(80), NULL, &hall.now);
		if (strstr(read_lines(&p), absences[i].line) == NULL)
			fail_msg("%s:\n%s", absences[i].what, read_lines(&p));
	}
}

/* 24 dots are 3 mm at 8 dots a millimetre: 4 times the height is 12 mm. */
static const struct { const char *what; int width_mm; const char *prefix; int first, width; } numbers[] = {
	{ "as wide as high",			80, "A", 37, 4 },
	{ "on narrow paper",			58, "A", 37, 4 },
	{ "seven characters, wide paper",	80, "ABC", 1234, 4 },
	{ "seven characters, narrow paper",	58, "ABC", 1234, 4 },
	{ "nine characters, wide paper",	80, "ABC", 123456, 4 },
	{ "nine characters, narrow paper",	58, "ABC", 123456, 3 },
};

static void
test_numbers(void **state)
{
	struct paper p;
	const struct paper_line *line = &p.lines[1];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		open_hall();
		strcpy(hall.layout.service[0].prefix, numbers[i].prefix);
		hall.layout.service[0].first = numbers[i].first;
		hall.layout.service[0].last = 999999;
		paper_ticket(&p, &hall.hall, &hall.layout, texts, take(0, 0, LANG_ZH), printer(numbers[i].width_mm),
		    NULL, &hall.now);
		if (strncmp(line->text, numbers[i].prefix, strlen(numbers[i].prefix)) != 0 || line->height * 24 < 12 * 8 ||
		    line->width != numbers[i].width ||
		    text_columns(line->text) * line->width > (numbers[i].width_mm == 58 ? 32 : 48))
			fail_msg("%s: %s, %dx%d", numbers[i].what, line->text, line->width, line->height);
	}
}

/* In big type number and service are doubled, on as many lines as they need; all else is as it was. */
static const struct { const char *what; int width_mm; enum language language; const char *service, *english, *lines; } bigs[] = {
	{ "wide paper", 80, LANG_ZH, "综合受理", "General services", "8x8 A001\n" "2x2 综合受理\n" },
	{ "narrow paper", 58, LANG_ZH, "综合受理", "General services", "8x8 A001\n" "2x2 综合受理\n" },
	{ "English", 80, LANG_EN, "综合受理", "General services",
	  "8x8 A001\n" "2x2 综合受理\n" "2x2 General services\n" },
	{ "longer than a line, wide paper", 80, LANG_ZH, "城乡居民基本养老保险待遇领取资格认证", "x",
	  "8x8 A001\n" "2x2 城乡居民基本养老保险待遇\n" "2x2 领取资格认证\n" },
	{ "longer than a line, narrow paper", 58, LANG_EN, "不动产登记", "Real estate registration",
	  "8x8 A001\n" "2x2 不动产登记\n" "2x2 Real estate\n" "2x2 registration\n" },
};

static void
test_big(void **state)
{
	char lines[512];
	struct paper p;

	(void)state;
	for (size_t i = 0; i < sizeof(bigs) / sizeof(bigs[0]); i++) {
		size_t len = 0;

		open_hall();
		name(&hall.layout.service[0].name, bigs[i].service, bigs[i].english);
		paper_ticket(&p, &hall.hall, &hall.layout, texts, take_sized(0, 0, bigs[i].language, true), printer(bigs[i].width_mm),
		    NULL, &hall.now);
		lines[0] = '\0';
		for (int n = 0; n < p.count; n++)
			if (p.lines[n].height > 1)
				len += snprintf(lines + len, sizeof(lines) - len, "%dx%d %s\n", p.lines[n].width, p.lines[n].height,
				    p.lines[n].text);
		if (strcmp(lines, bigs[i].lines) != 0)
			fail_msg("%s:\n%s", bigs[i].what, lines);
		if (bigs[i].language == LANG_ZH && strstr(read_lines(&p), "扫码看进度\n") == NULL)
			fail_msg("%s: no room for the code", bigs[i].what);
	}
}

/* Nothing but the size of two things tells a big ticket from another. */
static void
big_says_the_same(void **state)
{
	char ordinary[PAPER_LINES * PAPER_TEXT];
	struct paper p;

	(void)state;
	for (int width_mm = 58; width_mm <= 80; width_mm += 22) {
		for (int big = 0; big < 2; big++) {
			open_hall();
			paper_ticket(&p, &hall.hall, &hall.layout, texts, take_sized(0, 0, LANG_ZH, big), printer(width_mm), NULL, &hall.now);
			if (big)
				assert_string_equal(read_lines(&p), ordinary);
			else
				strcpy(ordinary, read_lines(&p));
		}
	}
}

static void
fill(struct text *t, const char *zh, const char *en, size_t len)
{
	for (size_t n = 0; n + strlen(zh) <= len; n += strlen(zh))
		strcat(t->in[LANG_ZH], zh);
	for (size_t n = 0; n + strlen(en) <= len; n += strlen(en))
		strcat(t->in[LANG_EN], en);
}

/* However long the texts of hall.json are: 120 mm with the 15 mm from head to cutter, and the printer takes it. */
static void
never_too_long(void **state)
{
	static uint8_t bytes[ESCPOS_PAPER_MAX];
	struct layout *l = &hall.layout;
	struct paper p;

	(void)state;
	for (size_t len = 1; len < TEXT_MAX; len += 2) {
		for (int width_mm = 58; width_mm <= 80; width_mm += 22) {
			for (int code = 0; code < 260; code += 25) {
				bool big = code >= 130;

				fixture_open(&hall);
				fill(&l->name, "厅", "hall ", len);
				fill(&l->service[0].name, "项", "service ", len);
				fill(&l->service[0].place, "楼", "place ", len);
				fill(&l->service[0].bring, "证", "paper ", len);
				fill(&l->class[1].name, "类", "class ", len);
				if (code % 130 > 0)
					snprintf(l->public_url, sizeof(l->public_url), "https://%0*d/", code % 130 - 12, 0);
				for (int no = 10; no < 60; no += 2)
					fixture_window(l, no, "1");
				paper_ticket(&p, &hall.hall, l, texts, take_sized(0, 1, LANG_EN, big), printer(width_mm), NULL, &hall.now);
				if (escpos_paper_mm(&p, width_mm) + PAPER_HEAD_MM > PAPER_MM ||
				    escpos_paper(bytes, sizeof(bytes), &p, width_mm) == 0)
					fail_msg("texts of %zu bytes, %d mm wide: %d mm", len, width_mm,
					    escpos_paper_mm(&p, width_mm));
				if (strstr(read_lines(&p), "A001\n") == NULL)
					fail_msg("texts of %zu bytes, %d mm wide: the number is gone", len, width_mm);
				if (len > 2 && strstr(read_lines(&p), "项") == NULL)
					fail_msg("texts of %zu bytes, %d mm wide: the service is gone", len, width_mm);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(how_long),
		cmocka_unit_test(lent_windows_are_named),
		cmocka_unit_test(no_page_no_code),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(a_reprint_says_so),
		cmocka_unit_test(many_files_and_a_rehearsal_say_so),
		cmocka_unit_test(called_already), cmocka_unit_test(slips_for_another_day),
		cmocka_unit_test(test_absences),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_big),
		cmocka_unit_test(big_says_the_same),
		cmocka_unit_test(never_too_long),
	};

	return cmocka_run_group_tests(tests, open_texts, close_texts);
}
