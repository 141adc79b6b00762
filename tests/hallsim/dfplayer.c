/*
 * A DFPlayer Mini voice module with a card in it.  9600 8N1.
 *
 *	7E FF 06 cmd ack hi lo [sum-hi sum-lo] EF
 *
 * sum is minus the sum of FF to lo.  Frames without it are taken as well.  41 is
 * answered where ack is 1; what is damaged is answered with error 4, what is not
 * finished with error 3, and all that comes before 3F with error 1.
 *
 * It says what players say (player.h), and: next, previous, source N, reset,
 * ready.
 *
 * Source: FN-M16P data sheet, sections 3.1 to 3.7.
 */
#include <string.h>

#include "tests/hallsim/player.h"

#define FRAME		10
#define SHORT_FRAME	8
#define TRACKS		3000
#define GONE_MAX	16

enum { STARTING = 1, CUT = 3, SUM = 4, RANGE = 5, NO_FILE = 6, NO_CARD = 8 };

enum { OPT_MS_PER_CLIP, OPT_START_MS };

struct dfplayer {
	struct player	player;
	bool		starting;
	bool		no_card;
	int		finished;		/* how often the end of a clip is told */
	int		track;			/* played last, as it counts them */
	char		gone[GONE_MAX][12];	/* files that are not on the card */
};

static void
transmit(struct unit *u, uint8_t cmd, int parameter)
{
	uint8_t b[FRAME] = { 0x7E, 0xFF, 0x06, cmd, 0, parameter >> 8, parameter & 0xFF, 0, 0, 0xEF };
	unsigned sum = 0;

	for (int i = 1; i < 7; i++)
		sum -= b[i];
	sum += u->badcheck;
	b[7] = sum >> 8 & 0xFF;
	b[8] = sum & 0xFF;
	unit_send(u, b, sizeof b);
}

static void
error(struct unit *u, int number)
{
	transmit(u, 0x40, number);
}

static void
start(struct unit *u)
{
	struct dfplayer *d = u->state;

	d->starting = true;
	u->due_ms = now_ms() + u->line->option[OPT_START_MS];
}

static bool
is_gone(const struct dfplayer *d, const char *file)
{
	for (int i = 0; i < GONE_MAX; i++)
		if (strcmp(d->gone[i], file) == 0)
			return true;
	return false;
}

/* file: as it is said. */
static void
play(struct unit *u, const char *file, int track)
{
	struct dfplayer *d = u->state;

	if (d->no_card)
		error(u, NO_CARD);
	else if (is_gone(d, file))
		error(u, NO_FILE);
	else {
		d->track = track;
		player_play(u, 1, "%s", file);
	}
}

static void
play_number(struct unit *u, const char *prefix, int number)
{
	char file[24];

	snprintf(file, sizeof file, "%s%d", prefix, number);
	if (number < 1 || number > TRACKS)
		error(u, RANGE);
	else
		play(u, file, number);
}

static void
play_folder(struct unit *u, int folder, int number)
{
	char prefix[8];

	snprintf(prefix, sizeof prefix, "%d/", folder);
	if (folder == 0)
		error(u, NO_FILE);
	else
		play_number(u, prefix, number);
}

/* Answer a question.  False: it is none. */
static bool
answer(struct unit *u, uint8_t cmd)
{
	struct dfplayer *d = u->state;

	switch (cmd) {
	case 0x42:
		transmit(u, cmd, (d->no_card ? 0 : 0x0200) | player_state(u));
		return true;
	case 0x43:
		transmit(u, cmd, d->player.volume);
		return true;
	case 0x44:
		transmit(u, cmd, 0);
		return true;
	case 0x47:
	case 0x48:
	case 0x4E:
		transmit(u, cmd, d->no_card || cmd == 0x47 ? 0 : 255);
		return true;
	case 0x4B:
	case 0x4C:
		transmit(u, cmd, d->track);
		return true;
	case 0x4F:
		transmit(u, cmd, d->no_card ? 0 : 99);
		return true;
	}
	return false;
}

static void
obey(struct unit *u, uint8_t cmd, int parameter)
{
	struct dfplayer *d = u->state;

	switch (cmd) {
	case 0x01:
		say(u->name, "next");
		play_number(u, "track ", d->track + 1);
		break;
	case 0x02:
		say(u->name, "previous");
		play_number(u, "track ", d->track - 1);
		break;
	case 0x03:
		play_number(u, "track ", parameter);
		break;
	case 0x06:
		if (parameter > PLAYER_VOLUME_MAX)
			error(u, RANGE);
		else
			player_volume(u, parameter);
		break;
	case 0x09:
		say(u->name, "source %d", parameter);
		break;
	case 0x0C:
		say(u->name, "reset");
		player_power(u);
		start(u);
		break;
	case 0x0D:
		player_resume(u);
		break;
	case 0x0E:
		player_pause(u);
		break;
	case 0x0F:
		play_folder(u, parameter >> 8, parameter & 0xFF);
		break;
	case 0x12:
		play_number(u, "", parameter);
		break;
	case 0x14:
		play_folder(u, parameter >> 12, parameter & 0xFFF);
		break;
	case 0x16:
		player_stop(u);
		break;
	}
}

static bool
knows(uint8_t cmd)
{
	return memchr("\x01\x02\x03\x06\x09\x0C\x0D\x0E\x0F\x12\x14\x16", cmd, 12) != NULL;
}

