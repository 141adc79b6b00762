/*
 * A voice module of the AA family: JQ8900, DY-SV17F and others.  9600 8N1.
 *
 *	AA cmd len data.. sum
 *
 * sum is the low byte of the sum of all before it.  Only questions are answered;
 * a damaged frame is not.
 *
 * It says what players say (player.h), and: mode N, drive N.  In a mode other
 * than 2 something is played again and again.
 *
 * Source: SnijderC/dyplayer, and a test sketch.
 */
#include <ctype.h>
#include <string.h>

#include "tests/hallsim/player.h"

enum { OPT_MS_PER_CLIP, OPT_MODE };

struct dy {
	struct player	player;
	int		mode;
	int		track;
};

static void
answer(struct unit *u, uint8_t cmd, int value, size_t bytes)
{
	uint8_t b[6] = { 0xAA, cmd, bytes };
	size_t n = 3;

	if (bytes == 2)
		b[n++] = value >> 8;
	b[n++] = value & 0xFF;
	for (size_t i = 0; i < n; i++)
		b[n] += b[i];
	b[n] += u->badcheck;
	unit_send(u, b, n + 1);
}

static void
play_track(struct unit *u, int track)
{
	struct dy *d = u->state;

	d->track = track;
	player_play(u, 1, "%d", track);
}

/* Pairs of characters are files of the folder ZH. */
static void
play_sequence(struct unit *u, const uint8_t *data, size_t len)
{
	char names[256] = "";
	size_t n = 0;

	for (size_t i = 0; i < len && n + 4 < sizeof names; i += 2)
		n += snprintf(names + n, sizeof names - n, "%s%c%c", i > 0 ? " " : "", data[i], data[i + 1]);
	player_play(u, len / 2, "%s", names);
}

/* Is this a command with its data?  Returns NULL, or why not. */
static const char *
check(uint8_t cmd, const uint8_t *data, size_t len)
{
	static const struct { uint8_t cmd; size_t len; } commands[] = {
		{ 0x01, 0 }, { 0x02, 0 }, { 0x03, 0 }, { 0x04, 0 }, { 0x05, 0 }, { 0x06, 0 }, { 0x07, 2 }, { 0x09, 0 }, { 0x0A, 0 },
		{ 0x0B, 1 }, { 0x0C, 0 }, { 0x0D, 0 }, { 0x13, 1 }, { 0x14, 0 }, { 0x15, 0 }, { 0x18, 1 }, { 0x1C, 0 },
	};

	if (cmd == 0x13 && len == 1 && data[0] > PLAYER_VOLUME_MAX)
		return "volume is 0 to 30";
	if (cmd == 0x18 && len == 1 && data[0] > 7)
		return "mode is 0 to 7";
	if (cmd == 0x1B) {
		for (size_t i = 0; i < len; i++)
			if (!isalnum(data[i]))
				return "names are letters and digits";
		return len == 0 || len % 2 != 0 ? "names have two characters" : NULL;
	}
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (commands[i].cmd == cmd)
			return commands[i].len == len ? NULL : "wrong length";
	return "no such command";
}

static void
obey(struct unit *u, uint8_t cmd, const uint8_t *data, size_t len)
{
	struct dy *d = u->state;

	switch (cmd) {
	case 0x01:
		answer(u, cmd, player_state(u), 1);
		break;
	case 0x02:
		player_resume(u);
		break;
	case 0x03:
		player_pause(u);
		break;
	case 0x04:
	case 0x1C:
		player_stop(u);
		break;
	case 0x05:
	case 0x06:
		play_track(u, d->track + (cmd == 0x06 ? 1 : -1));
		break;
	case 0x07:
		play_track(u, data[0] << 8 | data[1]);
		break;
	case 0x09:
	case 0x0A:
		answer(u, cmd, cmd == 0x09 ? 4 : 2, 1);
		break;
	case 0x0B:
		say(u->name, "drive %d", data[0]);
		break;
	case 0x0C:
		answer(u, cmd, 300, 2);
		break;
	case 0x0D:
		answer(u, cmd, d->track, 2);
		break;
	case 0x13:
		player_volume(u, data[0]);
		break;
	case 0x14:
	case 0x15:
		player_volume(u, d->player.volume + (cmd == 0x14 ? 1 : -1));
		break;
	case 0x18:
		d->mode = data[0];
		say(u->name, "mode %d", d->mode);
		break;
	case 0x1B:
		play_sequence(u, data, len);
		break;
	}
}

static size_t
dy_input(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = &l->unit[0];
	const char *why;
	uint8_t sum = 0;
	size_t n;

	if (b[0] != 0xAA) {
		bad_frame(l->name, b, 1, "no frame begins here");
		return 1;
	}
	if (len < 4 || len < 4u + b[2])
		return 0;
	n = 4u + b[2];
	for (size_t i = 0; i < n - 1; i++)
		sum += b[i];
	if (sum != b[n - 1])
		bad_frame(u->name, b, n, "sum is %02X, should be %02X", b[n - 1], sum);
	else if ((why = check(b[1], b + 3, b[2])) != NULL)
		bad_frame(u->name, b, n, "%s", why);
	else
		obey(u, b[1], b + 3, b[2]);
	return n;
}

static void
dy_tick(struct unit *u)
{
	struct dy *d = u->state;

	if (player_over(u) && d->mode != 2)
		player_play(u, 1, "%d again", d->track);
}

static void
dy_power(struct unit *u)
{
	struct dy *d = u->state;

	player_power(u);
	d->mode = u->line->option[OPT_MODE];
	d->track = 1;
}

static const struct control controls[] = {
	PLAYER_CONTROLS,
	{ "badcheck", "on|off", "it sends wrong sums", 1, 1, ONE, control_badcheck },
	{ .word = NULL },
};

const struct kind dy_kind = {
	.name = "dy",
	.summary = "JQ8900, DY-SV17F voice module, plays clips",
	.gap_ms = 100,
	.size = sizeof(struct dy),
	.options = {
		[OPT_MS_PER_CLIP] = PLAYER_OPTION,
		[OPT_MODE] = { "mode", 2, 0, 7, "what follows a clip after power-on; 2 is nothing" },
	},
	.controls = controls,
	.power = dy_power,
	.input = dy_input,
	.tick = dy_tick,
	.show = player_show,
};
