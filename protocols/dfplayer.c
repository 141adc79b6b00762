/*
 * DFPlayer Mini voice module: see dfplayer.h.
 */
#include "protocols/dfplayer.h"

enum {
	FOLDER = 0x0F,
	BIG_FOLDER = 0x14,
};

static const struct { uint8_t command; uint16_t least, most; } commands[] = {
	{ DFPLAYER_NEXT,	 0, 0 },	{ DFPLAYER_PREVIOUS,	 0, 0 },
	{ DFPLAYER_TRACK,	 1, 3000 },	{ DFPLAYER_VOLUME,	 0, 30 },
	{ DFPLAYER_SOURCE,	 1, 2 },	{ DFPLAYER_RESET,	 0, 0 },
	{ DFPLAYER_MP3,		 1, 3000 },	{ DFPLAYER_STOP,	 0, 0 },
	{ DFPLAYER_QUERY_STATE,	 0, 0 },	{ DFPLAYER_QUERY_VOLUME, 0, 0 },
	{ DFPLAYER_QUERY_FILES,	 1, 99 },
};

static uint16_t
check(const uint8_t *frame)
{
	uint16_t sum = 0;

	for (int i = 1; i < 7; i++)
		sum += frame[i];
	return -sum;
}

static size_t
frame(uint8_t *out, uint8_t command, bool ack, int parameter)
{
	uint16_t sum;

	out[0] = 0x7E;
	out[1] = 0xFF;
	out[2] = 0x06;
	out[3] = command;
	out[4] = ack;
	out[5] = parameter >> 8;
	out[6] = parameter & 0xFF;
	sum = check(out);
	out[7] = sum >> 8;
	out[8] = sum & 0xFF;
	out[9] = 0xEF;
	return DFPLAYER_FRAME;
}

size_t
dfplayer_command(uint8_t out[DFPLAYER_FRAME], enum dfplayer_command command, bool ack, int parameter)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].command == command && parameter >= commands[i].least && parameter <= commands[i].most)
			return frame(out, command, ack, parameter);
	return 0;
}

size_t
dfplayer_folder(uint8_t out[DFPLAYER_FRAME], bool ack, int folder, int file)
{
	if (folder < 1 || folder > 99 || file < 1 || file > 255)
		return 0;
	return frame(out, FOLDER, ack, folder << 8 | file);
}

size_t
dfplayer_big_folder(uint8_t out[DFPLAYER_FRAME], bool ack, int folder, int file)
{
	if (folder < 1 || folder > 15 || file < 1 || file > 3000)
		return 0;
	return frame(out, BIG_FOLDER, ack, folder << 12 | file);
}

static enum dfplayer_kind
kind_of(uint8_t command)
{
	switch (command) {
	case 0x3F:
		return DFPLAYER_STARTED;
	case 0x3A:
		return DFPLAYER_PLUGGED;
	case 0x3B:
		return DFPLAYER_REMOVED;
	case 0x3C:		/* of USB */
	case 0x3D:		/* of the card */
		return DFPLAYER_FINISHED;
	case 0x41:
		return DFPLAYER_TAKEN;
	case 0x40:
		return DFPLAYER_ERROR;
	case DFPLAYER_QUERY_STATE:
		return DFPLAYER_STATE;
	}
	return DFPLAYER_OTHER;
}

int
dfplayer_parse(struct dfplayer_said *said, const uint8_t *in, size_t len)
{
	static const uint8_t head[] = { 0x7E, 0xFF, 0x06 };

	/* What has come is tested before the rest is waited for: noise must not hold a frame back. */
	for (size_t i = 0; i < sizeof(head) && i < len; i++)
		if (in[i] != head[i])
			return -1;
	if (len < DFPLAYER_FRAME)
		return 0;
	if (in[9] != 0xEF || (in[7] << 8 | in[8]) != check(in))
		return -1;
	*said = (struct dfplayer_said){ .kind = kind_of(in[3]), .command = in[3], .parameter = in[5] << 8 | in[6] };
	return DFPLAYER_FRAME;
}

const char *
dfplayer_error(int error)
{
	static const char *const words[] = {
		[DFPLAYER_STARTING] = "the module is not ready yet", [2] = "the module is asleep",
		[DFPLAYER_CUT] = "the frame came in part", [DFPLAYER_SUM] = "the frame came damaged",
		[5] = "there is no track of this number", [6] = "there is no such file",
		[7] = "nothing is played that could be cut into", [8] = "the card cannot be read",
		[10] = "the module went to sleep",
	};

	if (error < 0 || error >= (int)(sizeof(words) / sizeof(words[0])) || words[error] == NULL)
		return "an error that is not in the data sheet";
	return words[error];
}
