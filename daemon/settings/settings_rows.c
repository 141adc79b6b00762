/*
 * The settings of hall.json, a row each.
 *
 * The order is that in which they are read: what is referred to stands before
 * what refers to it.
 */
#include <jansson.h>
#include <string.h>

#include "daemon/settings/settings_rows.h"
#include "daemon/core/rule/preset.h"
#include "protocols/clips.h"

#define FIELD(type, field) \
	.at = offsetof(struct type, field), .size = sizeof(((struct type *)0)->field)
#define ROWS(field, field_count) \
	.at = offsetof(struct layout, field), .size = sizeof(((struct layout *)0)->field[0]), \
	.count_at = offsetof(struct layout, field_count)

/* Rows of hours, in the field `hours` of each row of a list. */
#define HOURS(path, type, what_for) \
	{ path, LIST, .at = offsetof(struct type, hours.row), .size = sizeof(struct hours_row), \
	  .count_at = offsetof(struct type, hours.count), .least = 0, .most = HOURS_MAX, .fallback = "[]", \
	  .what = what_for }, \
	{ path "/*/open", TIME_OF_DAY, FIELD(hours_row, open_min), \
	  .what = "From when, HH:MM." }, \
	{ path "/*/close", TIME_OF_DAY, FIELD(hours_row, close_min), \
	  .what = "Until when, HH:MM; later than open." }
#define HOURS_DAYS(path) HOURS_DAYS_OF(path, hours_row)
#define HOURS_DAYS_OF(path, type) \
	{ path "/*/days", DAYS, FIELD(type, days), .fallback = "[1, 2, 3, 4, 5, 6, 7]", \
	  .what = "Days of the week, 1 Monday to 7 Sunday." }
#define HOURS_TICKETS(path) \
	{ path "/*/ticket_from", TIME_OF_DAY, FIELD(hours_row, from_min), .fallback = NONE, \
	  .what = "From when tickets are to be had, HH:MM, not later than close; left out: from open." }, \
	{ path "/*/ticket_until", TIME_OF_DAY, FIELD(hours_row, until_min), .fallback = NONE, \
	  .what = "Until when tickets are to be had, HH:MM, not later than close; left out: until close." }

/* Points of one kind; the least score for place + 1 stars. */
#define POINTS(name, of, value, what_for) \
	{ "/office/points/" name, INTEGER, FIELD(layout, office.points[of]), .least = -100, .most = 100, .fallback = value, .what = what_for }
#define LEAST(name, place, value, what_for) \
	{ "/office/stars/" name, INTEGER, FIELD(layout, office.stars[place]), .least = -1000, .most = 1000, .fallback = value, .what = what_for }

#define BYTE	"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define PORT	"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"

#define ID	.pattern = ID_PATTERN, .right = "must be 1 to 23 of the characters A-Z a-z 0-9 . _ -"

_Static_assert(CLIP_WORDS <= CLIPS_MAX, "a device has room for all clips");

/* A reference finds an id at the start of each row. */
_Static_assert(offsetof(struct service, id) == 0 && offsetof(struct class, id) == 0 &&
    offsetof(struct zone, id) == 0 && offsetof(struct device, id) == 0, "ids come first");

const char NONE[] = "";

const char *const language_names[] = { [LANG_ZH] = "zh", [LANG_EN] = "en", NULL };

static const char *const proofs[] = {
	[PROOF_NONE] = "none", [PROOF_ID_AGE] = "id_age", [PROOF_STAFF] = "staff", NULL
};

static const char *const day_kinds[] = {
	[DAY_WORK] = "work", [DAY_REST] = "rest", [DAY_MAKEUP] = "makeup", NULL
};

static const char *const qrs[] = {
	[QR_NATIVE] = "native", [QR_RASTER] = "raster", [QR_NONE] = "none", NULL
};

