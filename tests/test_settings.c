/* hall.json: what is refused and how it is said, what is filled in, and the files in etc/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "daemon/base/file.h"
#include "daemon/settings/settings.h"
#include "daemon/core/push_kinds.h"
#include "daemon/core/rule/preset.h"
#include "protocols/clips.h"

static const char *
clip_wrong(const struct clip *c)
{
	return c->folder > 9 ? "must be in a folder up to 9" : NULL;
}

static const struct driver_name drivers[] = {
	{ .name = "escpos", .kind = "printer" }, { .name = "syn6288", .kind = "voice" }, { .name = "bx", .kind = "sign" }, { .name = "ff68", .kind = "keypad" },
	{ .name = "jukebox", .kind = "voice", .clip_wrong = clip_wrong }, { .name = "pad", .kind = "keypad", .framed = true },
	{ .name = "scanner", .kind = "scanner" }, { .name = "idcard", .kind = "reader" }, { .name = NULL }
};

static struct layout layout;	/* some 600 KB: not for the stack */

/* A hall with every setting in it; ' stands for ". */
static const char good[] =
"{'hall': {'id': 'h1', 'name': {'zh': '大厅', 'en': 'Hall'}, 'timezone': 'Asia/Shanghai',"
"  'languages': ['zh', 'en'], 'day_starts': '05:30'},"
" 'listen': '127.0.0.1:8080', 'proxies': ['127.0.0.2', '::1'], 'public_url': 'https://hall.example/t/',"
" 'services': ["
"  {'id': 'tax', 'prefix': 'AB', 'name': {'zh': '税务', 'en': 'Tax'}, 'place': {'zh': '二楼'}, 'group': {'zh': '企业', 'en': 'Business'}, 'target_wait_s': 900, 'nominal_s': 240,"
"   'real_name': 'required', 'bring': {'zh': '身份证', 'en': 'ID card'}, 'numbers': {'first': 100, 'last': 299, 'width': 4}},"
"  {'id': 'land', 'prefix': 'AB', 'name': {'zh': '不动产'}, 'numbers': {'first': 100, 'last': 299, 'width': 4}}],"
" 'classes': ["
"  {'id': 'ordinary', 'name': {'zh': '普通'}},"
"  {'id': 'elderly', 'name': {'zh': '老年人'}, 'base_s': 600, 'rate': 1.25, 'proof': 'id_age'}],"
" 'zones': [{'id': 'z1', 'name': {'zh': '一区'}, 'voice': 'voice', 'volume': 55}],"
" 'windows': ["
"  {'no': 1, 'name': {'zh': '一号'}, 'place': {'zh': '东'}, 'zone': 'z1', 'services': ['tax', {'id': 'land', 'level': 2}],"
"   'start_key': true, 'auto_call': true, 'sign': {'device': 'signs', 'address': 7, 'area': 3}, 'keypad': {'device': 'pads', 'address': 9}},"
"  {'no': 20, 'services': [{'id': 'land'}], 'sign': {'device': 'signs', 'address': 7, 'area': 4},"
"   'keypad': {'device': 'pads', 'address': 10}, 'rater': {'device': 'pads', 'address': 30, 'grades': [1, 5]}},"
"  {'no': 3, 'services': ['tax'], 'rater': {'device': 'pads', 'address': 31}}],"
" 'devices': ["
"  {'id': 'printer', 'driver': 'escpos', 'port': '/dev/usb/lp0', 'width_mm': 58, 'kiosk': 'k1'},"
"  {'id': 'voice', 'driver': 'syn6288', 'port': 'tcp://10.0.0.9:4001'},"
"  {'id': 'signs', 'driver': 'bx', 'port': 'dev/signs', 'baud': 57600, 'rs485': true, 'answer_ms': 500,"
"   'area': {'x': 1, 'y': 2, 'width': 24, 'height': 16, 'step': 17},"
"   'registers': {'text': 256, 'number': 136}, 'digits': 6, 'dark': 8888},"
"  {'id': 'pads', 'driver': 'ff68', 'port': 'rfc2217://dev:23', 'keys': {'0C': 'next', '6 0f': 'pass', 'n 2 13': 'transfer'}}],"
" 'policy': {'recall': {'max': 4, 'gap_s': 5}, 'passed': {'after': 6, 'max': 0}, 'double_press_s': 3,"
"  'hold_s': 60, 'no_answer_s': 90, 'implicit_finish': false, 'print_stale_s': 30, 'max_wait_s': 1800, 'serve_on_s': 900, 'preset': 'strict'}}";

