/*
 * Caller keypads and raters: see ff68.h.
 */
#include <string.h>

#include "protocols/ff68.h"

#define BLANK	0x0A

static uint8_t
sum(const uint8_t *in, size_t len)
{
	uint8_t total = 0;

	while (len-- > 0)
		total += *in++;
	return total;
}

size_t
ff68_frame(uint8_t out[FF68_FRAME], uint8_t address, uint8_t command, const uint8_t *data, size_t len)
{
	if (len > FF68_FRAME - 9)
		return 0;
	out[0] = 0xFF;
	out[1] = out[4] = 0x68;
	out[2] = out[3] = 2 + len;
	out[5] = address;
	out[6] = command;
	if (len > 0)
		memcpy(out + 7, data, len);
	out[7 + len] = sum(out + 5, 2 + len);
	out[8 + len] = 0x16;
	return 9 + len;
}

size_t
ff68_show(uint8_t out[FF68_FRAME], uint8_t address, int waiting, const char *number)
{
	uint8_t data[6];
	int place = 6;

	memset(data, BLANK, sizeof(data));
	if (waiting < -1)
		return 0;
	if (waiting > 999)
		waiting = 999;
	if (waiting >= 0) {
		data[0] = waiting / 100;
		data[1] = waiting / 10 % 10;
		data[2] = waiting % 10;
	}
	for (size_t i = strlen(number); i > 0 && place > 3; i--)
		if (number[i - 1] >= '0' && number[i - 1] <= '9')
			data[--place] = number[i - 1] - '0';
	return ff68_frame(out, address, FF68_SHOW, data, sizeof(data));
}

size_t
ff68_beep(uint8_t out[FF68_FRAME], uint8_t address)
{
	return ff68_frame(out, address, FF68_BEEP, NULL, 0);
}

size_t
ff68_start_rating(uint8_t out[FF68_FRAME], uint8_t address)
{
	return ff68_frame(out, address, FF68_KEY, (const uint8_t[]){ FF68_RATE }, 1);
}

size_t
ff68_stars(uint8_t out[FF68_FRAME], uint8_t address, int stars)
{
	if (stars < 1 || stars > 5)
		return 0;
	return ff68_frame(out, address, FF68_SHOW, (const uint8_t[]){ stars }, 1);
}

int
ff68_parse(struct ff68_frame *f, const uint8_t *in, size_t len)
{
	size_t length;

	/* What has come is tested before the rest is waited for: noise must not hold a frame back. */
	if (len > 0 && in[0] != 0xFF)
		return -1;
	if (len > 1 && in[1] != 0x68)
		return -1;
	if (len > 2 && (in[2] < 3 || in[2] > 2 + FF68_DATA))
		return -1;
	if (len > 3 && in[3] != in[2])
		return -1;
	if (len > 4 && in[4] != 0x68)
		return -1;
	if (len < 5 || len < 7u + in[2])
		return 0;
	length = in[2];
	if (in[5 + length] != sum(in + 5, length) || in[6 + length] != 0x16)
		return -1;
	f->address = in[5];
	f->command = in[6];
	f->length = (int)length - 2;
	memcpy(f->data, in + 7, f->length);
	return 7 + (int)length;
}

int
ff68_press(struct ff68_press *press, const struct ff68_frame *f)
{
	if (f->command == FF68_SHOW || f->command == FF68_BEEP || f->command == FF68_RATING)
		return -1;
	for (int i = 0; i < f->length - 1; i++)
		if (f->data[i] > 9)
			return -1;
	press->address = f->address;
	press->command = f->command;
	press->digit_count = f->length - 1;
	memcpy(press->digits, f->data, press->digit_count);
	press->key = f->data[f->length - 1];
	return 0;
}

int
ff68_rating(const struct ff68_frame *f)
{
	if (f->command != FF68_RATING || f->length != 1 || f->data[0] > 3)
		return -1;
	return f->data[0];
}

size_t
ff68_answer(uint8_t out[FF68_FRAME], const struct ff68_frame *f)
{
	uint8_t command = f->command == FF68_RATING ? FF68_KEY : f->command;

	return ff68_frame(out, f->address, command, f->data, f->length);
}
