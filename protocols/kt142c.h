/*
 * KT142C and KT158A voice chips.  UART 8N1, 9600 (KT142C) or 115200 (KT158A):
 *
 *	7E cmd len-hi len-lo data.. EF
 *
 * len counts data; there is no check, so a damaged frame may be obeyed.  The KT142C
 * says 7E 3F 00 02 00 04 EF when it was switched on, and answers 7E 41 EF to a
 * command; the KT158A is known to answer nothing.  Neither is known to tell when
 * a clip has ended: the KT142C can be asked (42), for the KT158A there is only a
 * pin called BUSY, which no line carries.
 * Source: pages of the chips' seller, mzph.cn/news/75370.shtml (KT142C), blog.csdn.net
 * /qyvhome/article/details/132814017 (its 3F and 41) and cloud.tencent.com/developer
 * /article/2359475 (KT158A).  Not sure: the sequence's one byte a clip is shown for
 * the KT158A alone; the answer to 42 is taken to be a frame with the state as the
 * DFPlayer has it (0 stopped, 1 playing, 2 paused in its last byte).
 *
 * Each function writes one frame and returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_KT142C_H
#define PROTOCOLS_KT142C_H

#include <stddef.h>
#include <stdint.h>

#define KT142C_SEQUENCE	32	/* clips in one sequence; what the chip takes is not known */
#define KT142C_FRAME	(KT142C_SEQUENCE + 5)

/* Commands and the range of their parameter. */
enum kt142c_command {
	KT142C_NEXT		= 0x01,		/* 0 */
	KT142C_PREVIOUS		= 0x02,		/* 0 */
	KT142C_PLAY		= 0x03,		/* 1-65535: a clip, in the order of copying */
	KT142C_VOLUME		= 0x06,		/* 0 (silent) to 30 */
	KT142C_RESET		= 0x0C,		/* 0 */
	KT142C_STOP		= 0x16,		/* 0 */
	KT142C_QUERY_STATE	= 0x42,		/* 0 */
	KT142C_QUERY_VOLUME	= 0x43,		/* 0 */
};
size_t	kt142c_command(uint8_t out[KT142C_FRAME], enum kt142c_command, int parameter);

/* Play clips 1-255 one after the other, 1 to KT142C_SEQUENCE of them. */
size_t	kt142c_sequence(uint8_t out[KT142C_FRAME], const uint8_t *clips, int count);

/* Something the chip said. */
enum kt142c_kind {
	KT142C_OTHER,		/* of no meaning to us */
	KT142C_STARTED,		/* power was switched on */
	KT142C_TAKEN,		/* a command */
	KT142C_STATE,		/* answer to QUERY_STATE; low byte 0 stopped, 1 playing, 2 paused */
};
struct kt142c_said {
	enum kt142c_kind	kind;
	uint8_t			command;
	int			parameter;
};

/* Bytes used, 0: the rest is still to come, -1: nothing that we know starts here. */
int	kt142c_parse(struct kt142c_said *, const uint8_t *in, size_t len);

#endif
