/*
 * Voice modules of the AA family: see dy.h.
 */
#include <ctype.h>
#include <string.h>

#include "protocols/dy.h"

enum {
	TRACK = 0x07,
	VOLUME = 0x13,
	MODE = 0x18,
	SEQUENCE = 0x1B,
};

static uint8_t
sum(const uint8_t *bytes, size_t len)
{
	uint8_t all = 0;

	while (len-- > 0)
		all += *bytes++;
	return all;
}

static size_t
frame(uint8_t *out, uint8_t command, const uint8_t *data, size_t len)
{
	out[0] = 0xAA;
	out[1] = command;
	out[2] = len;
	if (len > 0)
		memcpy(out + 3, data, len);
	out[3 + len] = sum(out, 3 + len);
	return 4 + len;
}

size_t
dy_command(uint8_t out[DY_FRAME], enum dy_command command)
{
	switch (command) {
	case DY_QUERY_STATE:
	case DY_PLAY:
	case DY_PAUSE:
	case DY_STOP:
	case DY_PREVIOUS:
	case DY_NEXT:
	case DY_QUERY_DRIVES:
	case DY_QUERY_COUNT:
	case DY_END_SEQUENCE:
		return frame(out, command, NULL, 0);
	}
	return 0;
}

size_t
dy_track(uint8_t out[DY_FRAME], int track)
{
	if (track < 1 || track > 65535)
		return 0;
	return frame(out, TRACK, (const uint8_t[]){ track >> 8, track & 0xFF }, 2);
}

size_t
dy_sequence(uint8_t out[DY_FRAME], const char (*names)[3], int count)
{
	uint8_t data[2 * DY_SEQUENCE];

	if (count < 1 || count > DY_SEQUENCE)
		return 0;
	for (int i = 0; i < count; i++) {
		if (!isalnum((unsigned char)names[i][0]) || !isalnum((unsigned char)names[i][1]) || names[i][2] != '\0')
			return 0;
		memcpy(data + 2 * i, names[i], 2);
	}
	return frame(out, SEQUENCE, data, 2 * count);
}

size_t
dy_volume(uint8_t out[DY_FRAME], int volume)
{
	if (volume < 0 || volume > 30)
		return 0;
	return frame(out, VOLUME, (const uint8_t[]){ volume }, 1);
}

size_t
dy_mode(uint8_t out[DY_FRAME], int mode)
{
	if (mode < 0 || mode > 7)
		return 0;
	return frame(out, MODE, (const uint8_t[]){ mode }, 1);
}

/* Bytes of data in the answer to a question; 0: it is none. */
static size_t
answer_length(uint8_t command)
{
	switch (command) {
	case DY_QUERY_STATE:
	case DY_QUERY_DRIVES:
		return 1;
	case DY_QUERY_COUNT:
		return 2;
	}
	return 0;
}

int
dy_parse(struct dy_said *said, const uint8_t *in, size_t len)
{
	size_t want;

	/* What has come is tested before the rest is waited for: noise must not hold an answer back. */
	if (len > 0 && in[0] != 0xAA)
		return -1;
	if (len < 2)
		return 0;
	want = answer_length(in[1]);
	if (want == 0 || (len > 2 && in[2] != want))
		return -1;
	if (len < 4 + want)
		return 0;
	if (in[3 + want] != sum(in, 3 + want))
		return -1;
	*said = (struct dy_said){ .command = in[1], .value = want == 1 ? in[3] : in[3] << 8 | in[4] };
	return 4 + (int)want;
}