static void
frame(struct unit *u, const uint8_t *b, size_t len)
{
	struct dfplayer *d = u->state;
	unsigned sum = 0;

	for (int i = 1; i < 7; i++)
		sum -= b[i];
	if (len == FRAME && (sum & 0xFFFF) != (unsigned)(b[7] << 8 | b[8])) {
		bad_frame(u->name, b, len, "sum is %02X%02X, should be %04X", b[7], b[8], sum & 0xFFFF);
		error(u, SUM);
	} else if (u->nack != -1)
		error(u, u->nack);
	else if (d->starting)
		error(u, STARTING);
	else if (answer(u, b[3]))
		;
	else if (!knows(b[3]))
		bad_frame(u->name, b, len, "no such command");
	else {
		if (b[4] == 1)
			transmit(u, 0x41, 0);
		obey(u, b[3], b[5] << 8 | b[6]);
	}
}

static size_t
dfplayer_input(struct line *l, const uint8_t *b, size_t len)
{
	static const uint8_t head[] = { 0x7E, 0xFF, 0x06 };
	size_t n;

	for (n = 0; n < len && n < sizeof head; n++)
		if (b[n] != head[n]) {
			bad_frame(l->name, b, n + (n == 0), "no frame begins here");
			return n + (n == 0);
		}
	if (len < SHORT_FRAME)
		return 0;
	n = b[SHORT_FRAME - 1] == 0xEF ? SHORT_FRAME : FRAME;
	if (len < n)
		return 0;
	if (b[n - 1] == 0xEF)
		frame(&l->unit[0], b, n);
	else {
		bad_frame(l->name, b, n, "the end is %02X, should be EF", b[n - 1]);
		error(&l->unit[0], CUT);
	}
	return n;
}

static void
dfplayer_gap(struct line *l, const uint8_t *b, size_t len)
{
	bad_frame(l->name, b, len, "cut short");
	error(&l->unit[0], CUT);
}

static void
dfplayer_tick(struct unit *u)
{
	struct dfplayer *d = u->state;

	if (d->starting) {
		d->starting = false;
		transmit(u, 0x3F, d->no_card ? 0 : 2);
		say(u->name, "ready");
	}
	if (player_over(u))
		for (int i = 0; i < d->finished; i++)
			transmit(u, 0x3D, d->track);
}

static void
dfplayer_power(struct unit *u)
{
	struct dfplayer *d = u->state;

	player_power(u);
	d->finished = d->finished == 0 ? 1 : d->finished;
	start(u);
}

static const char *
control_nack(struct unit *u, int argc, char **argv, FILE *f)
{
	int n = number(argv[0], 1, 255);

	(void)argc, (void)f;
	if (n == -1 && on_off(argv[0]) != 0)
		return "an error, 1 to 255, or off";
	u->nack = n;
	return NULL;
}

static const char *
control_finished(struct unit *u, int argc, char **argv, FILE *f)
{
	struct dfplayer *d = u->state;
	static const char *const words[] = { "once", "twice", "never" };
	static const int times[] = { 1, 2, -1 };

	(void)argc, (void)f;
	for (int i = 0; i < 3; i++)
		if (strcmp(argv[0], words[i]) == 0) {
			d->finished = times[i];
			return NULL;
		}
	return "once, twice or never";
}

static const char *
control_missing(struct unit *u, int argc, char **argv, FILE *f)
{
	struct dfplayer *d = u->state;

	(void)f;
	if (argc > GONE_MAX)
		return "too many";
	memset(d->gone, 0, sizeof d->gone);
	for (int i = 0; i < argc && strcmp(argv[i], "none") != 0; i++)
		snprintf(d->gone[i], sizeof d->gone[i], "%s", argv[i]);
	return NULL;
}

static const char *
control_card(struct unit *u, int argc, char **argv, FILE *f)
{
	struct dfplayer *d = u->state;
	bool in = strcmp(argv[0], "in") == 0;

	(void)argc, (void)f;
	if (!in && strcmp(argv[0], "out") != 0)
		return "in or out";
	if (d->no_card == !in)
		return in ? "it is in" : "it is out";
	d->no_card = !in;
	if (!in)
		player_stop(u);
	say(u->name, "card %s", argv[0]);
	transmit(u, in ? 0x3A : 0x3B, 2);
	return NULL;
}

static const struct control controls[] = {
	PLAYER_CONTROLS,
	{ "nack", "ERROR|off", "it refuses every frame", 1, 1, ONE, control_nack },
	{ "badcheck", "on|off", "it sends wrong sums", 1, 1, ONE, control_badcheck },
	{ "finished", "once|twice|never", "how often it tells that a clip has ended", 1, 1, ONE, control_finished },
	{ "missing", "FILE...|none", "files that are not on the card, as they are said", 1, GONE_MAX, ONE, control_missing },
	{ "card", "in|out", "a card is put in or taken out", 1, 1, ONE, control_card },
	{ .word = NULL },
};

const struct kind dfplayer_kind = {
	.name = "dfplayer",
	.summary = "DFPlayer Mini voice module, plays clips",
	.gap_ms = 100,
	.size = sizeof(struct dfplayer),
	.options = {
		[OPT_MS_PER_CLIP] = PLAYER_OPTION,
		[OPT_START_MS] = { "start_ms", 100, 0, 5000, "from power to ready; the real one takes 500 to 1500" },
	},
	.controls = controls,
	.power = dfplayer_power,
	.input = dfplayer_input,
	.gap = dfplayer_gap,
	.tick = dfplayer_tick,
	.show = player_show,
};