const struct setting settings[] = {
	{ "/hall", OBJECT,
	  .what = "The hall as a whole." },
	{ "/hall/id", STRING, FIELD(layout, id), ID,
	  .what = "What programs call the hall, such as \"qingshan\"." },
	{ "/hall/name", TEXT, FIELD(layout, name),
	  .what = "The hall's name, first line of every ticket." },
	{ "/hall/timezone", STRING, FIELD(layout, timezone), .fallback = "Asia/Shanghai",
	  .pattern = "^[A-Za-z][A-Za-z0-9_+/-]{0,38}$",
	  .right = "must be a time zone's name such as \"Asia/Shanghai\"",
	  .what = "Time zone of the hall, by its name in the system's zoneinfo." },
	{ "/hall/languages", LANGUAGE_LIST, FIELD(layout, speaks), .fallback = "[\"zh\"]",
	  .what = "Languages a visitor may choose; zh is always one." },
	{ "/hall/day_starts", TIME_OF_DAY, FIELD(layout, day_starts_min), .fallback = "04:00",
	  .what = "When a business day begins, HH:MM; numbers start anew with it." },
	{ "/hall/retention_days", INTEGER, FIELD(layout, retention_days), .least = 1, .most = 3650, .fallback = "180",
	  .what = "Days for which what people said is kept, such as reasons and comments; then it is erased, in the copies of the"
	      " database too." },

	{ "/listen", STRING, FIELD(layout, listen), .fallback = "127.0.0.1:8080",
	  .pattern = "^(127\\." BYTE "\\." BYTE "\\." BYTE "|\\[::1\\]):" PORT "$",
	  .right = "must be ADDR:PORT of this machine alone, such as 127.0.0.1:8080 or [::1]:8080;"
	      " other machines come through nginx",
	  .what = "Where halld answers HTTP, ADDR:PORT on loopback." },
	{ "/proxies", ADDRESS_LIST, FIELD(layout, proxies), .fallback = "[\"127.0.0.1\"]",
	  .what = "Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed." },
	{ "/public_url", STRING, FIELD(layout, public_url), .fallback = NONE,
	  .pattern = "^https?://[^/ ][^ ]*$",
	  .right = "must be a URL that begins with https:// or http://",
	  .what = "Prefix of a ticket's page as phones reach it; left out: no QR code on paper." },

	{ "/push", LIST, ROWS(push, push_count), .least = 0, .most = PUSH_MAX, .fallback = "[]",
	  .what = "Endpoints outside the hall that are told what happens, such as a mini-program's." },
	{ "/push/*/url", STRING, FIELD(push, url), .quiet = true,
	  .pattern = "^(https://[^/?#@ ]+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:" PORT ")?)([/?][^# ]*)?$",
	  .right = "must be a URL that begins with https://, or with http:// to this machine alone, without name and password",
	  .what = "Where it is told by POST." },
	{ "/push/*/secrets", LIST, .at = offsetof(struct push, secret), .size = sizeof(struct secret_place),
	  .count_at = offsetof(struct push, secret_count), .least = 1, .most = PUSH_SECRETS,
	  .what = "What both know and what is told is signed with; two while they change." },
	{ "/push/*/secrets/*/file", STRING, FIELD(secret_place, file), .fallback = NONE, .quiet = true, .pattern = "^/",
	  .right = "must be the path of a file, from / on",
	  .what = "A file that has the secret, whsec_ and base64." },
	{ "/push/*/secrets/*/env", STRING, FIELD(secret_place, env), .fallback = NONE, .quiet = true,
	  .pattern = "^[A-Za-z_][A-Za-z0-9_]*$", .right = "must be the name of a variable of the environment",
	  .what = "Likewise, a variable of the environment." },
	{ "/push/*/kinds", NAME_SET, FIELD(push, kinds), .fallback = NONE,
	  .what = "What it is told; left out: all that there is." },
	{ "/push/*/commands", FLAG, FIELD(push, commands), .fallback = "false",
	  .what = "Whether what residents do there, such as taking a ticket, is fetched from it." },
	{ "/push/*/gzip", FLAG, FIELD(push, gzip), .fallback = "false",
	  .what = "Whether the states, which are long, are sent with Content-Encoding gzip; it must know that." },

	{ "/backup", OBJECT, .fallback = "{}",
	  .what = "Copies of the database, made after each day." },
	{ "/backup/folder", STRING, FIELD(layout, backup.folder), .fallback = NONE, .pattern = "^/",
	  .right = "must be the path of a folder, from / on",
	  .what = "A second place for the copies of the database, such as another disk; the first is the state's folder backup." },
	{ "/backup/keep", INTEGER, FIELD(layout, backup.keep), .least = 1, .most = 200, .fallback = "7",
	  .what = "How many copies are kept, the newest ones." },

	{ "/devices", LIST, ROWS(device, device_count), .least = 0, .most = DEVICES_MAX, .fallback = "[]",
	  .what = "Printers, voice modules, signs and keypads." },
	{ "/devices/*/id", STRING, FIELD(device, id), ID,
	  .what = "What the rest of this file calls the device." },
	{ "/devices/*/driver", DRIVER, FIELD(device, driver),
	  .what = "How to talk to it; halld -L lists the drivers." },
	{ "/devices/*/port", STRING, FIELD(device, port),
	  .pattern = "^((tcp|rfc2217)://[^ ]+:" PORT "|[^:]*/.*)$",
	  .right = "must be a path with a / in it, tcp://HOST:PORT or rfc2217://HOST:PORT",
	  .what = "Where it is connected: a path, best below /dev/serial/by-id, or tcp://HOST:PORT or"
	      " rfc2217://HOST:PORT; devices may share one." },
	{ "/devices/*/baud", INTEGER, FIELD(device, baud), .least = 0, .most = 4000000, .fallback = "0",
	  .what = "Speed of its line, bits a second; 0: as its driver says." },
	{ "/devices/*/rs485", FLAG, FIELD(device, rs485), .fallback = "false",
	  .what = "Whether the kernel has to switch its line between sending and hearing, as at RS-485 pins of the board itself;"
	      " adapters and device servers do so by themselves." },
	{ "/devices/*/answer_ms", INTEGER, FIELD(device, answer_ms), .least = 0, .most = 60000, .fallback = "0",
	  .what = "How long to wait for its answer, milliseconds; 0: as its driver says." },
	{ "/devices/*/width_mm", PAPER_WIDTH, FIELD(device, width_mm), .fallback = "80", .driver = "printer",
	  .what = "Printers: width of the paper, 58 or 80 millimetres." },
	{ "/devices/*/kiosk", STRING, FIELD(device, kiosk), ID, .fallback = NONE, .driver = "printer, scanner or reader",
	  .what = "Printers, scanners and readers of cards: the kiosk that they stand at." },
	{ "/devices/*/qr", CHOICE, FIELD(device, qr), .names = qrs, .fallback = "native", .driver = "printer",
	  .what = "Printers: how a QR code gets onto paper: by the printer itself (native), as a picture (raster), or not at all"
	      " (none)." },
	{ "/devices/*/stand_in", STRING, FIELD(device, stand_in), ID, .fallback = NONE, .driver = "printer",
	  .what = "Printers: the printer that takes over while this one cannot print; left out: tickets wait." },
	{ "/devices/*/roll_m", INTEGER, FIELD(device, roll_m), .least = 0, .most = 1000, .fallback = "0", .driver = "printer",
	  .what = "Printers: length of a new roll of paper in metres; 0: not known, nor how much is left." },
	{ "/devices/*/area", OBJECT, .fallback = "{}", .driver = "sign",
	  .what = "Signs: the part of the panel to write on; left out: as the driver says." },
	{ "/devices/*/area/x", INTEGER, FIELD(device, area_x), .least = 0, .most = 65535, .fallback = "0",
	  .what = "Left edge, in the card's units." },
	{ "/devices/*/area/y", INTEGER, FIELD(device, area_y), .least = 0, .most = 65535, .fallback = "0",
	  .what = "Upper edge of area 0, in the card's units." },
	{ "/devices/*/area/width", INTEGER, FIELD(device, area_width), .least = 0, .most = 65535, .fallback = "0",
	  .what = "Width, in the card's units; 0: as the driver says." },
	{ "/devices/*/area/height", INTEGER, FIELD(device, area_height), .least = 0, .most = 65535, .fallback = "0",
	  .what = "Height, in the card's units; 0: as the driver says." },
	{ "/devices/*/area/step", INTEGER, FIELD(device, area_step), .least = 0, .most = 65535, .fallback = "0",
	  .what = "Cards that serve several windows: from the upper edge of an area to that of the next." },
	{ "/devices/*/registers", OBJECT, .fallback = "{}", .driver = "sign",
	  .what = "Signs with Modbus: where they take what they show; left out: as LED-485 boards." },
	{ "/devices/*/registers/text", INTEGER, FIELD(device, text_register), .least = -1, .most = 65535, .fallback = "112",
	  .what = "First register of the text, two characters each, written by function 16; -1: it takes numbers only." },
	{ "/devices/*/registers/number", INTEGER, FIELD(device, number_register), .least = 0, .most = 65535, .fallback = "0",
	  .what = "Register of the number, written by function 6, where it takes no text." },
	{ "/devices/*/digits", INTEGER, FIELD(device, digits), .least = 1, .most = 16, .fallback = "4", .driver = "sign",
	  .what = "Signs with Modbus: characters it has; a number that is longer is shown by its digits." },
	{ "/devices/*/dark", INTEGER, FIELD(device, dark_number), .least = 0, .most = 65535, .fallback = "0", .driver = "sign",
	  .what = "Signs that show a number only: the one to show when there is no ticket." },
	{ "/devices/*/keys", KEYS, FIELD(device, keys), .fallback = "{}", .driver = "keypad",
	  .what = "Keypads: the command of each key, such as {\"0C\": \"next\", \"6 0F\": \"pass\", \"n 13\": \"transfer\"};"
	      " the key as two hex digits, before it up to two typed digits, n is any; left out: the driver's table." },
	{ "/devices/*/buttons", LIST, .at = offsetof(struct device, buttons), .size = sizeof(struct button),
	  .count_at = offsetof(struct device, button_count), .least = 0, .most = BUTTONS_MAX, .fallback = "[]", .driver = "keypad",
	  .what = "A dispenser's box of buttons: the keys that issue a ticket." },
	{ "/devices/*/buttons/*/address", INTEGER, FIELD(button, address), .least = 0, .most = 255, .fallback = "1",
	  .what = "The box's address on the line." },
	{ "/devices/*/buttons/*/key", KEY, FIELD(button, key),
	  .what = "The key as in keys, such as \"01\" or \"6 0F\"." },
	{ "/devices/*/buttons/*/service", STRING, FIELD(button, service), ID,
	  .what = "The service that the ticket is for." },
	{ "/devices/*/buttons/*/class", STRING, FIELD(button, class), ID, .fallback = NONE,
	  .what = "The ticket's class, one that needs no proof; left out: the first." },
	{ "/devices/*/buttons/*/lang", CHOICE, FIELD(button, language), .names = language_names, .fallback = "zh",
	  .what = "The ticket's language." },
	{ "/devices/*/buttons/*/printer", STRING, FIELD(button, printer), ID, .fallback = NONE,
	  .what = "Where it is printed; left out: at the first printer." },
	{ "/devices/*/frame", FRAME, FIELD(device, frame), .fallback = NONE, .driver = "keypad",
	  .what = "Keypads of the driver keypad: a frame in words, two hex digits a byte, addr, len (how many bytes stand between [ and ]),"
	      " digits, key, sum8, xor or crc16 (of what stands between ( and ), else of all before), any, such as"
	      " \"FF 68 len len 68 [ ( addr 01 digits key ) ] sum8 16\"." },
	{ "/devices/*/reply", FRAME, FIELD(device, reply), .fallback = NONE, .driver = "keypad",
	  .what = "Keypads of the driver keypad: the answer that they wait for, in the same words, or \"echo\"; left out: none." },
	{ "/devices/*/rates", RATES, FIELD(device, rates), .fallback = "[]", .driver = "keypad",
	  .what = "Keypads of the driver keypad: keys of a rater, from the left, as two hex digits each." },
	{ "/devices/*/clips", CLIPS, FIELD(device, clip), .fallback = "{}", .driver = "voice",
	  .what = "Voice modules that play clips: where each recorded word is, as a number, \"FOLDER/FILE\", a name of two"
	      " characters, or {\"file\": one of these, \"ms\": its length}. A call is please 请, the number's characters 0 to 9 (1 is"
	      " yi) and A to Z, number 号, to 到, the window as a quantity with ten 十 and hundred 百, window 号窗口; its correction"
	      " ends in corrected 刚才叫号有误,请您继续等候; chime may be left out. In English en.ticket, en.0 to en.19, en.20 to en.90, en.hundred,"
	      " en.window, en.please, en.corrected; without any of them all is said in Chinese." },
	{ "/devices/*/clip_ms", INTEGER, FIELD(device, clip_ms), .least = 100, .most = CLIP_MS_MAX, .fallback = "800", .driver = "voice",
	  .what = "Voice modules that play clips: length of a clip that has none of its own, milliseconds. A dy or kt142c is asked"
	      " after it whether it still plays; a kt158a cannot be asked, and is taken to have played." },

	{ "/services", LIST, ROWS(service, service_count), .least = 1, .most = SERVICES_MAX,
	  .what = "What people take a ticket for." },
	{ "/services/*/id", STRING, FIELD(service, id), ID,
	  .what = "What programs and the rest of this file call the service." },
	{ "/services/*/prefix", STRING, FIELD(service, prefix), .fallback = NONE,
	  .pattern = "^[A-Z]{0,3}$", .right = "must be up to 3 letters A-Z",
	  .what = "Letters before its numbers; services that share them share one counter." },
	{ "/services/*/name", TEXT, FIELD(service, name),
	  .what = "Its name on the kiosk, the ticket and the signs." },
	{ "/services/*/group", TEXT, FIELD(service, group), .fallback = NONE,
	  .what = "What it stands under at the kiosk; left out: its place." },
	{ "/services/*/place", TEXT, FIELD(service, place), .fallback = NONE,
	  .what = "Where to wait for it." },
	{ "/services/*/bring", TEXT, FIELD(service, bring), .fallback = NONE,
	  .what = "What to bring; left out: nothing is said." },
	{ "/services/*/numbers", OBJECT, .fallback = "{}",
	  .what = "Its range of numbers." },
	{ "/services/*/numbers/first", INTEGER, FIELD(service, first), .least = 1, .most = 999999, .fallback = "1",
	  .what = "First number of a day." },
	{ "/services/*/numbers/last", INTEGER, FIELD(service, last), .least = 1, .most = 999999, .fallback = "999",
	  .what = "Last number before they begin again." },
	{ "/services/*/numbers/width", INTEGER, FIELD(service, width), .least = 1, .most = 6, .fallback = "3",
	  .what = "Digits that numbers are filled up to with zeros." },
	{ "/services/*/target_wait_s", INTEGER, FIELD(service, target_wait_s), .least = 0, .most = 86400, .fallback = "0",
	  .what = "Seconds that nobody should wait longer than; 0: no target." },
	{ "/services/*/nominal_s", INTEGER, FIELD(service, nominal_s), .least = 0, .most = 86400, .fallback = "0",
	  .what = "Seconds that one service should take; 0: no target." },
	HOURS("/services/*/hours", service, "When it is open; between two rows of a day is lunch. Left out: always."),
	HOURS_DAYS("/services/*/hours"),
	HOURS_TICKETS("/services/*/hours"),
	{ "/services/*/quota", OBJECT, .fallback = "{}",
	  .what = "How many tickets are to be had." },
	{ "/services/*/quota/day", INTEGER, FIELD(service, quota_day), .least = 0, .most = 32768, .fallback = NONE,
	  .what = "On one business day; 0: none. Left out: no limit." },
	{ "/services/*/quota/per_person", INTEGER, FIELD(service, quota_person), .least = 0, .most = 99, .fallback = "0",
	  .what = "For one ID number on one business day; 0: no limit." },
	{ "/services/*/quota/segments", LIST, .at = offsetof(struct service, segment), .size = sizeof(struct segment),
	  .count_at = offsetof(struct service, segment_count), .least = 0, .most = SEGMENTS_MAX, .fallback = "[]",
	  .what = "Limits of parts of the day; outside of them the limit of the day alone counts." },
	{ "/services/*/quota/segments/*/from", TIME_OF_DAY, FIELD(segment, from_min),
	  .what = "From when, HH:MM." },
	{ "/services/*/quota/segments/*/to", TIME_OF_DAY, FIELD(segment, to_min),
	  .what = "Until when, HH:MM; later than from." },
	{ "/services/*/quota/segments/*/limit", INTEGER, FIELD(segment, limit), .least = 0, .most = 32768,
	  .what = "How many tickets in that time." },
	{ "/services/*/real_name", CHOICE, FIELD(service, real_name), .names = real_names, .fallback = "none",
	  .what = "Whether its tickets are given for an ID number: never (none), where one is shown (optional), or only so"
	      " (required)." },

	{ "/services/*/remote", OBJECT, .fallback = NONE,
	  .what = "Tickets taken from afar, by phone; left out: none." },
	{ "/services/*/remote/quota", INTEGER, FIELD(service, remote.quota), .least = 0, .most = 32768, .fallback = NONE,
	  .what = "How many of one business day; left out: no limit but that of all tickets." },
	{ "/services/*/remote/from", TIME_OF_DAY, FIELD(service, remote.from_min), .fallback = NONE,
	  .what = "From when on a day, HH:MM; left out: as all tickets." },
	{ "/services/*/remote/checkin_s", INTEGER, FIELD(service, remote.checkin_s), .least = 1, .most = 86400,
	  .what = "Seconds that such a number, once it is next, waits for its holder to check in." },
	{ "/services/*/slots", LIST, .at = offsetof(struct service, slot), .size = sizeof(struct bookable),
	  .count_at = offsetof(struct service, slot_count), .least = 0, .most = SLOTS_MAX, .fallback = "[]",
	  .what = "Times that can be booked; those outside of its hours are not. Left out: none." },
	{ "/services/*/slots/*/from", TIME_OF_DAY, FIELD(bookable, from_min),
	  .what = "From when, HH:MM." },
	{ "/services/*/slots/*/to", TIME_OF_DAY, FIELD(bookable, to_min),
	  .what = "Until when, HH:MM; later than from." },
	{ "/services/*/slots/*/limit", INTEGER, FIELD(bookable, limit), .least = 0, .most = 1000,
	  .what = "How many bookings." },
	HOURS_DAYS_OF("/services/*/slots", bookable),

	{ "/classes", LIST, ROWS(class, class_count), .least = 1, .most = CLASSES_MAX,
	  .fallback = "[{\"id\": \"ordinary\", \"name\": {\"zh\": \"普通\", \"en\": \"Ordinary\"}}]",
	  .what = "Classes of visitors; the first is that of tickets without one." },
	{ "/classes/*/id", STRING, FIELD(class, id), ID,
	  .what = "What programs call the class; \"first\" is above all others under the preset head-start." },
	{ "/classes/*/name", TEXT, FIELD(class, name),
	  .what = "Its name on the kiosk and the ticket." },
	{ "/classes/*/base_s", INTEGER, FIELD(class, base_s), .least = 0, .most = 86400, .fallback = NONE,
	  .what = "Head start in seconds of waiting; left out: as policy.preset says." },
	{ "/classes/*/rate", RATE, FIELD(class, rate), .least = 1, .most = 1000000, .fallback = NONE,
	  .what = "How fast waiting counts, over 0, in thousandths; left out: as policy.preset says." },
	{ "/classes/*/proof", CHOICE, FIELD(class, proof), .names = proofs, .fallback = "none",
	  .what = "What shows that somebody belongs to it: nothing, the age on an ID card, or a member of staff." },
	{ "/classes/*/age", INTEGER, FIELD(class, age), .least = 1, .most = 150, .fallback = "60",
	  .what = "With the proof id_age: how old somebody must be, years." },

	{ "/zones", LIST, ROWS(zone, zone_count), .least = 0, .most = ZONES_MAX, .fallback = "[]",
	  .what = "Parts of the hall that hear one loudspeaker." },
	{ "/zones/*/id", STRING, FIELD(zone, id), ID,
	  .what = "What windows call the zone." },
	{ "/zones/*/name", TEXT, FIELD(zone, name), .fallback = NONE,
	  .what = "Its name for people." },
	{ "/zones/*/voice", REFERENCE, FIELD(zone, voice), .list = "/devices", .driver = "voice", .fallback = NONE,
	  .what = "The voice module that speaks there; left out: nothing is said." },
	{ "/zones/*/volume", INTEGER, FIELD(zone, volume), .least = 0, .most = 100, .fallback = "80",
	  .what = "Loudness, 0 to 100." },
	HOURS("/zones/*/hours", zone, "When calls are spoken there; left out: always. At other times it is silent."),
	HOURS_DAYS("/zones/*/hours"),

	{ "/windows", LIST, ROWS(window, window_count), .least = 1, .most = WINDOWS_MAX,
	  .what = "Where people are served." },
	{ "/windows/*/no", INTEGER, FIELD(window_layout, no), .least = 1, .most = WINDOW_NO_MAX,
	  .what = "The number over the window." },
	{ "/windows/*/name", TEXT, FIELD(window_layout, name), .fallback = NONE,
	  .what = "A name besides the number." },
	{ "/windows/*/place", TEXT, FIELD(window_layout, place), .fallback = NONE,
	  .what = "Where it is; left out: where its service says." },
	{ "/windows/*/zone", REFERENCE, FIELD(window_layout, zone), .list = "/zones", .fallback = NONE,
	  .what = "The zone where its calls are spoken; left out: they are not." },
	{ "/windows/*/services", LEVELS, FIELD(window_layout, level),
	  .what = "The services it serves, each an id or {\"id\", \"level\"}; level 1, the default, is called first." },
	{ "/windows/*/start_key", FLAG, FIELD(window_layout, start_key), .fallback = "false",
	  .what = "Whether the clerk marks the start of a service; a call must then be settled before the next." },
	{ "/windows/*/auto_call", FLAG, FIELD(window_layout, auto_call), .fallback = "false",
	  .what = "Whether, being idle, it calls whoever comes by itself." },
	{ "/windows/*/sign", OBJECT, .fallback = NONE,
	  .what = "The sign over the window; left out: it has none." },
	{ "/windows/*/sign/device", REFERENCE, FIELD(window_layout, sign.device), .list = "/devices", .driver = "sign",
	  .what = "The sign, or the line it is on." },
	{ "/windows/*/sign/address", INTEGER, FIELD(window_layout, sign.address), .least = 1, .most = 65535, .fallback = "1",
	  .what = "Its address on the line." },
	{ "/windows/*/sign/area", INTEGER, FIELD(window_layout, sign.area), .least = 0, .most = 255, .fallback = "0",
	  .what = "Which area of a card that serves several windows." },
	{ "/windows/*/keypad", OBJECT, .fallback = NONE,
	  .what = "The keypad at the window; left out: it has none." },
	{ "/windows/*/keypad/device", REFERENCE, FIELD(window_layout, keypad.device), .list = "/devices", .driver = "keypad",
	  .what = "The keypad, or the line it is on." },
	{ "/windows/*/keypad/address", INTEGER, FIELD(window_layout, keypad.address), .least = 0, .most = 255, .fallback = "1",
	  .what = "Its address on the line." },

	{ "/windows/*/rater", OBJECT, .fallback = NONE,
	  .what = "The rater at the window, which is asked for when a ticket is finished there; left out: it has none." },
	{ "/windows/*/rater/device", REFERENCE, FIELD(window_layout, rater.device), .list = "/devices", .driver = "keypad",
	  .what = "The rater, or the line it is on." },
	{ "/windows/*/rater/address", INTEGER, FIELD(window_layout, rater.address), .least = 0, .most = 255, .fallback = "1",
	  .what = "Its address on the line." },
	{ "/windows/*/rater/grades", GRADES, FIELD(window_layout, grade), .fallback = "[5, 4, 3, 2]",
	  .what = "The grade that each of its keys gives, from the first; 5 is best." },

	{ "/calendar", LIST, ROWS(calendar, calendar_count), .least = 0, .most = CALENDAR_MAX, .fallback = "[]",
	  .what = "Dates that are not as their day of the week says: holidays and the days that make up for them." },
	{ "/calendar/*/date", DATE, FIELD(calendar_day, date),
	  .what = "The date, YYYY-MM-DD; each once." },
	{ "/calendar/*/kind", CHOICE, FIELD(calendar_day, kind), .names = day_kinds,
	  .what = "A day of work, a day of rest, or one on which it is made up for another (makeup)." },
	HOURS("/calendar/*/hours", calendar_day, "When all services are open on it; left out: as on its day of the week, on a makeup"
	    " day as on Monday."),
	HOURS_TICKETS("/calendar/*/hours"),
	{ "/calendar/*/note", TEXT, FIELD(calendar_day, note), .fallback = NONE,
	  .what = "Why, for people: \"Spring Festival\"; left out: nothing is said." },

	{ "/office", OBJECT, .fallback = "{}",
	  .what = "Hall management: when it speaks up by itself." },
	{ "/office/away_max_s", INTEGER, FIELD(layout, office.away_max_s), .least = 0, .most = 86400, .fallback = "900",
	  .what = "Seconds for which a window may be paused before the manager gets a card; 0: never." },
	{ "/office/idle_max_s", INTEGER, FIELD(layout, office.idle_max_s), .least = 0, .most = 86400, .fallback = "300",
	  .what = "Seconds for which a window may be idle beside people it could serve, likewise." },
	{ "/office/hand_over_s", INTEGER, FIELD(layout, office.hand_over_s), .least = 0, .most = 3600, .fallback = "300",
	  .what = "Seconds in which whoever is rostered as post b takes over a window that post a left; where nobody is, the card comes at once." },
	{ "/office/late_min", INTEGER, FIELD(layout, office.late_min), .least = 0, .most = 240, .fallback = "1",
	  .what = "Minutes after the beginning of a shift from which somebody is late; 0: nobody is." },
	{ "/office/half_day_min", INTEGER, FIELD(layout, office.half_day_min), .least = 0, .most = 480, .fallback = "31",
	  .what = "Minutes late from which half a day is missing; 0: never." },
	{ "/office/repair_after_s", INTEGER, FIELD(layout, office.repair_after_s), .least = 0, .most = 86400, .fallback = "300",
	  .what = "Seconds that a fault of a device lasts before its repair is ordered; 0: never by itself." },
	{ "/office/near_mm", INTEGER, FIELD(layout, office.near_mm), .least = 0, .most = 100000, .fallback = "4000",
	  .what = "Millimetres left on a roll of paper when its printer's sensor says that it is nearly out; 0: not known." },
	{ "/office/ready_min", INTEGER, FIELD(layout, office.ready_min), .least = 0, .most = 240, .fallback = "30",
	  .what = "Minutes before the hall opens at which it is looked whether it can; 0: not by itself." },

	{ "/office/points", OBJECT, .fallback = "{}",
	  .what = "Points that are added to 100 for the report score; an example, as each city has its own." },
	POINTS("late", SCORE_LATE, "-1", "For each time somebody was late."),
	POINTS("early", SCORE_EARLY, "-1", "For each time somebody went early."),
	POINTS("half", SCORE_HALF, "-3", "For each half day that was missed."),
	POINTS("absent", SCORE_ABSENT, "-6", "For each day of which nothing excuses that nobody came."),
	POINTS("away", SCORE_AWAY, "-1", "For each card that somebody was away too long."),
	POINTS("idle", SCORE_IDLE, "-1", "For each card that a window was idle beside people it could serve."),
	POINTS("no_hand_over", SCORE_NO_HAND_OVER, "-2", "For each card that somebody left without handing over."),
	POINTS("vacant", SCORE_VACANT, "0", "For each card that a post was vacant; who came late or not at all has points for that."),
	POINTS("grade_1", SCORE_GRADE_1, "0", "For each rating \"very dissatisfied\"; 0, as nobody looks into one before it counts."),
	POINTS("grade_2", SCORE_GRADE_2, "0", "For each rating \"dissatisfied\"; 0, as nobody looks into one before it counts."),
	POINTS("grade_3", SCORE_GRADE_3, "0", "For each rating \"basically satisfied\"."),
	POINTS("grade_4", SCORE_GRADE_4, "0", "For each rating \"satisfied\"."),
	POINTS("grade_5", SCORE_GRADE_5, "0", "For each rating \"very satisfied\"."),
	{ "/office/stars", OBJECT, .fallback = "{}",
	  .what = "The least score for so many stars." },
	LEAST("one", 0, "60", "For one star."),
	LEAST("two", 1, "70", "For two stars."),
	LEAST("three", 2, "80", "For three stars."),
	LEAST("four", 3, "90", "For four stars."),
	LEAST("five", 4, "95", "For five stars."),

	{ "/policy", OBJECT, .fallback = "{}",
	  .what = "The rules the hall follows." },
	{ "/policy/recall", OBJECT, .fallback = "{}",
	  .what = "Calling a number again." },
	{ "/policy/recall/max", INTEGER, FIELD(layout, policy.recall_max), .least = 0, .most = 99, .fallback = "2",
	  .what = "How often; 0: no limit." },
	{ "/policy/recall/gap_s", INTEGER, FIELD(layout, policy.recall_gap_s), .least = 0, .most = 600, .fallback = "10",
	  .what = "Least seconds from a call to its repetition; 0: none." },
	{ "/policy/passed", OBJECT, .fallback = "{}",
	  .what = "Numbers whose holder did not come." },
	{ "/policy/passed/after", INTEGER, FIELD(layout, policy.passed_after), .least = 0, .most = 99, .fallback = "3",
	  .what = "How many others of its service are called before it waits again." },
	{ "/policy/passed/max", INTEGER, FIELD(layout, policy.passed_max), .least = 0, .most = 99, .fallback = "1",
	  .what = "How often it may be passed before it is given up; 0: never, the first pass gives it up." },
	{ "/policy/no_answer_s", INTEGER, FIELD(layout, policy.no_answer_s), .least = 0, .most = 3600, .fallback = "0",
	  .what = "Seconds after its last call in which a number is passed by itself if nobody comes; 0: never." },
	{ "/policy/hold_s", INTEGER, FIELD(layout, policy.hold_s), .least = 0, .most = 86400, .fallback = "900",
	  .what = "Seconds for which a window holds a number; then it waits again in its old place. 0: as long as it takes." },
	{ "/policy/undo_s", INTEGER, FIELD(layout, policy.undo_s), .least = 0, .most = 120, .fallback = "10",
	  .what = "Seconds in which the last command at a window can be undone; 0: never." },
	{ "/policy/double_press_s", INTEGER, FIELD(layout, policy.double_press_s), .least = 0, .most = 60, .fallback = "2",
	  .what = "Seconds within which a second press of next is the same press; 0: it never is." },
	{ "/policy/implicit_finish", FLAG, FIELD(layout, policy.implicit_finish), .fallback = "true",
	  .what = "Whether next finishes the ticket at the window." },
	{ "/policy/bookings", OBJECT, .fallback = "{}",
	  .what = "Booking a time." },
	{ "/policy/bookings/per_person", INTEGER, FIELD(layout, policy.bookings_person), .least = 0, .most = 99, .fallback = "2",
	  .what = "How many one ID number may have at a time; 0: no limit." },
	{ "/policy/bookings/days", INTEGER, FIELD(layout, policy.bookings_days), .least = 0, .most = 31, .fallback = "14",
	  .what = "How many days ahead; 0: today's only." },
	{ "/policy/print_stale_s", INTEGER, FIELD(layout, policy.print_stale_s), .least = 0, .most = 3600, .fallback = "60",
	  .what = "Seconds after which a ticket that could not be printed no longer prints by itself; 0: no limit." },
	{ "/policy/max_wait_s", INTEGER, FIELD(layout, policy.max_wait_s), .least = 0, .most = 86400, .fallback = "3600",
	  .what = "Seconds of its service's open time after which somebody is called before all who came later, whatever class or"
	      " level; 0: never." },
	{ "/policy/serve_on_s", INTEGER, FIELD(layout, policy.serve_on_s), .least = 0, .most = 86400, .fallback = NONE,
	  .what = "Seconds after closing in which people are still called: who would not be called by then gets no ticket, who may"
	      " not is told. Left out: all who have a ticket are called." },
	{ "/policy/preset", CHOICE, FIELD(layout, policy.preset), .names = preset_names, .fallback = "head-start",
	  .what = "The waiting rule that fills in what classes leave out." },

	{ "/texts", SENTENCES, .fallback = "{}",
	  .what = "What paper, signs, voice and pages say in other words: sentences by the key that they have in display/text/, in the"
	      " languages that differ, such as {\"ticket.valid\": {\"zh\": \"仅限当日\"}}; each with the {words} in braces that are in the"
	      " one it is for. At most 160 bytes, for signs 63." },
};

const size_t settings_count = sizeof(settings) / sizeof(settings[0]);

void
keypad_commands(const char *names[VERBS + 1])
{
	for (int verb = 0; verb < VERBS; verb++)
		if (verbs[verb].at == AT_WINDOW)
			*names++ = verbs[verb].name;
	*names = NULL;
}

const char *
setting_in(const struct setting *s, const char *path)
{
	size_t len = strlen(path);

	if (strncmp(s->path, path, len) != 0 || s->path[len] != '/' || strchr(s->path + len + 1, '/') != NULL)
		return NULL;
	return s->path + len + 1;
}

const struct setting *
setting_find(const char *path)
{
	for (size_t i = 0; i < settings_count; i++)
		if (strcmp(settings[i].path, path) == 0)
			return &settings[i];
	return NULL;
}

json_t *
setting_fallback(const struct setting *s)
{
	json_t *value;

	if (s->fallback == NULL || s->fallback == NONE)
		return NULL;
	value = json_loads(s->fallback, JSON_DECODE_ANY, NULL);
	return value != NULL ? value : json_string(s->fallback);
}
