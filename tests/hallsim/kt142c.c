/*
 * KT142C and KT158A voice chips.  9600 and 115200 8N1.
 *
 *	7E cmd len-hi len-lo data.. EF
 *
 * There is no check: what is not such a frame is passed over.  The KT142C says
 * 3F when it is switched on, 41 to commands, and answers questions; the KT158A
 * never says anything.
 *
 * It says what players say (player.h), and: reset.
 *
 * Source: pages of their seller.  The state in the answer to 42 is taken to be
 * the DFPlayer's.
 */
#include <string.h>

#include "tests/hallsim/player.h"

struct kt {
	struct player	player;
	int		track;
};

static bool
talks(const struct unit *u)
{
	return u->line->kind == &kt142c_kind;
}

static void
answer(struct unit *u, uint8_t cmd, int parameter)
{
	if (talks(u))
		unit_send(u, (const uint8_t[]){ 0x7E, cmd, 0, 2, parameter >> 8, parameter & 0xFF, 0xEF }, 7);
}

static void
taken(struct unit *u)
{
	if (talks(u))
		unit_send(u, (const uint8_t[]){ 0x7E, 0x41, 0xEF }, 3);
}

static void
play_track(struct unit *u, int track)
{
	struct kt *k = u->state;

	k->track = track;
	player_play(u, 1, "%d", track);
}

static void
play_sequence(struct unit *u, const uint8_t *data, size_t len)
{
	char names[256] = "";
	size_t n = 0;

	for (size_t i = 0; i < len && n + 5 < sizeof names; i++)
		n += snprintf(names + n, sizeof names - n, "%s%d", i > 0 ? " " : "", data[i]);
	player_play(u, (int)len, "%s", names);
}

/* Is this a command?  Returns NULL, or why not. */
static const char *
check(uint8_t cmd, const uint8_t *data, size_t len)
{
	if (cmd == 0x21)
		return len == 0 ? "a sequence of nothing" : NULL;
	if (memchr("\x01\x02\x03\x06\x0C\x0D\x0E\x16\x3F\x42\x43\x4A\x4E", cmd, 13) == NULL)
		return "no such command";
	if (len != 2)
		return "a parameter has two bytes";
	if (cmd == 0x06 && (data[0] != 0 || data[1] > PLAYER_VOLUME_MAX))
		return "volume is 0 to 30";
	return NULL;
}

static void
obey(struct unit *u, uint8_t cmd, const uint8_t *data, size_t len)
{
	struct kt *k = u->state;

	switch (cmd) {
	case 0x01:
	case 0x02:
		play_track(u, k->track + (cmd == 0x01 ? 1 : -1));
		break;
	case 0x03:
		play_track(u, data[0] << 8 | data[1]);
		break;
	case 0x06:
		player_volume(u, data[1]);
		break;
	case 0x0C:
		say(u->name, "reset");
		player_power(u);
		answer(u, 0x3F, 4);
		break;
	case 0x0D:
		player_resume(u);
		break;
	case 0x0E:
		player_pause(u);
		break;
	case 0x16:
		player_stop(u);
		break;
	case 0x21:
		play_sequence(u, data, len);
		break;
	case 0x3F:
		answer(u, cmd, 4);
		return;
	case 0x42:
		answer(u, cmd, 0x0800 | player_state(u));
		return;
	case 0x43:
		answer(u, cmd, k->player.volume);
		return;
	case 0x4A:
	case 0x4E:
		answer(u, cmd, cmd == 0x4A ? 100 : k->track);
		return;
	}
	taken(u);
}

static size_t
kt_input(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = &l->unit[0];
	const char *why = NULL;
	size_t n;

	if (b[0] != 0x7E) {
		bad_frame(l->name, b, 1, "no frame begins here");
		return 1;
	}
	if (len < 4)
		return 0;
	n = (size_t)(b[2] << 8 | b[3]);
	if (n > 256) {
		bad_frame(l->name, b, 1, "too long");
		return 1;
	}
	if (len < n + 5)
		return 0;
	if (b[n + 4] != 0xEF)
		why = "the end is not EF";
	else
		why = check(b[1], b + 4, n);
	if (why != NULL)
		bad_frame(l->name, b, n + 5, "%s", why);
	else
		obey(u, b[1], b + 4, n);
	return n + 5;
}

static void
kt_tick(struct unit *u)
{
	player_over(u);
}

static void
kt_power(struct unit *u)
{
	struct kt *k = u->state;

	player_power(u);
	k->track = 1;
	answer(u, 0x3F, 4);
}

static const struct control controls[] = {
	PLAYER_CONTROLS,
	{ .word = NULL },
};

#define KIND(chip, words) { \
	.name = chip, \
	.summary = words, \
	.gap_ms = 100, \
	.size = sizeof(struct kt), \
	.options = { PLAYER_OPTION }, \
	.controls = controls, \
	.power = kt_power, \
	.input = kt_input, \
	.tick = kt_tick, \
	.show = player_show, \
}

const struct kind kt142c_kind = KIND("kt142c", "KT142C voice chip, plays clips");
const struct kind kt158a_kind = KIND("kt158a", "KT158A voice chip, plays clips and says nothing");
