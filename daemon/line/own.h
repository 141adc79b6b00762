/*
 * Our own frames, coming back.
 *
 * RS-485 adapters that hear themselves return each frame at once.  A frame of
 * ours is looked for until it has come back or its time is over, and nothing
 * else is sent meanwhile.  It is not looked for on a line where some in a row
 * did not: there an equal frame is a keypad that missed our answer.
 */
#ifndef OWN_H
#define OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OWN_MAX		2048	/* bytes; longer frames are for printers */

struct own {
	uint8_t	bytes[OWN_MAX];
	size_t	length;		/* 0: none is looked for */
	int64_t	until_ms;
	int	missed;		/* in a row, at most OWN_MISSES; -1: this line returns frames, and is not given up */
};

/* The port was opened: whatever it did before, it may be another adapter. */
void	own_reset(struct own *);

/*
 * A frame is sent, whose last byte leaves at sent_ms.  One whose answer is alike
 * is looked for only on a line that returns frames: else it would be the answer.
 */
void	own_expect(struct own *, const uint8_t *bytes, size_t len, bool alike, int64_t sent_ms);

/* Until when nothing else is sent; 0: none is looked for. */
int64_t	own_until_ms(const struct own *);

/* It is not coming any more. */
void	own_miss(struct own *);

/* A device was heard instead: it is not coming any more, unless this line returns frames. */
void	own_overtaken(struct own *);

/* Is it our own frame that starts here?  As driver.parse returns. */
int	own_parse(struct own *, const uint8_t *in, size_t len, int64_t now_ms);

#endif
