/*
 * KT142C and KT158A voice chips: see kt142c.h.
 */
#include <string.h>

#include "protocols/kt142c.h"

enum {
	SEQUENCE = 0x21,
	ONLINE = 0x3F,
	TAKEN = 0x41,
	HEAD = 0x7E,
	TAIL = 0xEF,
};

static const struct { uint8_t command; uint16_t least, most; } commands[] = {
	{ KT142C_NEXT,		0, 0 },		{ KT142C_PREVIOUS,	0, 0 },
	{ KT142C_PLAY,		1, 65535 },	{ KT142C_VOLUME,	0, 30 },
	{ KT142C_RESET,		0, 0 },		{ KT142C_STOP,		0, 0 },
	{ KT142C_QUERY_STATE,	0, 0 },		{ KT142C_QUERY_VOLUME,	0, 0 },
};

static size_t
frame(uint8_t *out, uint8_t command, const uint8_t *data, size_t len)
{
	out[0] = HEAD;
	out[1] = command;
	out[2] = len >> 8;
	out[3] = len & 0xFF;
	memcpy(out + 4, data, len);
	out[4 + len] = TAIL;
	return 5 + len;
}

size_t
kt142c_command(uint8_t out[KT142C_FRAME], enum kt142c_command command, int parameter)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].command == command && parameter >= commands[i].least && parameter <= commands[i].most)
			return frame(out, command, (const uint8_t[]){ parameter >> 8, parameter & 0xFF }, 2);
	return 0;
}

size_t
kt142c_sequence(uint8_t out[KT142C_FRAME], const uint8_t *clips, int count)
{
	if (count < 1 || count > KT142C_SEQUENCE)
		return 0;
	for (int i = 0; i < count; i++)
		if (clips[i] == 0)
			return 0;
	return frame(out, SEQUENCE, clips, count);
}

static enum kt142c_kind
kind_of(uint8_t command)
{
	switch (command) {
	case ONLINE:
		return KT142C_STARTED;
	case KT142C_QUERY_STATE:
		return KT142C_STATE;
	}
	return KT142C_OTHER;
}

/* All that is said has a parameter of two bytes, but for TAKEN, which has nothing at all. */
int
kt142c_parse(struct kt142c_said *said, const uint8_t *in, size_t len)
{
	if (len > 0 && in[0] != HEAD)
		return -1;
	if (len > 1 && (in[1] < 0x3A || in[1] > 0x4F))
		return -1;
	if (len < 3)
		return 0;
	if (in[1] == TAKEN && in[2] == TAIL) {
		*said = (struct kt142c_said){ .kind = KT142C_TAKEN, .command = TAKEN };
		return 3;
	}
	if (in[2] != 0 || (len > 3 && in[3] != 2))
		return -1;
	if (len < 7)
		return 0;
	if (in[6] != TAIL)
		return -1;
	*said = (struct kt142c_said){ .kind = kind_of(in[1]), .command = in[1], .parameter = in[4] << 8 | in[5] };
	return 7;
}