/* The text with find, which is there once, replaced, and ' as ".  New. */
static char *
edit(const char *text, const char *find, const char *replace)
{
	const char *at = strstr(text, find);
	char *out;

	if (at == NULL || strstr(at + 1, find) != NULL)
		fail_msg("\"%s\" is not there once", find);
	if (asprintf(&out, "%.*s%s%s", (int)(at - text), text, replace, at + strlen(find)) == -1)
		abort();
	for (char *c = out; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	return out;
}

static int
read_edited(const char *find, const char *replace, char *error, size_t cap)
{
	char *text = edit(good, find, replace);
	int result = settings_read(&layout, text, strlen(text), drivers, error, cap);

	free(text);
	return result;
}

#define BYTES_96	"123456789012345678901234567890123456789012345678" \
			"123456789012345678901234567890123456789012345678"

/* A module that plays clips in the place of the one that speaks, with these, and those without which it cannot call. */
#define PLAYER(clips)	"'jukebox', 'clips': {" clips "}"
#define CLIPS		"'please': 2, 'number': 3, 'to': 4, 'window': 5, 'corrected': 6, 'A': 30, 'B': 31," \
			"'0': 10, '1': 11, '2': 12, '3': 13, '4': 14, '5': 15, '6': 16, '7': 17, '8': 18, '9': 19"
#define CLIPS_EN	"'en.ticket': 102, 'en.window': 105, 'en.corrected': 106, 'en.please': 107, 'en.0': 110, 'en.1': 111, 'en.2': 112," \
			"'en.3': 113, 'en.4': 114, 'en.5': 115, 'en.6': 116, 'en.7': 117, 'en.8': 118, 'en.9': 119"

static const struct { const char *what, *find, *replace, *error; } bad[] = {
	/* Not JSON, or not ours */
	{ "no JSON", "'h1',", "'h1'", "line 1 column 27: '}' expected near '\"name\"'" },
	{ "a key twice", "'hall':", "'listen': '127.0.0.1:1', 'hall':", "line 1 column 172: duplicate object key near '\"listen\"'" },
	{ "no UTF-8", "'Hall'", "'\xc3'", "line 1 column 50: unable to decode byte 0xc3 near '\"'" },
	{ "something after it", "'strict'}}", "'strict'}} x", "line 1 column 2224: end of file expected near 'x'" },
	{ "a NUL", "'Hall'", "'\\u0000'", "line 1 column 57: \\u0000 is not allowed without JSON_ALLOW_NUL near '\"\\u0000\"'" },

	/* Keys */
	{ "unknown key, near one", "'baud': 57600", "'bauds': 57600", "/devices/2/bauds: unknown key; did you mean \"baud\"?" },
	{ "unknown key, near none", "'max': 4", "'maximum': 4", "/policy/recall/maximum: unknown key; known: \"max\", \"gap_s\"" },
	{ "a setting of later", "'listen':", "'staff': [], 'listen':",
	  "/staff: unknown key; known: \"hall\", \"listen\", \"proxies\", \"public_url\", \"push\", \"backup\", \"devices\", \"services\", \"classes\","
	  " \"zones\", \"windows\", \"calendar\", \"office\", \"policy\", \"texts\"" },
	{ "a key with / and ~", "'max': 4", "'m/a~x': 4", "/policy/recall/m~1a~0x: unknown key; did you mean \"max\"?" },
	{ "a key with a line feed", "'max': 4", "'m\\n': 4", "/policy/recall/m?: unknown key; known: \"max\", \"gap_s\"" },
	{ "deep below an unknown key", "'max': 4", "'a': [[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]",
	  "/policy/recall/a: unknown key; known: \"max\", \"gap_s\"" },
	{ "unknown language", "'en': 'Tax'", "'fr': 'Impôts'", "/services/0/name/fr: unknown key; known: \"zh\", \"en\"" },
	{ "unknown key of a level", "'level': 2", "'levle': 2", "/windows/0/services/1/levle: unknown key; did you mean \"level\"?" },

	/* hall and the top */
	{ "hall no object", "{'id': 'h1', 'name': {'zh': '大厅', 'en': 'Hall'}, 'timezone': 'Asia/Shanghai',"
	  "  'languages': ['zh', 'en'], 'day_starts': '05:30'}", "'h1'", "/hall: must be an object" },
	{ "no hall id", "'id': 'h1', ", "", "/hall/id: missing: What programs call the hall, such as \"qingshan\"." },
	{ "hall id with a blank", "'h1'", "'h 1'", "/hall/id: \"h 1\" must be 1 to 23 of the characters A-Z a-z 0-9 . _ -" },
	{ "hall id empty", "'h1'", "''", "/hall/id: \"\" must be 1 to 23 of the characters A-Z a-z 0-9 . _ -" },
	{ "hall id long", "'h1'", "'123456789012345678901234'", "/hall/id: 24 bytes are over 23" },
	{ "hall id null", "'h1'", "null", "/hall/id: must be a string" },
	{ "hall name a string", "{'zh': '大厅', 'en': 'Hall'}", "'Hall'", "/hall/name: must be {\"zh\": ..., \"en\": ...}" },
	{ "hall name without zh", "'zh': '大厅', ", "", "/hall/name: must have a text in \"zh\"" },
	{ "hall name empty", "'大厅'", "''", "/hall/name: must have a text in \"zh\"" },
	{ "hall name long", "'Hall'", "'" BYTES_96 "'", "/hall/name/en: 96 bytes are over 95" },
	{ "hall name with a control byte", "'Hall'", "'a\\tb'", "/hall/name/en: must be without control characters" },
	{ "hall name with a C1 control", "'Hall'", "'a\\u0085b'", "/hall/name/en: must be without control characters" },
	{ "unknown time zone", "Asia/Shanghai", "Asia/Shanghia",
	  "/hall/timezone: no time zone \"Asia/Shanghia\" in /usr/share/zoneinfo; one is \"Asia/Shanghai\"" },
	{ "time zone a folder", "Asia/Shanghai", "Asia",
	  "/hall/timezone: no time zone \"Asia\" in /usr/share/zoneinfo; one is \"Asia/Shanghai\"" },
	{ "time zone a path", "Asia/Shanghai", "../../../etc/passwd",
	  "/hall/timezone: \"../../../etc/passwd\" must be a time zone's name such as \"Asia/Shanghai\"" },
	{ "languages without zh", "['zh', 'en']", "['en']", "/hall/languages: must have \"zh\"" },
	{ "languages none", "['zh', 'en']", "[]", "/hall/languages: must have \"zh\"" },
	{ "languages a string", "['zh', 'en']", "'zh'", "/hall/languages: must be a list such as [\"zh\", \"en\"]" },
	{ "unknown language of the hall", "['zh', 'en']", "['zh', 'de-CH']", "/hall/languages/1: no choice \"de-CH\"; known: \"zh\", \"en\"" },
	{ "a language twice", "['zh', 'en']", "['zh', 'zh']", "/hall/languages/1: \"zh\" is there already" },
#define WITH_TEXTS(texts) "'listen':", "'texts': " texts ", 'listen':"
	{ "sentences that are a list", WITH_TEXTS("[]"), "/texts: must be an object such as {\"ticket.valid\": {\"zh\": ...}}" },
	{ "a sentence with a key that is none", WITH_TEXTS("{'Ticket valid': {'zh': 'x'}}"), "/texts/Ticket valid: must be a key of display/text/, such as \"ticket.valid\"" },
	{ "a sentence in no language", WITH_TEXTS("{'ticket.valid': {}}"), "/texts/ticket.valid: must be {\"zh\": ..., \"en\": ...}, or one of them" },
	{ "a sentence in French", WITH_TEXTS("{'ticket.valid': {'fr': 'x'}}"), "/texts/ticket.valid/fr: unknown key; known: \"zh\", \"en\"" },
	{ "an empty sentence", WITH_TEXTS("{'ticket.valid': {'en': ''}}"), "/texts/ticket.valid/en: must not be empty" },
	{ "a sentence that is too long", WITH_TEXTS("{'ticket.valid': {'en': '" BYTES_96 BYTES_96 "'}}"), "/texts/ticket.valid/en: 192 bytes are over 160" },
	{ "a sentence of two lines", WITH_TEXTS("{'ticket.valid': {'en': 'a\\nb'}}"), "/texts/ticket.valid/en: must be without control characters" },
	{ "kept for no time", "'day_starts': '05:30'", "'day_starts': '05:30', 'retention_days': 0", "/hall/retention_days: 0 is under 1" },
	{ "day starts at 24:00", "05:30", "24:00", "/hall/day_starts: must be a time of day, \"00:00\" to \"23:59\"" },
	{ "day starts at 5:30", "05:30", "5:30", "/hall/day_starts: must be a time of day, \"00:00\" to \"23:59\"" },
	{ "listen on all addresses", "127.0.0.1:8080", "0.0.0.0:8080",
	  "/listen: \"0.0.0.0:8080\" must be ADDR:PORT of this machine alone, such as 127.0.0.1:8080 or [::1]:8080;"
	  " other machines come through nginx" },
	{ "listen without a port", "127.0.0.1:8080", "127.0.0.1",
	  "/listen: \"127.0.0.1\" must be ADDR:PORT of this machine alone, such as 127.0.0.1:8080 or [::1]:8080;"
	  " other machines come through nginx" },
	{ "listen on port 65536", "127.0.0.1:8080", "127.0.0.1:65536",
	  "/listen: \"127.0.0.1:65536\" must be ADDR:PORT of this machine alone, such as 127.0.0.1:8080 or [::1]:8080;"
	  " other machines come through nginx" },
	{ "proxies no list", "['127.0.0.2', '::1']", "'::1'", "/proxies: must be a list of IP addresses" },
	{ "a proxy by name", "'::1'", "'localhost'", "/proxies/1: must be an IP address such as 127.0.0.1 or ::1" },
	{ "nine proxies", "'::1'", "'::2','::3','::4','::5','::6','::7','::8','::9'", "/proxies: 9 addresses are over 8" },
	{ "public_url without a scheme", "https://hall.example/t/", "hall.example/t/",
	  "/public_url: \"hall.example/t/\" must be a URL that begins with https:// or http://" },

	/* push */
#define PUSH(rows)	"'push': [" rows "], 'listen':"
#define SECRETS(rows)	"'secrets': [" rows "]"
#define SECRET		SECRETS("{'env': 'HALL_SECRET'}")
#define ENDPOINT(more)	PUSH("{'url': 'https://a.example/push', " more "}")
#define TOLD_AT(url)	PUSH("{'url': '" url "', " SECRET "}")
#define NO_URL		"/push/0/url: must be a URL that begins with https://, or with http:// to this machine alone, without name and password"
	{ "push a URL", "'listen':", "'push': 'https://a.example/push', 'listen':", "/push: must be a list" },
	{ "five endpoints", "'listen':", PUSH("0, 0, 0, 0, 0"), "/push: 5 rows are over 4" },
	{ "an endpoint a URL", "'listen':", PUSH("'https://a.example/push'"), "/push/0: must be an object" },
	{ "an endpoint nowhere", "'listen':", PUSH("{" SECRET "}"), "/push/0/url: missing: Where it is told by POST." },
	{ "a URL a number", "'listen':", PUSH("{'url': 1, " SECRET "}"), "/push/0/url: must be a string" },
	{ "by ftp", "'listen':", TOLD_AT("ftp://a.example/push"), NO_URL },
	{ "in clear to another machine", "'listen':", TOLD_AT("http://a.example/push"), NO_URL },
	{ "in clear to another's name that begins as ours", "'listen':", TOLD_AT("http://localhost.example/push"), NO_URL },
	{ "in clear to another, by our name", "'listen':", TOLD_AT("http://localhost@a.example/push"), NO_URL },
	{ "a name and a password in the URL", "'listen':", TOLD_AT("https://hall:password@a.example/push"), NO_URL },
	{ "a name in the URL", "'listen':", TOLD_AT("https://hall@a.example/push"), NO_URL },
	{ "to no machine", "'listen':", TOLD_AT("https:///push"), NO_URL },
	{ "a URL with a blank", "'listen':", TOLD_AT("https://a.example/a push"), NO_URL },
	{ "a long URL", "'listen':", TOLD_AT("https://" BYTES_96 BYTES_96), "/push/0/url: 200 bytes are over 199" },
	{ "two endpoints of one URL", "'listen':",
	  PUSH("{'url': 'https://a.example/push', " SECRET "}, {'url': 'https://a.example/push', " SECRET "}"),
	  "/push/1/url: is that of /push/0 too" },
	{ "no secrets", "'listen':", PUSH("{'url': 'https://a.example/push'}"),
	  "/push/0/secrets: missing: What both know and what is told is signed with; two while they change." },
	{ "not one secret", "'listen':", ENDPOINT(SECRETS("")), "/push/0/secrets: must have at least 1" },
	{ "three secrets", "'listen':", ENDPOINT(SECRETS("{'env': 'A'}, {'env': 'B'}, {'env': 'C'}")), "/push/0/secrets: 3 rows are over 2" },
	{ "a secret in clear", "'listen':", ENDPOINT(SECRETS("'whsec_AAAA'")), "/push/0/secrets/0: must be an object" },
	{ "a secret nowhere", "'listen':", ENDPOINT(SECRETS("{}")), "/push/0/secrets/0: must have file or env, one of them" },
	{ "a secret in two places", "'listen':", ENDPOINT(SECRETS("{'env': 'A'}, {'env': 'B', 'file': '/etc/halld/b'}")),
	  "/push/0/secrets/1: must have file or env, one of them" },
	{ "a secret's unknown key", "'listen':", ENDPOINT(SECRETS("{'path': '/etc/halld/b'}")),
	  "/push/0/secrets/0/path: unknown key; known: \"file\", \"env\"" },
	{ "a secret for a file", "'listen':", ENDPOINT(SECRETS("{'file': 'whsec_AAAA'}")),
	  "/push/0/secrets/0/file: must be the path of a file, from / on" },
	{ "a secret in no file", "'listen':", ENDPOINT(SECRETS("{'file': ''}")), "/push/0/secrets/0/file: must be the path of a file, from / on" },
	{ "a secret for a variable", "'listen':", ENDPOINT(SECRETS("{'env': 'whsec_AA/A'}")),
	  "/push/0/secrets/0/env: must be the name of a variable of the environment" },
	{ "told a word", "'listen':", ENDPOINT(SECRET ", 'kinds': 'ticket.called'"),
	  "/push/0/kinds: must be a list such as [\"queue.snapshot\", \"ticket.called\"]" },
	{ "told nothing", "'listen':", ENDPOINT(SECRET ", 'kinds': []"),
	  "/push/0/kinds: must be a list such as [\"queue.snapshot\", \"ticket.called\"]" },
	{ "told what there is not", "'listen':", ENDPOINT(SECRET ", 'kinds': ['queue.snapshot', 'ticket.cald']"),
	  "/push/0/kinds/1: no choice \"ticket.cald\"; did you mean \"ticket.called\"?" },
	{ "told a number", "'listen':", ENDPOINT(SECRET ", 'kinds': [1]"), "/push/0/kinds/0: must be a string, such as \"queue.snapshot\"" },
	{ "told twice", "'listen':", ENDPOINT(SECRET ", 'kinds': ['ticket.called', 'ticket.called']"),
	  "/push/0/kinds/1: \"ticket.called\" is there already" },
	{ "commands a number", "'listen':", ENDPOINT(SECRET ", 'commands': 1"), "/push/0/commands: must be true or false" },
	{ "a folder without a place", "'listen':", "'backup': {'folder': 'copies'}, 'listen':", "/backup/folder: \"copies\" must be the path of a folder, from / on" },
	{ "none kept", "'listen':", "'backup': {'keep': 0}, 'listen':", "/backup/keep: 0 is under 1" },
	{ "office a number", "'listen':", "'office': 1, 'listen':", "/office: must be an object" },
	{ "away for less than no time", "'listen':", "'office': {'away_max_s': -1}, 'listen':", "/office/away_max_s: -1 is under 0" },
	{ "taken over before it was left", "'listen':", "'office': {'hand_over_s': -1}, 'listen':", "/office/hand_over_s: -1 is under 0" },
	{ "idle for a week", "'listen':", "'office': {'idle_max_s': 604800}, 'listen':", "/office/idle_max_s: 604800 is over 86400" },
	{ "late by a text", "'listen':", "'office': {'late_min': '5'}, 'listen':", "/office/late_min: must be a whole number from 0 to 240" },
	{ "half a day of two days", "'listen':", "'office': {'half_day_min': 2880}, 'listen':", "/office/half_day_min: 2880 is over 480" },
	{ "a repair after a week", "'listen':", "'office': {'repair_after_s': 604800}, 'listen':", "/office/repair_after_s: 604800 is over 86400" },
	{ "nearly out by a road", "'listen':", "'office': {'near_mm': 1000000}, 'listen':", "/office/near_mm: 1000000 is over 100000" },
	{ "ready the day before", "'listen':", "'office': {'ready_min': 1440}, 'listen':", "/office/ready_min: 1440 is over 240" },
	{ "points a number", "'listen':", "'office': {'points': -1}, 'listen':", "/office/points: must be an object" },
	{ "points for what nobody knows", "'listen':", "'office': {'points': {'smile': 5}}, 'listen':", "/office/points/smile: unknown key; known:"
	  " \"late\", \"early\", \"half\", \"absent\", \"away\", \"idle\", \"no_hand_over\", \"vacant\", \"grade_1\", \"grade_2\", \"grade_3\","
	  " \"grade_4\", \"grade_5\"" },
	{ "late for all points", "'listen':", "'office': {'points': {'late': -101}}, 'listen':", "/office/points/late: -101 is under -100" },
	{ "early by a text", "'listen':", "'office': {'points': {'early': '-1'}}, 'listen':", "/office/points/early: must be a whole number from -100 to 100" },
	{ "half a point", "'listen':", "'office': {'points': {'half': 0.5}}, 'listen':", "/office/points/half: must be a whole number from -100 to 100" },
	{ "absent for nothing", "'listen':", "'office': {'points': {'absent': null}}, 'listen':", "/office/points/absent: must be a whole number from -100 to 100" },
	{ "away for a thousand", "'listen':", "'office': {'points': {'away': 1000}}, 'listen':", "/office/points/away: 1000 is over 100" },
	{ "idle, points", "'listen':", "'office': {'points': {'idle': -200}}, 'listen':", "/office/points/idle: -200 is under -100" },
	{ "not handed over, points", "'listen':", "'office': {'points': {'no_hand_over': 101}}, 'listen':", "/office/points/no_hand_over: 101 is over 100" },
	{ "vacant, points", "'listen':", "'office': {'points': {'vacant': true}}, 'listen':", "/office/points/vacant: must be a whole number from -100 to 100" },
	{ "grade 1, points", "'listen':", "'office': {'points': {'grade_1': 101}}, 'listen':", "/office/points/grade_1: 101 is over 100" },
	{ "grade 2, points", "'listen':", "'office': {'points': {'grade_2': 101}}, 'listen':", "/office/points/grade_2: 101 is over 100" },
	{ "grade 3, points", "'listen':", "'office': {'points': {'grade_3': 101}}, 'listen':", "/office/points/grade_3: 101 is over 100" },
	{ "grade 4, points", "'listen':", "'office': {'points': {'grade_4': 101}}, 'listen':", "/office/points/grade_4: 101 is over 100" },
	{ "grade 5, points", "'listen':", "'office': {'points': {'grade_5': 101}}, 'listen':", "/office/points/grade_5: 101 is over 100" },
	{ "stars a list", "'listen':", "'office': {'stars': [60]}, 'listen':", "/office/stars: must be an object" },
	{ "one star out of reach", "'listen':", "'office': {'stars': {'one': 1001}}, 'listen':", "/office/stars/one: 1001 is over 1000" },
	{ "two star out of reach", "'listen':", "'office': {'stars': {'two': 1001}}, 'listen':", "/office/stars/two: 1001 is over 1000" },
	{ "three star out of reach", "'listen':", "'office': {'stars': {'three': 1001}}, 'listen':", "/office/stars/three: 1001 is over 1000" },
	{ "four star out of reach", "'listen':", "'office': {'stars': {'four': 1001}}, 'listen':", "/office/stars/four: 1001 is over 1000" },
	{ "five star out of reach", "'listen':", "'office': {'stars': {'five': 1001}}, 'listen':", "/office/stars/five: 1001 is over 1000" },
	{ "backup a number", "'listen':", "'backup': 1, 'listen':", "/backup: must be an object" },
	{ "gzip a text", "'listen':", ENDPOINT(SECRET ", 'gzip': 'x'"), "/push/0/gzip: must be true or false" },
	{ "an endpoint's unknown key", "'listen':", ENDPOINT("'secret': 1"), "/push/0/secret: unknown key; did you mean \"secrets\"?" },

	/* services */
	{ "no services", "'services': ["
	  "  {'id': 'tax', 'prefix': 'AB', 'name': {'zh': '税务', 'en': 'Tax'}, 'place': {'zh': '二楼'}, 'group': {'zh': '企业', 'en': 'Business'}, 'target_wait_s': 900, 'nominal_s': 240,"
	  "   'real_name': 'required', 'bring': {'zh': '身份证', 'en': 'ID card'}, 'numbers': {'first': 100, 'last': 299, 'width': 4}},"
	  "  {'id': 'land', 'prefix': 'AB', 'name': {'zh': '不动产'}, 'numbers': {'first': 100, 'last': 299, 'width': 4}}]",
	  "'services': []", "/services: must have at least 1" },
	{ "service without id", "'id': 'tax', ", "", "/services/0/id: missing: What programs and the rest of this file call the service." },
	{ "service id twice", "'id': 'tax'", "'id': 'land'", "/services/1/id: \"land\" is also /services/0/id" },
	{ "prefix of four", "'tax', 'prefix': 'AB'", "'tax', 'prefix': 'ABCD'", "/services/0/prefix: 4 bytes are over 3" },
	{ "prefix in small letters", "'tax', 'prefix': 'AB'", "'tax', 'prefix': 'ab'", "/services/0/prefix: \"ab\" must be up to 3 letters A-Z" },
	{ "service without name", "'name': {'zh': '不动产'}, ", "", "/services/1/name: missing: Its name on the kiosk, the ticket and the signs." },
	{ "place in English alone", "{'zh': '二楼'}", "{'en': '2nd floor'}", "/services/0/place: must have a text in \"zh\"" },
	{ "group a name", "{'zh': '企业', 'en': 'Business'}", "'企业'", "/services/0/group: must be {\"zh\": ..., \"en\": ...}" },
	{ "bring a list", "{'zh': '身份证', 'en': 'ID card'}", "['ID']", "/services/0/bring: must be {\"zh\": ..., \"en\": ...}" },
	{ "numbers no object", "'en': 'ID card'}, 'numbers': {'first': 100, 'last': 299, 'width': 4}", "'en': 'ID'}, 'numbers': 5",
	  "/services/0/numbers: must be an object" },
	{ "first 0", "'ID card'}, 'numbers': {'first': 100", "'ID card'}, 'numbers': {'first': 0", "/services/0/numbers/first: 0 is under 1" },
	{ "last under first", "'ID card'}, 'numbers': {'first': 100", "'ID card'}, 'numbers': {'first': 300",
	  "/services/0/numbers/last: 299 is under first, 300" },
	{ "last wider than width", "'width': 4}}, ", "'width': 2}}, ", "/services/0/numbers/last: 299 does not fit in 2 digits (width)" },
	{ "a target under 0", "'target_wait_s': 900", "'target_wait_s': -1", "/services/0/target_wait_s: -1 is under 0" },
	{ "a name that is asked for now and then", "'required'", "'now and then'",
	  "/services/0/real_name: no choice \"now and then\"; known: \"none\", \"optional\", \"required\"" },
	{ "a service of two days", "'nominal_s': 240", "'nominal_s': 172800", "/services/0/nominal_s: 172800 is over 86400" },
	{ "width 7", "'width': 4}}, ", "'width': 7}}, ", "/services/0/numbers/width: 7 is over 6" },
	{ "one prefix, two ranges", "'不动产'}, 'numbers': {'first': 100, ", "'不动产'}, 'numbers': {",
	  "/services/1/numbers: must be as in /services/0, which has the same prefix: first 100, last 299, width 4" },
	{ "hours of a service a time", "240", "240, 'hours': '09:00'", "/services/0/hours: must be a list" },
	{ "a service on day 0", "240", "240, 'hours': [{'days': [0], 'open': '09:00', 'close': '12:00'}]",
	  "/services/0/hours/0/days/0: 0 is under 1" },
	{ "a service without open", "240", "240, 'hours': [{'close': '12:00'}]", "/services/0/hours/0/open: missing: From when, HH:MM." },
	{ "a service without close", "240", "240, 'hours': [{'open': '09:00'}]",
	  "/services/0/hours/0/close: missing: Until when, HH:MM; later than open." },
	{ "a quota a number", "240", "240, 'quota': 5", "/services/0/quota: must be an object" },
	{ "segments a number", "240", "240, 'quota': {'segments': 5}", "/services/0/quota/segments: must be a list" },
	{ "a segment without from", "240", "240, 'quota': {'segments': [{'to': '10:00', 'limit': 1}]}",
	  "/services/0/quota/segments/0/from: missing: From when, HH:MM." },
	{ "tickets before they open", "240", "240, 'hours': [{'open': '09:00', 'close': '12:00', 'ticket_from': '8:30'}]",
	  "/services/0/hours/0/ticket_from: must be a time of day, \"00:00\" to \"23:59\"" },
	{ "tickets after closing", "240", "240, 'hours': [{'open': '09:00', 'close': '12:00', 'ticket_until': '12:01'}]",
	  "/services/0/hours/0/ticket_until: must not be later than close, 12:00" },
	{ "first tickets after closing", "240", "240, 'hours': [{'open': '09:00', 'close': '12:00', 'ticket_from': '12:01'}]",
	  "/services/0/hours/0/ticket_from: must not be later than close, 12:00" },
	{ "no time for tickets", "240", "240, 'hours': [{'open': '09:00', 'close': '12:00', 'ticket_until': '09:00'}]",
	  "/services/0/hours/0/ticket_until: must be later than the first ticket" },
	{ "two rows at a time", "240", "240, 'hours': [{'days': [1, 2], 'open': '09:00', 'close': '12:00'},"
	  " {'days': [2], 'open': '11:59', 'close': '17:00'}]",
	  "/services/0/hours/1/open: is within hours/0, 09:00 to 12:00" },
	{ "a quota of -1", "240", "240, 'quota': {'day': -1}", "/services/0/quota/day: -1 is under 0" },
	{ "a person's quota of 100", "240", "240, 'quota': {'per_person': 100}", "/services/0/quota/per_person: 100 is over 99" },
	{ "a segment without limit", "240", "240, 'quota': {'segments': [{'from': '09:00', 'to': '10:00'}]}",
	  "/services/0/quota/segments/0/limit: missing: How many tickets in that time." },
	{ "remote tickets a number", "240", "240, 'remote': 5", "/services/0/remote: must be an object" },
	{ "remote tickets that wait for ever", "240", "240, 'remote': {}",
	  "/services/0/remote/checkin_s: missing: Seconds that such a number, once it is next, waits for its holder to check in." },
	{ "remote tickets that wait for nobody", "240", "240, 'remote': {'checkin_s': 0}", "/services/0/remote/checkin_s: 0 is under 1" },
	{ "fewer than no remote tickets", "240", "240, 'remote': {'checkin_s': 60, 'quota': -1}", "/services/0/remote/quota: -1 is under 0" },
	{ "remote tickets from a number", "240", "240, 'remote': {'checkin_s': 60, 'from': 8}",
	  "/services/0/remote/from: must be a time of day, \"00:00\" to \"23:59\"" },
	{ "slots a number", "240", "240, 'slots': 5", "/services/0/slots: must be a list" },
	{ "a slot without from", "240", "240, 'slots': [{'to': '10:00', 'limit': 1}]", "/services/0/slots/0/from: missing: From when, HH:MM." },
	{ "a slot without to", "240", "240, 'slots': [{'from': '10:00', 'limit': 1}]",
	  "/services/0/slots/0/to: missing: Until when, HH:MM; later than from." },
	{ "a slot without limit", "240", "240, 'slots': [{'from': '09:00', 'to': '10:00'}]", "/services/0/slots/0/limit: missing: How many bookings." },
	{ "a slot on no day", "240", "240, 'slots': [{'days': [0], 'from': '09:00', 'to': '10:00', 'limit': 1}]",
	  "/services/0/slots/0/days/0: 0 is under 1" },
	{ "a slot that ends before it begins", "240", "240, 'slots': [{'from': '10:00', 'to': '10:00', 'limit': 1}]",
	  "/services/0/slots/0/to: must be later than from, 10:00" },
	{ "a slot twice", "240", "240, 'slots': [{'days': [1, 2], 'from': '09:00', 'to': '10:00', 'limit': 1},"
	  " {'days': [2], 'from': '09:00', 'to': '10:00', 'limit': 2}]", "/services/0/slots/1/from: is slots/0 once more" },
	{ "a segment that ends before it begins", "240", "240, 'quota': {'segments': [{'from': '10:00', 'to': '10:00', 'limit': 1}]}",
	  "/services/0/quota/segments/0/to: must be later than from, 10:00" },
	{ "segments at a time", "240", "240, 'quota': {'segments': [{'from': '09:00', 'to': '10:00', 'limit': 1},"
	  " {'from': '09:59', 'to': '11:00', 'limit': 1}]}",
	  "/services/0/quota/segments/1/from: is within segments/0" },

	/* calendar */
#define CALENDAR(rows) "'calendar': [" rows "], 'classes'"
	{ "a calendar a date", "'classes'", "'calendar': '2026-10-01', 'classes'", "/calendar: must be a list" },
	{ "a note a word", "'classes'", CALENDAR("{'date': '2026-10-01', 'kind': 'rest', 'note': 'National Day'}"),
	  "/calendar/0/note: must be {\"zh\": ..., \"en\": ...}" },
	{ "a date without hours that end", "'classes'", CALENDAR("{'date': '2026-10-01', 'kind': 'work', 'hours': [{'open': '09:00'}]}"),
	  "/calendar/0/hours/0/close: missing: Until when, HH:MM; later than open." },
	{ "tickets of a date after closing", "'classes'",
	  CALENDAR("{'date': '2026-10-01', 'kind': 'work', 'hours': [{'open': '09:00', 'close': '12:00', 'ticket_until': '13:00'}]}"),
	  "/calendar/0/hours/0/ticket_until: must not be later than close, 12:00" },
	{ "first tickets of a date after closing", "'classes'",
	  CALENDAR("{'date': '2026-10-01', 'kind': 'work', 'hours': [{'open': '09:00', 'close': '12:00', 'ticket_from': '13:00'}]}"),
	  "/calendar/0/hours/0/ticket_from: must not be later than close, 12:00" },
	{ "29 February of another year", "'classes'", CALENDAR("{'date': '2027-02-29', 'kind': 'rest'}"),
	  "/calendar/0/date: must be a date, YYYY-MM-DD" },
	{ "a date with a time", "'classes'", CALENDAR("{'date': '2026-10-01T00:00', 'kind': 'rest'}"),
	  "/calendar/0/date: must be a date, YYYY-MM-DD" },
	{ "a date twice", "'classes'", CALENDAR("{'date': '2026-10-01', 'kind': 'rest'}, {'date': '2026-10-01', 'kind': 'work'}"),
	  "/calendar/1/date: is also /calendar/0/date" },
	{ "a holiday by another name", "'classes'", CALENDAR("{'date': '2026-10-01', 'kind': 'holiday'}"),
	  "/calendar/0/kind: no choice \"holiday\"; known: \"work\", \"rest\", \"makeup\"" },
	{ "hours of a holiday", "'classes'",
	  CALENDAR("{'date': '2026-10-01', 'kind': 'rest', 'hours': [{'open': '09:00', 'close': '12:00'}]}"),
	  "/calendar/0/hours: must be left out: a day of rest has none" },
	{ "days in the hours of a date", "'classes'",
	  CALENDAR("{'date': '2026-10-01', 'kind': 'work', 'hours': [{'days': [1], 'open': '09:00', 'close': '12:00'}]}"),
	  "/calendar/0/hours/0/days: unknown key; known: \"open\", \"close\", \"ticket_from\", \"ticket_until\"" },
	{ "hours of a date at a time", "'classes'",
	  CALENDAR("{'date': '2026-10-01', 'kind': 'work', 'hours': [{'open': '09:00', 'close': '12:00'}, {'open': '10:00', 'close': '11:00'}]}"),
	  "/calendar/0/hours/1/open: is within hours/0, 09:00 to 12:00" },

	/* classes */
	{ "classes empty", "'classes': ["
	  "  {'id': 'ordinary', 'name': {'zh': '普通'}},"
	  "  {'id': 'elderly', 'name': {'zh': '老年人'}, 'base_s': 600, 'rate': 1.25, 'proof': 'id_age'}]",
	  "'classes': []", "/classes: must have at least 1" },
	{ "class id twice", "'elderly'", "'ordinary'", "/classes/1/id: \"ordinary\" is also /classes/0/id" },
	{ "class without a name", ", 'name': {'zh': '老年人'}", "", "/classes/1/name: missing: Its name on the kiosk and the ticket." },
	{ "head start of -1", "'base_s': 600", "'base_s': -1", "/classes/1/base_s: -1 is under 0" },
	{ "rate 0", "1.25", "0", "/classes/1/rate: 0 is under 0.001" },
	{ "rate in words", "1.25", "'1.25'", "/classes/1/rate: must be a number from 0.001 to 1000" },
	{ "rate of 1001", "1.25", "1001", "/classes/1/rate: 1001 is over 1000" },
	{ "unknown proof", "'id_age'", "'age'", "/classes/1/proof: no choice \"age\"; known: \"none\", \"id_age\", \"staff\"" },

	/* zones */
	{ "zones an object", "[{'id': 'z1', 'name': {'zh': '一区'}, 'voice': 'voice', 'volume': 55}]", "{}", "/zones: must be a list" },
	{ "zone a string", "{'id': 'z1', 'name': {'zh': '一区'}, 'voice': 'voice', 'volume': 55}", "'z1'", "/zones/0: must be an object" },
	{ "zone id twice", "'volume': 55}", "'volume': 55}, {'id': 'z1'}", "/zones/1/id: \"z1\" is also /zones/0/id" },
	{ "zone name", "{'zh': '一区'}", "1", "/zones/0/name: must be {\"zh\": ..., \"en\": ...}" },
	{ "zone's voice unknown", "'voice': 'voice'", "'voice': 'voic'", "/zones/0/voice: no device \"voic\"; did you mean \"voice\"?" },
	{ "zone's voice a printer", "'voice': 'voice'", "'voice': 'printer'",
	  "/zones/0/voice: \"printer\" must be a voice, but its driver escpos is for a printer" },
	{ "volume 101", "55", "101", "/zones/0/volume: 101 is over 100" },
	{ "hours a time", "55", "55, 'hours': '09:00'", "/zones/0/hours: must be a list" },
	{ "nine rows of hours", "55", "55, 'hours': [0, 0, 0, 0, 0, 0, 0, 0, 0]", "/zones/0/hours: 9 rows are over 8" },
	{ "hours without open", "55", "55, 'hours': [{'close': '17:00'}]", "/zones/0/hours/0/open: missing: From when, HH:MM." },
	{ "hours without close", "55", "55, 'hours': [{'open': '09:00'}]",
	  "/zones/0/hours/0/close: missing: Until when, HH:MM; later than open." },
	{ "hours that end before they begin", "55", "55, 'hours': [{'open': '00:00', 'close': '01:00'}, {'open': '09:30', 'close': '09:30'}]",
	  "/zones/0/hours/1/close: must be later than open, 09:30" },
	{ "hours on day 8", "55", "55, 'hours': [{'days': [1, 8], 'open': '09:00', 'close': '17:00'}]", "/zones/0/hours/0/days/1: 8 is over 7" },
	{ "hours on a day twice", "55", "55, 'hours': [{'days': [1, 1], 'open': '09:00', 'close': '17:00'}]",
	  "/zones/0/hours/0/days/1: 1 is there already" },
	{ "hours on no day", "55", "55, 'hours': [{'days': [], 'open': '09:00', 'close': '17:00'}]",
	  "/zones/0/hours/0/days: must be a list of days, 1 Monday to 7 Sunday, such as [1, 2, 3, 4, 5]" },
	{ "hours with a misspelt key", "55", "55, 'hours': [{'opne': '09:00', 'close': '17:00'}]",
	  "/zones/0/hours/0/opne: unknown key; did you mean \"open\"?" },

	/* windows */
	{ "window number high", "'no': 20", "'no': 1200", "/windows/1/no: 1200 is over 999" },
	{ "window number a fraction", "'no': 20", "'no': 2.5", "/windows/1/no: must be a whole number from 1 to 999" },
	{ "window number twice", "'no': 20", "'no': 1", "/windows/1/no: 1 is also /windows/0/no" },
	{ "window name", "{'zh': '一号'}", "'1'", "/windows/0/name: must be {\"zh\": ..., \"en\": ...}" },
	{ "window place", "{'zh': '东'}", "{'zh': 5}", "/windows/0/place/zh: must be a string" },
	{ "window's zone unknown", "'zone': 'z1'", "'zone': 'north'", "/windows/0/zone: no zone \"north\"; known: \"z1\"" },
	{ "window without services", "'no': 3, 'services': ['tax']", "'no': 3, 'services': []",
	  "/windows/2/services: must be a list of at least one service, such as [\"tax\"]" },
	{ "window's service unknown", "'no': 3, 'services': ['tax']", "'no': 3, 'services': ['taxx']",
	  "/windows/2/services/0: no service \"taxx\"; did you mean \"tax\"?" },
	{ "window's service twice", "'no': 3, 'services': ['tax']", "'no': 3, 'services': ['tax', {'id': 'tax'}]",
	  "/windows/2/services/1: \"tax\" is there already" },
	{ "window's service a number", "'no': 3, 'services': ['tax']", "'no': 3, 'services': [1]",
	  "/windows/2/services/0: must be a service's id or {\"id\": ..., \"level\": 1 to 9}" },
	{ "level 0", "'level': 2", "'level': 0", "/windows/0/services/1/level: 0 is under 1" },
	{ "level 10", "'level': 2", "'level': 10", "/windows/0/services/1/level: 10 is over 9" },
	{ "auto_call a number", "'auto_call': true", "'auto_call': 1", "/windows/0/auto_call: must be true or false" },
	{ "start_key a word", "'start_key': true", "'start_key': 'yes'", "/windows/0/start_key: must be true or false" },
	{ "sign a string", "{'device': 'signs', 'address': 7, 'area': 3}", "'signs'", "/windows/0/sign: must be an object" },
	{ "sign without device", "{'device': 'signs', 'address': 7, 'area': 3}", "{'address': 7}",
	  "/windows/0/sign/device: missing: The sign, or the line it is on." },
	{ "sign a keypad", "'signs', 'address': 7, 'area': 3", "'pads'",
	  "/windows/0/sign/device: \"pads\" must be a sign, but its driver ff68 is for a keypad" },
	{ "sign's address 0", "'address': 7, 'area': 3", "'address': 0", "/windows/0/sign/address: 0 is under 1" },
	{ "sign's area -1", "'area': 3", "'area': -1", "/windows/0/sign/area: -1 is under 0" },
	{ "sign used twice", "'area': 4", "'area': 3", "/windows/1/sign: address 7, area 3 of \"signs\" is also /windows/0/sign" },
	{ "keypad a number", "{'device': 'pads', 'address': 9}", "9", "/windows/0/keypad: must be an object" },
	{ "keypad a number's", "'device': 'pads', 'address': 9", "'device': 9", "/windows/0/keypad/device: must be the id of a row in /devices" },
	{ "keypad's address 256", "'address': 9", "'address': 256", "/windows/0/keypad/address: 256 is over 255" },
	{ "keypad used twice", "'address': 10", "'address': 9", "/windows/1/keypad: address 9 of \"pads\" is also /windows/0/keypad" },
	{ "rater used twice", "'address': 31", "'address': 30", "/windows/2/rater: address 30 of \"pads\" is also /windows/1/rater" },
	{ "rater a sign", "'pads', 'address': 31", "'signs'", "/windows/2/rater/device: \"signs\" must be a keypad, but its driver bx is for a sign" },
	{ "rater's address 256", "'address': 31", "'address': 256", "/windows/2/rater/address: 256 is over 255" },
	{ "rater's grades none", "[1, 5]", "[]", "/windows/1/rater/grades: must be a list of 1 to 8 grades, such as [5, 4, 3, 2]" },
	{ "rater's grade 6", "[1, 5]", "[1, 6]", "/windows/1/rater/grades/1: 6 is over 5" },
	{ "nine grades", "[1, 5]", "[1, 5, 1, 5, 1, 5, 1, 5, 1]",
	  "/windows/1/rater/grades: must be a list of 1 to 8 grades, such as [5, 4, 3, 2]" },

	{ "class of age 0", "'proof': 'id_age'", "'proof': 'id_age', 'age': 0", "/classes/1/age: 0 is under 1" },

	/* devices */
	{ "device id twice", "'id': 'printer'", "'id': 'voice'", "/devices/1/id: \"voice\" is also /devices/0/id" },
	{ "driver unknown", "'escpos'", "'escpo'", "/devices/0/driver: no driver \"escpo\"; did you mean \"escpos\"?" },
	{ "driver unknown, near none", "'escpos'", "'laser'",
	  "/devices/0/driver: no driver \"laser\"; known: \"escpos\", \"syn6288\", \"bx\", \"ff68\", \"jukebox\", \"pad\", \"scanner\", \"idcard\"" },
	{ "port a web address", "tcp://10.0.0.9:4001", "http://10.0.0.9",
	  "/devices/1/port: \"http://10.0.0.9\" must be a path with a / in it, tcp://HOST:PORT or rfc2217://HOST:PORT" },
	{ "port without port", "tcp://10.0.0.9:4001", "tcp://10.0.0.9",
	  "/devices/1/port: \"tcp://10.0.0.9\" must be a path with a / in it, tcp://HOST:PORT or rfc2217://HOST:PORT" },
	{ "no port", ", 'port': 'tcp://10.0.0.9:4001'", "", "/devices/1/port: missing: Where it is connected: a path, best below"
	  " /dev/serial/by-id, or tcp://HOST:PORT or rfc2217://HOST:PORT; devices may share one." },
	{ "baud a string", "57600", "'57600'", "/devices/2/baud: must be a whole number from 0 to 4000000" },
	{ "rs485 a number", "'rs485': true", "'rs485': 1", "/devices/2/rs485: must be true or false" },
	{ "answer_ms long", "'answer_ms': 500", "'answer_ms': 60001", "/devices/2/answer_ms: 60001 is over 60000" },
	{ "paper of 72 mm", "'width_mm': 58", "'width_mm': 72", "/devices/0/width_mm: must be 58 or 80" },
	{ "kiosk with a slash", "'k1'", "'k/1'", "/devices/0/kiosk: \"k/1\" must be 1 to 23 of the characters A-Z a-z 0-9 . _ -" },
	{ "a code drawn by nobody known", "'k1'", "'k1', 'qr': 'yes'", "/devices/0/qr: no choice \"yes\"; known: \"native\", \"raster\", \"none\"" },
	{ "its own stand-in", "'k1'", "'k1', 'stand_in': 'printer'", "/devices/0/stand_in: \"printer\" is the printer itself" },
	{ "no such stand-in", "'k1'", "'k1', 'stand_in': 'desk'", "/devices/0/stand_in: \"desk\" must be another printer of devices[]" },
	{ "a keypad as stand-in", "'k1'", "'k1', 'stand_in': 'keypads'", "/devices/0/stand_in: \"keypads\" must be another printer of devices[]" },
	{ "stand-in with a slash", "'k1'", "'k1', 'stand_in': 'a/b'", "/devices/0/stand_in: \"a/b\" must be 1 to 23 of the characters A-Z a-z 0-9 . _ -" },
	{ "a very long roll", "'k1'", "'k1', 'roll_m': 1001", "/devices/0/roll_m: 1001 is over 1000" },
	{ "a roll of less than nothing", "'k1'", "'k1', 'roll_m': -1", "/devices/0/roll_m: -1 is under 0" },
	{ "kiosk at a keypad", "'keys': {", "'kiosk': 'k1', 'keys': {", "/devices/3/kiosk: is for a printer, scanner or reader, but the driver ff68 is for a keypad" },
	{ "frame at a keypad that has one", "'keys': {", "'frame': 'key', 'keys': {",
	  "/devices/3/frame: is for keypads of the driver keypad, but this one has frames of its own" },
	{ "reply likewise", "'keys': {", "'reply': 'echo', 'keys': {",
	  "/devices/3/reply: is for keypads of the driver keypad, but this one has frames of its own" },
	{ "rates likewise", "'keys': {", "'rates': ['31'], 'keys': {",
	  "/devices/3/rates: is for keypads of the driver keypad, but this one has frames of its own" },
	{ "no frame", "'ff68'", "'pad'", "/devices/3/frame: missing: what a frame of this keypad is, in words" },
	{ "a frame that is none", "'ff68'", "'pad', 'frame': 'FF addr'",
	  "/devices/3/frame: must have key once, and addr, digits and a check at most once" },
	{ "a reply that is none", "'ff68'", "'pad', 'frame': 'key', 'reply': 'key len'",
	  "/devices/3/reply: must have [ ] around what len counts, and len where there are [ ]" },
	{ "rates a word", "'ff68'", "'pad', 'frame': 'key', 'rates': ['31', 'one']", "/devices/3/rates/1: must be a key as two hex digits, such as \"31\"" },
	{ "a frame beside another device", "'ff68', 'port': 'rfc2217://dev:23'", "'pad', 'frame': 'key', 'port': 'dev/signs'",
	  "/devices/3/port: is also /devices/2/port: a keypad with a frame must have one for itself" },
	{ "a scanner beside another device", "'syn6288', 'port': 'tcp://10.0.0.9:4001'}", "'syn6288', 'port': '/dev/x'}, {'id': 's', 'driver': 'scanner', 'port': 'dev/signs'}",
	  "/devices/2/port: is also /devices/3/port: a scanner must have one for itself" },
	{ "buttons at a sign", "'baud': 57600", "'buttons': []", "/devices/2/buttons: is for a keypad, but the driver bx is for a sign" },
	{ "a button without a key", "'keys': {", "'buttons': [{'service': 'tax'}], 'keys': {",
	  "/devices/3/buttons/0/key: missing: The key as in keys, such as \"01\" or \"6 0F\"." },
	{ "a button's key", "'keys': {", "'buttons': [{'key': '1', 'service': 'tax'}], 'keys': {",
	  "/devices/3/buttons/0/key: must be up to two digits or n and a key in hex, such as \"0C\" or \"6 0F\"" },
	{ "a button's address", "'keys': {", "'buttons': [{'key': '01', 'service': 'tax', 'address': 256}], 'keys': {",
	  "/devices/3/buttons/0/address: 256 is over 255" },
	{ "a button for nothing", "'keys': {", "'buttons': [{'key': '01', 'service': 'taxi'}], 'keys': {", "/devices/3/buttons/0/service: no service \"taxi\"" },
	{ "a button's class", "'keys': {", "'buttons': [{'key': '01', 'service': 'tax', 'class': 'x'}], 'keys': {", "/devices/3/buttons/0/class: no class \"x\"" },
	{ "a button's class with a proof", "'keys': {", "'buttons': [{'key': '01', 'service': 'tax', 'class': 'elderly'}], 'keys': {",
	  "/devices/3/buttons/0/class: \"elderly\" must need no proof: a button sees nobody" },
	{ "a button's language", "'keys': {", "'buttons': [{'key': '01', 'service': 'tax', 'lang': 'fr'}], 'keys': {",
	  "/devices/3/buttons/0/lang: no choice \"fr\"; known: \"zh\", \"en\"" },
	{ "a button's printer", "'keys': {", "'buttons': [{'key': '01', 'service': 'tax', 'printer': 'voice'}], 'keys': {",
	  "/devices/3/buttons/0/printer: no printer \"voice\"" },
	{ "a button twice", "'keys': {", "'buttons': [{'key': '01', 'service': 'tax'}, {'key': '01', 'service': 'land'}], 'keys': {",
	  "/devices/3/buttons/1/key: is there already, for tax" },
	{ "area a list", "{'x': 1, 'y': 2, 'width': 24, 'height': 16, 'step': 17}", "[]", "/devices/2/area: must be an object" },
	{ "area x", "'x': 1", "'x': -1", "/devices/2/area/x: -1 is under 0" },
	{ "area y", "'y': 2", "'y': 65536", "/devices/2/area/y: 65536 is over 65535" },
	{ "area width", "'width': 24", "'width': true", "/devices/2/area/width: must be a whole number from 0 to 65535" },
	{ "area height", "'height': 16", "'height': -9", "/devices/2/area/height: -9 is under 0" },
	{ "area step", "'step': 17", "'step': 99999", "/devices/2/area/step: 99999 is over 65535" },
	{ "clips a list", "'syn6288'", "'jukebox', 'clips': [1]", "/devices/1/clips: must be an object such as {\"please\": 2}" },
	{ "clips of one that speaks", "'syn6288'", "'syn6288', 'clips': {'please': 2}",
	  "/devices/1/clips: is for modules that play clips, but the driver syn6288 is for one that speaks" },
	{ "a word misspelt", "'syn6288'", PLAYER("'plese': 2"), "/devices/1/clips/plese: unknown key; did you mean \"please\"?" },
	{ "clip 0", "'syn6288'", PLAYER("'please': 0"),
	  "/devices/1/clips/please: must be a number from 1 to 65535, \"FOLDER/FILE\" or a name of two characters" },
	{ "folder 0", "'syn6288'", PLAYER("'please': '0/3'"),
	  "/devices/1/clips/please: must be a number from 1 to 65535, \"FOLDER/FILE\" or a name of two characters" },
	{ "a name of three", "'syn6288'", PLAYER("'please': 'abc'"),
	  "/devices/1/clips/please: must be a number from 1 to 65535, \"FOLDER/FILE\" or a name of two characters" },
	{ "a clip that the driver cannot play", "'syn6288'", PLAYER("'A': {'file': '10/2'}"),
	  "/devices/1/clips/A/file: must be in a folder up to 9, as the driver is jukebox" },
	{ "a clip without a file", "'syn6288'", PLAYER("'A': {'ms': 2}"), "/devices/1/clips/A: must have \"file\"" },
	{ "a clip's length", "'syn6288'", PLAYER("'A': {'file': 1, 'ms': 0}"), "/devices/1/clips/A/ms: 0 is under 1" },
	{ "a clip's unknown key", "'syn6288'", PLAYER("'A': {'flie': 1}"), "/devices/1/clips/A/flie: unknown key; did you mean \"file\"?" },
	{ "no clips", "'syn6288'", PLAYER(""), "/devices/1/clips/please: missing: calls at window 1 need it" },
	{ "no clip of a prefix", "'syn6288'", PLAYER("'please': 2, 'number': 3, 'to': 4, 'window': 5, 'corrected': 6"),
	  "/devices/1/clips/A: missing: calls at window 1 need it" },
	{ "some English, but not all", "'syn6288'", PLAYER(CLIPS ", 'en.please': 107"),
	  "/devices/1/clips/en.ticket: missing: calls at window 1 need it" },
	{ "clip_ms 99", "'syn6288'", PLAYER(CLIPS) ", 'clip_ms': 99", "/devices/1/clip_ms: 99 is under 100" },
	{ "registers a list", "{'text': 256, 'number': 136}", "[112, 0]", "/devices/2/registers: must be an object" },
	{ "register of the text", "'text': 256", "'text': -2", "/devices/2/registers/text: -2 is under -1" },
	{ "register of the number", "'number': 136", "'number': 65536", "/devices/2/registers/number: 65536 is over 65535" },
	{ "no digits", "'digits': 6", "'digits': 0", "/devices/2/digits: 0 is under 1" },
	{ "too many digits", "'digits': 6", "'digits': 17", "/devices/2/digits: 17 is over 16" },
	{ "a dark number below 0", "'dark': 8888", "'dark': -1", "/devices/2/dark: -1 is under 0" },
	{ "digits of a voice", "'driver': 'syn6288'", "'driver': 'syn6288', 'digits': 4",
	  "/devices/1/digits: is for a sign, but the driver syn6288 is for a voice" },
	{ "keys a list", "{'0C': 'next', '6 0f': 'pass', 'n 2 13': 'transfer'}", "[]", "/devices/3/keys: must be an object such as {\"0C\": \"next\"}" },
	{ "three digits", "'6 0f'", "'6 6 6 0f'", "/devices/3/keys/6 6 6 0f: must be up to two digits or n and a key in hex, such as \"0C\" or \"6 0F\"" },
	{ "no key", "'6 0f'", "'6'", "/devices/3/keys/6: must be up to two digits or n and a key in hex, such as \"0C\" or \"6 0F\"" },
	{ "a key in two spellings", "'6 0f'", "'0c'", "/devices/3/keys/0c: is there already, as next" },
	{ "unknown command", "'next'", "'nxt'", "/devices/3/keys/0C: no choice \"nxt\"; did you mean \"next\"?" },

	/* policy */
	{ "policy a string", "'policy': {'recall': {'max': 4, 'gap_s': 5}, 'passed': {'after': 6, 'max': 0}, 'double_press_s': 3,"
	  "  'hold_s': 60, 'no_answer_s': 90, 'implicit_finish': false, 'print_stale_s': 30, 'max_wait_s': 1800, 'serve_on_s': 900, 'preset': 'strict'}", "'policy': 'fcfs'", "/policy: must be an object" },
	{ "recall a number", "{'max': 4, 'gap_s': 5}", "4", "/policy/recall: must be an object" },
	{ "recall max", "'max': 4", "'max': 100", "/policy/recall/max: 100 is over 99" },
	{ "recall gap", "'gap_s': 5", "'gap_s': 601", "/policy/recall/gap_s: 601 is over 600" },
	{ "passed a number", "{'after': 6, 'max': 0}", "0", "/policy/passed: must be an object" },
	{ "passed after", "'after': 6", "'after': -1", "/policy/passed/after: -1 is under 0" },
	{ "passed max", "'max': 0", "'max': 1e3", "/policy/passed/max: must be a whole number from 0 to 99" },
	{ "double press", "'double_press_s': 3", "'double_press_s': 61", "/policy/double_press_s: 61 is over 60" },
	{ "bookings a number", "'print_stale_s': 30", "'bookings': 3", "/policy/bookings: must be an object" },
	{ "a person's bookings", "'print_stale_s': 30", "'bookings': {'per_person': 100}", "/policy/bookings/per_person: 100 is over 99" },
	{ "booked far ahead", "'print_stale_s': 30", "'bookings': {'days': 32}", "/policy/bookings/days: 32 is over 31" },
	{ "no answer", "'no_answer_s': 90", "'no_answer_s': 3601", "/policy/no_answer_s: 3601 is over 3600" },
	{ "hold", "'hold_s': 60", "'hold_s': -1", "/policy/hold_s: -1 is under 0" },
	{ "undo", "'double_press_s': 3", "'double_press_s': 3, 'undo_s': 121", "/policy/undo_s: 121 is over 120" },
	{ "implicit finish", "'implicit_finish': false", "'implicit_finish': 0", "/policy/implicit_finish: must be true or false" },
	{ "longest wait", "'max_wait_s': 1800", "'max_wait_s': 86401", "/policy/max_wait_s: 86401 is over 86400" },
	{ "served after closing", "'serve_on_s': 900", "'serve_on_s': -1", "/policy/serve_on_s: -1 is under 0" },
	{ "print stale", "'print_stale_s': 30", "'print_stale_s': 3601", "/policy/print_stale_s: 3601 is over 3600" },
	{ "unknown preset", "'strict'", "'stict'", "/policy/preset: no choice \"stict\"; did you mean \"strict\"?" },
	{ "preset a number", "'strict'", "3", "/policy/preset: must be a string, such as \"head-start\"" },
};

static void
test_bad(void **state)
{
	char error[512];
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(error, sizeof(error), "(it was taken)");
		read_edited(bad[i].find, bad[i].replace, error, sizeof(error));
		if (strcmp(error, bad[i].error) != 0) {
			print_error("%s: %s\n", bad[i].what, error);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static const struct { const char *what, *text, *error; } bad_texts[] = {
	{ "nothing", "", "line 1 column 0: '[' or '{' expected near end of file" },
	{ "a list", "[]", "line 1 column 1: must be an object, {\"hall\": ...}" },
	{ "an empty object", "{}", "/hall: missing: The hall as a whole." },
	{ "no services", "{\"hall\": {\"id\": \"h\", \"name\": {\"zh\": \"h\"}}}", "/services: missing: What people take a ticket for." },
	{ "no windows", "{\"hall\": {\"id\": \"h\", \"name\": {\"zh\": \"h\"}}, \"services\": [{\"id\": \"a\", \"name\": {\"zh\": \"a\"}}]}",
	  "/windows: missing: Where people are served." },
	{ "windows empty", "{\"hall\": {\"id\": \"h\", \"name\": {\"zh\": \"h\"}}, \"services\": [{\"id\": \"a\", \"name\": {\"zh\": \"a\"}}],"
	  " \"windows\": []}", "/windows: must have at least 1" },
	{ "window without services",
	  "{\"hall\": {\"id\": \"h\", \"name\": {\"zh\": \"h\"}}, \"services\": [{\"id\": \"a\", \"name\": {\"zh\": \"a\"}}],"
	  " \"windows\": [{\"no\": 1}]}",
	  "/windows/0/services: missing: The services it serves, each an id or {\"id\", \"level\"}; level 1, the default, is called first." },
	{ "devices null", "{\"hall\": {\"id\": \"h\", \"name\": {\"zh\": \"h\"}}, \"devices\": null}", "/devices: must be a list" },
};

static void
test_bad_texts(void **state)
{
	char error[512];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
		if (settings_read(&layout, bad_texts[i].text, strlen(bad_texts[i].text), drivers, error, sizeof(error)) != -1)
			fail_msg("%s: was taken", bad_texts[i].what);
		if (strcmp(error, bad_texts[i].error) != 0)
			fail_msg("%s: \"%s\" is not \"%s\"", bad_texts[i].what, error, bad_texts[i].error);
	}
}

static void
test_too_long(void **state)
{
	char *text = edit(good, "'h1'", "'h1'"), *longer, error[128];

	(void)state;
	assert_true(asprintf(&longer, "%-*s", SETTINGS_BYTES_MAX, text) == SETTINGS_BYTES_MAX);
	assert_int_equal(settings_read(&layout, longer, SETTINGS_BYTES_MAX, drivers, error, sizeof(error)), 0);
	free(longer);
	assert_true(asprintf(&longer, "%-*s", SETTINGS_BYTES_MAX + 1, text) == SETTINGS_BYTES_MAX + 1);
	assert_int_equal(settings_read(&layout, longer, SETTINGS_BYTES_MAX + 1, drivers, error, sizeof(error)), -1);
	assert_string_equal(error, "line 1 column 1: 1048577 bytes are over 1048576");
	free(longer);
	free(text);
}

/* A short buffer holds the beginning, in whole characters. */
static void
test_short_error(void **state)
{
	char error[20];

	(void)state;
	assert_int_equal(read_edited("'max': 4", "'大大大': 4", error, sizeof(error)), -1);
	assert_string_equal(error, "/policy/recall/大");
}

static void
test_all_given(void **state)
{
	const struct window_layout *w;
	const struct device *d;
	char error[256] = "";

	(void)state;
	if (read_edited("'h1'", "'h1'", error, sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_string_equal(layout.id, "h1");
	assert_string_equal(layout.name.in[LANG_ZH], "大厅");
	assert_string_equal(layout.name.in[LANG_EN], "Hall");
	assert_true(layout.speaks[LANG_EN]);
	assert_int_equal(layout.day_starts_min, 5 * 60 + 30);
	assert_int_equal(layout.proxy_count, 2);
	assert_string_equal(layout.proxies[1], "::1");
	assert_string_equal(layout.public_url, "https://hall.example/t/");

	assert_int_equal(layout.service_count, 2);
	assert_string_equal(layout.service[0].prefix, "AB");
	assert_string_equal(layout.service[0].bring.in[LANG_EN], "ID card");
	assert_string_equal(layout.service[0].group.in[LANG_EN], "Business");
	assert_int_equal(layout.service[0].first, 100);
	assert_int_equal(layout.service[0].last, 299);
	assert_int_equal(layout.service[0].width, 4);
	assert_int_equal(layout.service[0].target_wait_s, 900);
	assert_int_equal(layout.service[0].nominal_s, 240);
	assert_int_equal(layout.service[0].real_name, REAL_NAME_REQUIRED);
	assert_int_equal(layout.service[1].real_name, REAL_NAME_NONE);

	assert_int_equal(layout.class_count, 2);
	assert_int_equal(layout.class[1].base_s, 600);
	assert_int_equal(layout.class[1].rate, 1250);
	assert_int_equal(layout.class[1].proof, PROOF_ID_AGE);
	assert_true(layout.class[1].strict);

	assert_int_equal(layout.zone[0].voice, 1);
	assert_int_equal(layout.zone[0].volume, 55);

	assert_int_equal(layout.window_count, 3);
	w = layout_window(&layout, 1);
	assert_int_equal(w->zone, 0);
	assert_int_equal(w->level[0], 1);
	assert_int_equal(w->level[1], 2);
	assert_true(w->start_key && w->auto_call);
	assert_int_equal(w->sign.device, 2);
	assert_int_equal(w->sign.address, 7);
	assert_int_equal(w->sign.area, 3);
	assert_int_equal(w->keypad.device, 3);
	assert_int_equal(w->keypad.address, 9);
	assert_ptr_equal(layout_window(&layout, 20), &layout.window[1]);
	assert_int_equal(layout.window[1].level[0], 0);
	assert_int_equal(layout.window[1].level[1], 1);
	assert_int_equal(layout.window[1].rater.address, 30);
	assert_memory_equal(layout.window[1].grade, "\1\5\0\0\0\0\0\0", GRADES_MAX);
	assert_int_equal(layout.window[2].rater.device, 3);
	assert_memory_equal(layout.window[2].grade, "\5\4\3\2\0\0\0\0", GRADES_MAX);
	assert_null(layout_window(&layout, 2));

	assert_int_equal(layout.device_count, 4);
	assert_int_equal(layout.device[0].width_mm, 58);
	assert_string_equal(layout.device[0].kiosk, "k1");
	assert_string_equal(layout.device[1].port, "tcp://10.0.0.9:4001");
	d = &layout.device[2];
	assert_int_equal(d->baud, 57600);
	assert_true(d->rs485);
	assert_int_equal(d->answer_ms, 500);
	assert_int_equal(d->area_x, 1);
	assert_int_equal(d->area_y, 2);
	assert_int_equal(d->area_width, 24);
	assert_int_equal(d->area_height, 16);
	assert_int_equal(d->text_register, 256);
	assert_int_equal(d->number_register, 136);
	assert_int_equal(d->digits, 6);
	assert_int_equal(d->dark_number, 8888);
	assert_int_equal(d->area_step, 17);
	d = &layout.device[3];
	assert_int_equal(d->key_count, 3);
	assert_int_equal(d->keys[0].digit_count, 0);
	assert_int_equal(d->keys[0].key, 0x0c);
	assert_string_equal(d->keys[0].command, "next");
	assert_int_equal(d->keys[1].digit_count, 1);
	assert_int_equal(d->keys[1].digits[0], 6);
	assert_int_equal(d->keys[1].key, 0x0f);
	assert_int_equal(d->keys[2].digit_count, 2);
	assert_int_equal(d->keys[2].digits[0], KEY_ANY_DIGIT);
	assert_int_equal(d->keys[2].digits[1], 2);
	assert_string_equal(d->keys[2].command, "transfer");

	assert_int_equal(layout.policy.recall_max, 4);
	assert_int_equal(layout.policy.recall_gap_s, 5);
	assert_int_equal(layout.policy.passed_after, 6);
	assert_int_equal(layout.policy.passed_max, 0);
	assert_int_equal(layout.policy.double_press_s, 3);
	assert_int_equal(layout.policy.hold_s, 60);
	assert_int_equal(layout.policy.no_answer_s, 90);
	assert_false(layout.policy.implicit_finish);
	assert_int_equal(layout.policy.print_stale_s, 30);
	assert_int_equal(layout.policy.max_wait_s, 1800);
	assert_int_equal(layout.policy.serve_on_s, 900);
	assert_int_equal(layout.policy.preset, PRESET_STRICT);
}

static void
test_defaults(void **state)
{
	static const char text[] =
	    "{\"hall\": {\"id\": \"h\", \"name\": {\"zh\": \"厅\"}},"
	    " \"services\": [{\"id\": \"a\", \"name\": {\"zh\": \"甲\"}}],"
	    " \"windows\": [{\"no\": 8, \"services\": [\"a\"]}],"
	    " \"devices\": [{\"id\": \"p\", \"driver\": \"escpos\", \"port\": \"./p\"}]}";
	const struct device *d = &layout.device[0];
	const struct window_layout *w = &layout.window[0];
	char error[256] = "";

	(void)state;
	if (settings_read(&layout, text, strlen(text), drivers, error, sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_string_equal(layout.name.in[LANG_EN], "");
	assert_string_equal(layout.timezone, "Asia/Shanghai");
	assert_true(layout.speaks[LANG_ZH]);
	assert_false(layout.speaks[LANG_EN]);
	assert_int_equal(layout.day_starts_min, 240);
	assert_int_equal(layout.retention_days, 180);
	assert_string_equal(layout.listen, "127.0.0.1:8080");
	assert_int_equal(layout.proxy_count, 1);
	assert_string_equal(layout.proxies[0], "127.0.0.1");
	assert_string_equal(layout.public_url, "");

	assert_string_equal(layout.service[0].prefix, "");
	assert_string_equal(layout.service[0].bring.in[LANG_ZH], "");
	assert_string_equal(layout.service[0].group.in[LANG_ZH], "");
	assert_int_equal(layout.service[0].first, 1);
	assert_int_equal(layout.service[0].last, 999);
	assert_int_equal(layout.service[0].width, 3);
	assert_int_equal(layout.service[0].target_wait_s, 0);
	assert_int_equal(layout.service[0].nominal_s, 0);

	assert_int_equal(layout.class_count, 1);
	assert_string_equal(layout.class[0].id, "ordinary");
	assert_string_equal(layout.class[0].name.in[LANG_ZH], "普通");
	assert_string_equal(layout.class[0].name.in[LANG_EN], "Ordinary");
	assert_int_equal(layout.class[0].base_s, 0);
	assert_int_equal(layout.class[0].rate, 1000);
	assert_int_equal(layout.class[0].proof, PROOF_NONE);
	assert_false(layout.class[0].strict);

	assert_int_equal(layout.zone_count, 0);
	assert_int_equal(w->zone, -1);
	assert_int_equal(w->sign.device, -1);
	assert_int_equal(w->keypad.device, -1);
	assert_int_equal(w->rater.device, -1);
	assert_false(w->start_key || w->auto_call);

	assert_int_equal(d->baud, 0);
	assert_false(d->rs485);
	assert_int_equal(d->answer_ms, 0);
	assert_int_equal(d->width_mm, 80);
	assert_string_equal(d->kiosk, "");
	assert_int_equal(d->qr, QR_NATIVE);
	assert_string_equal(d->stand_in, "");
	assert_int_equal(d->roll_m, 0);
	assert_int_equal(d->area_width, 0);
	assert_int_equal(d->key_count, 0);

	assert_int_equal(layout.policy.recall_max, 2);
	assert_int_equal(layout.policy.recall_gap_s, 10);
	assert_int_equal(layout.policy.passed_after, 3);
	assert_int_equal(layout.policy.passed_max, 1);
	assert_int_equal(layout.policy.double_press_s, 2);
	assert_int_equal(layout.policy.undo_s, 10);
	assert_int_equal(layout.policy.hold_s, 900);
	assert_int_equal(layout.policy.no_answer_s, 0);
	assert_true(layout.policy.implicit_finish);
	assert_int_equal(layout.policy.max_wait_s, 3600);
	assert_int_equal(layout.policy.serve_on_s, SERVE_ALL);
	assert_int_equal(layout.policy.print_stale_s, 60);
	assert_int_equal(layout.policy.preset, PRESET_HEAD_START);
}

static const struct {
	const char *what;
	const char *find, *replace;
	int address;		/* of the sign of window 20 */
} seat_defaults[] = {
	{ "address left out", "'address': 7, 'area': 4", "'area': 4", 1 },
	{ "area left out", "'address': 7, 'area': 4", "'address': 9", 9 },
};

static void
test_seat_defaults(void **state)
{
	char error[256] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(seat_defaults) / sizeof(seat_defaults[0]); i++) {
		if (read_edited(seat_defaults[i].find, seat_defaults[i].replace, error, sizeof(error)) == -1)
			fail_msg("%s: %s", seat_defaults[i].what, error);
		if (layout.window[1].sign.address != seat_defaults[i].address)
			fail_msg("%s: address %d", seat_defaults[i].what, layout.window[1].sign.address);
	}
}

/* Where recorded words are, and which a hall can do without. */
static void
test_clips(void **state)
{
	static const struct { const char *what, *window, *clips, *error; } rows[] = {
		{ "all that window 1 needs", "'no': 1,", CLIPS, "" },
		{ "window 12 needs ten", "'no': 12,", CLIPS, "/devices/1/clips/ten: missing: calls at window 12 need it" },
		{ "and no hundred", "'no': 12,", CLIPS ", 'ten': 20", "" },
		{ "window 105 needs hundred", "'no': 105,", CLIPS ", 'ten': 20", "/devices/1/clips/hundred: missing: calls at window 105 need it" },
		{ "and no ten", "'no': 105,", CLIPS ", 'hundred': 20", "" },
		{ "English", "'no': 1,", CLIPS "," CLIPS_EN, "" },
		{ "English at window 12", "'no': 12,", CLIPS ", 'ten': 20," CLIPS_EN, "/devices/1/clips/en.12: missing: calls at window 12 need it" },
		{ "a chime is not needed, but may be", "'no': 1,", CLIPS ", 'chime': 1", "" },
	};
	char error[256], player[1024], *text, *other;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(player, sizeof(player), PLAYER("%s"), rows[i].clips);
		text = edit(good, "'syn6288'", player);
		other = edit(text, "\"no\": 1,", rows[i].window);
		error[0] = '\0';
		settings_read(&layout, other, strlen(other), drivers, error, sizeof(error));
		if (strcmp(error, rows[i].error) != 0)
			fail_msg("%s: %s", rows[i].what, error);
		free(text);
		free(other);
	}
}

static void
test_clip_files(void **state)
{
	const struct clip *c = layout.device[1].clip;
	char error[256] = "";

	(void)state;
	if (read_edited("'syn6288'", PLAYER(CLIPS ", 'chime': '7/0012', 'C': 'Z1', 'D': {'file': 65535, 'ms': 640}") ", 'clip_ms': 500", error,
	    sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_int_equal(layout.device[1].clip_ms, 500);
	assert_int_equal(c[CLIP_PLEASE].file, 2);
	assert_int_equal(c[CLIP_PLEASE].ms, 0);
	assert_int_equal(c[CLIP_0 + 9].file, 19);
	assert_int_equal(c[CLIP_CHIME].folder, 7);
	assert_int_equal(c[CLIP_CHIME].file, 12);
	assert_string_equal(c[CLIP_A + 2].name, "Z1");
	assert_int_equal(c[CLIP_A + 2].file, 0);
	assert_int_equal(c[CLIP_A + 3].file, 65535);
	assert_int_equal(c[CLIP_A + 3].ms, 640);
	assert_true(clip_there(&c[CLIP_A + 2]));
	assert_false(clip_there(&c[CLIP_TEN]));
}

static void
test_hours(void **state)
{
	const struct hours *h = &layout.zone[0].hours;
	char error[256] = "";

	(void)state;
	assert_int_equal(read_edited("55", "55", error, sizeof(error)), 0);
	assert_int_equal(h->count, 0);
	if (read_edited("55", "55, 'hours': [{'days': [1, 7], 'open': '09:05', 'close': '12:00'}, {'open': '13:00', 'close': '23:59'}]", error,
	    sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_int_equal(h->count, 2);
	assert_int_equal(h->row[0].days, 0x41);
	assert_int_equal(h->row[0].open_min, 9 * 60 + 5);
	assert_int_equal(h->row[0].close_min, 12 * 60);
	assert_int_equal(h->row[1].days, 0x7F);
}

static void
test_opening(void **state)
{
	const struct service *s = &layout.service[0];
	char error[256] = "";

	(void)state;
	if (read_edited("240", "240, 'hours': [{'days': [1], 'open': '09:00', 'close': '12:00', 'ticket_from': '08:30'},"
	    " {'open': '13:00', 'close': '17:00', 'ticket_until': '16:30'}],"
	    " 'quota': {'day': 0, 'per_person': 2, 'segments': [{'from': '09:00', 'to': '10:00', 'limit': 20}]},"
	    " 'remote': {'quota': 7, 'from': '07:30', 'checkin_s': 600},"
	    " 'slots': [{'days': [1, 7], 'from': '09:00', 'to': '10:00', 'limit': 4}, {'from': '10:00', 'to': '11:00', 'limit': 3}]",
	    error, sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_int_equal(s->hours.count, 2);
	assert_int_equal(s->hours.row[0].from_min, 8 * 60 + 30);
	assert_int_equal(s->hours.row[0].until_min, -1);
	assert_int_equal(s->hours.row[1].from_min, -1);
	assert_int_equal(s->hours.row[1].until_min, 16 * 60 + 30);
	assert_int_equal(s->quota_day, 0);
	assert_int_equal(s->quota_person, 2);
	assert_int_equal(s->segment_count, 1);
	assert_int_equal(s->segment[0].to_min, 600);
	assert_int_equal(s->segment[0].limit, 20);
	assert_int_equal(s->real_name, REAL_NAME_REQUIRED);
	assert_int_equal(s->remote.quota, 7);
	assert_int_equal(s->remote.from_min, 7 * 60 + 30);
	assert_int_equal(s->remote.checkin_s, 600);
	assert_int_equal(s->slot_count, 2);
	assert_int_equal(s->slot[0].days, 0x41);
	assert_int_equal(s->slot[0].from_min, 540);
	assert_int_equal(s->slot[1].days, 0x7F);
	assert_int_equal(s->slot[1].to_min, 660);
	assert_int_equal(s->slot[1].limit, 3);
	/* What is left out. */
	assert_true(layout.service[1].remote.checkin_s < 1);
	assert_int_equal(layout.service[1].slot_count, 0);
	assert_int_equal(layout.service[1].hours.count, 0);
	assert_int_equal(layout.service[1].quota_day, -1);
	assert_int_equal(layout.service[1].quota_person, 0);
	assert_int_equal(layout.service[1].segment_count, 0);
	assert_int_equal(layout.service[1].real_name, REAL_NAME_NONE);

	if (read_edited("'classes'", CALENDAR("{'date': '2028-02-29', 'kind': 'makeup', 'hours': [{'open': '10:00', 'close': '12:00'}],"
	    " 'note': {'zh': '补班', 'en': 'Working day'}}"), error, sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_int_equal(layout.calendar_count, 1);
	assert_int_equal(layout.calendar[0].date, 20280229);
	assert_int_equal(layout.calendar[0].kind, DAY_MAKEUP);
	assert_int_equal(layout.calendar[0].hours.row[0].open_min, 600);
	assert_string_equal(layout.calendar[0].note.in[LANG_EN], "Working day");
}

static void
test_push(void **state)
{
	const struct push *p = &layout.push[0];
	char error[256] = "";

	(void)state;
	if (read_edited("'listen':", PUSH("{'url': 'https://a.example/push', 'secrets': [{'file': '/etc/halld/old'}, {'env': 'NEW'}],"
	    " 'kinds': ['queue.tickets', 'ticket.called'], 'commands': true}, {'url': 'http://127.0.0.1:8090/push', " SECRET "}"),
	    error, sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_int_equal(layout.push_count, 2);
	assert_string_equal(p->url, "https://a.example/push");
	assert_int_equal(p->secret_count, 2);
	assert_string_equal(p->secret[0].file, "/etc/halld/old");
	assert_string_equal(p->secret[1].env, "NEW");
	assert_true(p->kinds == (UINT64_C(1) << PUSH_TICKETS | UINT64_C(1) << push_kind(fact_find("ticket.called"))));
	assert_true(p->commands);
	/* What is left out. */
	assert_true(p[1].kinds == 0 && !p[1].commands);
}

/* What is for staff alone goes to no endpoint. */
static void
test_push_kinds(void **state)
{
	const char *const *names = push_kinds();
	int count = 0;

	(void)state;
	for (; names[count] != NULL; count++)
		if (count >= PUSH_STATES && kinds[fact_find(names[count])].audience != TO_PUBLIC)
			fail_msg("%s", names[count]);
	for (int i = 0; i < FACT_KINDS; i++)
		count -= kinds[i].audience == TO_PUBLIC;
	assert_int_equal(count, PUSH_STATES);
}

#define UNSET CLASS_FROM_PRESET

/* Three classes as they are given and as they become. */
static const struct {
	const char	*what;
	enum preset	 preset;
	struct class	 class[3];
	struct { int base_s, rate; bool strict; } is[3];
} presets[] = {
	{ "head-start: 15 min ahead, first is strict", PRESET_HEAD_START,
	  { { "ordinary", .base_s = UNSET, .rate = UNSET }, { "elderly", .base_s = UNSET, .rate = UNSET },
	    { "first", .base_s = UNSET, .rate = UNSET } },
	  { { 0, 1000, false }, { 900, 1000, false }, { 900, 1000, true } } },
	{ "fcfs: all alike", PRESET_FCFS,
	  { { "ordinary", .base_s = UNSET, .rate = UNSET }, { "elderly", .base_s = UNSET, .rate = UNSET },
	    { "first", .base_s = UNSET, .rate = UNSET } },
	  { { 0, 1000, false }, { 0, 1000, false }, { 0, 1000, false } } },
	{ "accumulate: the others twice as fast", PRESET_ACCUMULATE,
	  { { "ordinary", .base_s = UNSET, .rate = UNSET }, { "elderly", .base_s = UNSET, .rate = UNSET },
	    { "first", .base_s = UNSET, .rate = UNSET } },
	  { { 0, 1000, false }, { 0, 2000, false }, { 0, 2000, false } } },
	{ "strict: all but the first of the list", PRESET_STRICT,
	  { { "ordinary", .base_s = UNSET, .rate = UNSET }, { "elderly", .base_s = UNSET, .rate = UNSET },
	    { "first", .base_s = UNSET, .rate = UNSET } },
	  { { 0, 1000, false }, { 0, 1000, true }, { 0, 1000, true } } },
	{ "what is given stays", PRESET_ACCUMULATE,
	  { { "ordinary", .base_s = 60, .rate = UNSET }, { "elderly", .base_s = 0, .rate = 1500 },
	    { "first", .base_s = 30, .rate = UNSET } },
	  { { 60, 1000, false }, { 0, 1500, false }, { 30, 2000, false } } },
	{ "an old strictness does not stay", PRESET_FCFS,
	  { { "ordinary", .base_s = 0, .rate = 1000 }, { "elderly", .base_s = 0, .rate = 1000, .strict = true },
	    { "first", .base_s = 0, .rate = 1000, .strict = true } },
	  { { 0, 1000, false }, { 0, 1000, false }, { 0, 1000, false } } },
};

static void
test_presets(void **state)
{
	struct class class[3];

	(void)state;
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		memcpy(class, presets[i].class, sizeof(class));
		preset_fill(class, 3, presets[i].preset);
		for (int c = 0; c < 3; c++)
			if (class[c].base_s != presets[i].is[c].base_s || class[c].rate != presets[i].is[c].rate ||
			    class[c].strict != presets[i].is[c].strict)
				fail_msg("%s: class %d is {%d, %d, %d}", presets[i].what, c, class[c].base_s,
				    class[c].rate, class[c].strict);
	}
}

static const struct { const char *what, *path, *value; bool right; } singles[] = {
	{ "any address of 127/8", "/listen", "127.255.0.13:1", true },
	{ "IPv6 loopback", "/listen", "[::1]:65535", true },
	{ "another IPv6 address", "/listen", "[::2]:80", false },
	{ "a name", "/listen", "localhost:80", false },
	{ "port 0", "/listen", "127.0.0.1:0", false },
	{ "no such address", "/listen", "127.0.0.256:80", false },
	{ "a longer one", "/listen", "127.0.0.1:80 ", false },
	{ "by-id path with colons", "/devices/*/port", "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2", true },
	{ "https", "/public_url", "https://hall.example", true },
	{ "no host", "/public_url", "https:///t/", false },
	{ "a host and no more", "/push/*/url", "https://queue.example.gov.cn", true },
	{ "a port and a query with an @", "/push/*/url", "https://queue.example.gov.cn:8443/push?hall=a@b", true },
	{ "a query behind the host", "/push/*/url", "https://queue.example.gov.cn?hall=a@b", true },
	{ "this machine", "/push/*/url", "http://127.0.0.1:8090/push", true },
	{ "this machine by IPv6", "/push/*/url", "http://[::1]/push", true },
	{ "this machine by name", "/push/*/url", "http://localhost", true },
	{ "no such port", "/push/*/url", "http://127.0.0.1:65536/push", false },
	{ "a name behind a backslash", "/push/*/url", "https://queue.example.gov.cn\\@evil.example/", false },
	{ "a part of a page", "/push/*/url", "https://queue.example.gov.cn/push#a", false },
};

static void
test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++)
		if ((settings_wrong(singles[i].path, singles[i].value) == NULL) != singles[i].right)
			fail_msg("%s: %s", singles[i].what, singles[i].value);
}

static void
test_sample_hall(void **state)
{
	char *text, error[256] = "";
	size_t len;

	(void)state;
	assert_non_null(text = file_read("etc/hall.json", SETTINGS_BYTES_MAX, &len));
	if (settings_read(&layout, text, len, drivers, error, sizeof(error)) == -1)
		fail_msg("%s", error);
	assert_int_equal(layout.service_count, 4);
	assert_int_equal(layout.window_count, 6);
	assert_int_equal(layout.device_count, 7);
	assert_int_equal(layout.class[1].base_s, 900);
	assert_true(layout.class[2].strict);
	assert_true(layout_window(&layout, 6)->start_key);
	for (int i = 0; i < layout.service_count; i++)
		assert_string_not_equal(layout.service[i].name.in[LANG_EN], "");
	free(text);
}

/* The schema as it is printed.  New. */
static char *
print_schema(void)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	settings_schema(out);
	fclose(out);
	return text;
}

static void
test_schema_file(void **state)
{
	char *text, *printed = print_schema();
	size_t len;

	(void)state;
	assert_non_null(text = file_read("etc/hall.schema.json", SETTINGS_BYTES_MAX, &len));
	assert_string_equal(text, printed);
	free(text);
	free(printed);
}

/* Does an error begin with this path, * being any place? */
static bool
error_at(const char *error, const char *path)
{
	for (; *path != '\0'; path++)
		if (*path == '*')
			error += strspn(error, "0123456789");
		else if (*error++ != *path)
			return false;
	return *error == ':' || *error == '/';
}

/* Every setting is described, and a row above is refused because of it. */
static void
require_rows(const char *path, json_t *schema)
{
	const char *name;
	json_t *setting, *items;
	char below[128];
	size_t i;

	json_object_foreach(json_object_get(schema, "properties"), name, setting) {
		snprintf(below, sizeof(below), "%s/%s", path, name);
		if (json_string_length(json_object_get(setting, "description")) < 10)
			fail_msg("%s has no sentence", below);
		for (i = 0; i < sizeof(bad) / sizeof(bad[0]) && !error_at(bad[i].error, below); i++)
			;
		if (i == sizeof(bad) / sizeof(bad[0]))
			fail_msg("no row of bad[] is refused for %s", below);
		require_rows(below, setting);
		if ((items = json_object_get(setting, "items")) != NULL) {
			snprintf(below, sizeof(below), "%s/%s/*", path, name);
			require_rows(below, items);
		}
	}
}

static void
test_every_setting(void **state)
{
	char *text = print_schema();
	json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	(void)state;
	assert_non_null(schema);
	assert_int_equal(json_object_size(json_object_get(schema, "properties")), 15);
	require_rows("", schema);
	json_decref(schema);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_short_error),
		cmocka_unit_test(test_all_given),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_seat_defaults),
		cmocka_unit_test(test_clips),
		cmocka_unit_test(test_clip_files),
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_opening),
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_push_kinds),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_sample_hall),
		cmocka_unit_test(test_schema_file),
		cmocka_unit_test(test_every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
