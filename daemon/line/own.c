/* Our own frames, coming back. */
#include <string.h>

#include "daemon/line/own.h"

#define OWN_MS		50	/* beyond the time that its bytes take: USB adapters */
#define OWN_MISSES	3

void
own_reset(struct own *own)
{
	own->length = 0;
	own->missed = 0;
}

void
own_expect(struct own *own, const uint8_t *bytes, size_t len, bool alike, int64_t sent_ms)
{
	if (own->missed == OWN_MISSES || len > OWN_MAX || (alike && own->missed >= 0))
		return;
	memcpy(own->bytes, bytes, len);
	own->length = len;
	own->until_ms = sent_ms + OWN_MS;
}

int64_t
own_until_ms(const struct own *own)
{
	return own->length > 0 ? own->until_ms : 0;
}

void
own_miss(struct own *own)
{
	if (own->length > 0 && own->missed >= 0)
		own->missed++;
	own->length = 0;
}

void
own_overtaken(struct own *own)
{
	if (own->missed >= 0)
		own_miss(own);
}

int
own_parse(struct own *own, const uint8_t *in, size_t len, int64_t now_ms)
{
	size_t length = own->length;

	if (length == 0 || now_ms > own->until_ms || memcmp(in, own->bytes, len < length ? len : length) != 0)
		return -1;
	if (len < length)
		return 0;
	own->length = 0;
	own->missed = -1;
	return (int)length;
}
