/*
 * A serial port at the far end of a telnet connection, and its settings.
 *
 *	FF FF				the byte FF
 *	FF verb option			verb: FB will, FC wont, FD do, FE dont
 *	FF FA option code value.. FF F0	sub-negotiation; FF in it is doubled too
 *	FF other			telnet commands that do not concern us
 *
 * All else is data.  We want the options 00 (8 bits), 03 (no go-aheads) both
 * ways and 2C (this protocol), and refuse others.  A server answers a code by
 * code + 100 and what it really has set, which may be something else.
 *
 *	01 baud, 4 bytes, high first	05 control: 1 no flow control, 8 DTR on,
 *	02 data bits			   0B RTS on, ...
 *	03 parity: 1 none		0C purge: 1 what came, 2 what is to go, 3 both
 *	04 stop bits			6A, 6B unasked: line and modem states
 *
 * Some servers tell modem states before anything else, and some never answer
 * code 05.
 * Source: RFC 2217, RFC 854; bytes between python3-serial 3.5 and itself.
 *
 * Each function that writes returns the length, or writes nothing and returns 0
 * if an argument is outside the range given.
 */
#ifndef PROTOCOLS_RFC2217_H
#define PROTOCOLS_RFC2217_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RFC2217_FRAME	32	/* the longest that a function below writes, rfc2217_escape apart */
#define RFC2217_SUB_MAX	16	/* bytes of a sub-negotiation that we look at; longer ones are passed over */

enum rfc2217_verb { RFC2217_WILL = 0xFB, RFC2217_WONT, RFC2217_DO, RFC2217_DONT };

enum rfc2217_option { RFC2217_BINARY = 0, RFC2217_SGA = 3, RFC2217_COM_PORT = 44 };

enum rfc2217_code {
	RFC2217_BAUD = 1,
	RFC2217_DATA_BITS,
	RFC2217_PARITY,		/* 1: none */
	RFC2217_STOP_BITS,
	RFC2217_CONTROL,
	RFC2217_PURGE = 12,
	RFC2217_ANSWER = 100,	/* added to the code that is answered */
};

size_t	rfc2217_option(uint8_t out[RFC2217_FRAME], enum rfc2217_verb, enum rfc2217_option);

/* What a client begins with: all options that we want. */
size_t	rfc2217_hello(uint8_t out[RFC2217_FRAME]);

/* 1-4000000. */
size_t	rfc2217_baud(uint8_t out[RFC2217_FRAME], int baud);

size_t	rfc2217_8n1(uint8_t out[RFC2217_FRAME]);

/* 0-19, as RFC 2217 lists them; 1: no flow control. */
size_t	rfc2217_control(uint8_t out[RFC2217_FRAME], int control);

/* 1 what came, 2 what is to go, 3 both. */
size_t	rfc2217_purge(uint8_t out[RFC2217_FRAME], int what);

/* Data as they are sent: at most 2 * len bytes. */
size_t	rfc2217_escape(uint8_t *out, const uint8_t *data, size_t len);

/* What has come of a connection; all zero at its start. */
struct rfc2217 {
	enum { RFC2217_PLAIN, RFC2217_COMMAND, RFC2217_VERB, RFC2217_SUB, RFC2217_SUB_COMMAND } state;
	uint8_t	verb;
	uint8_t	sub[RFC2217_SUB_MAX];
	size_t	sub_length;		/* goes on counting */
	bool	agreed;			/* we have said DO to option 2C */
};

enum rfc2217_kind {
	RFC2217_NOTHING,		/* of no meaning, or not yet */
	RFC2217_DATA,			/* byte */
	RFC2217_OPTION,			/* verb, option */
	RFC2217_SET,			/* the answer to code: value */
};

struct rfc2217_said {
	uint8_t		byte;
	uint8_t		verb, option;
	int		code;
	uint32_t	value;
};

/* Take one byte; what it completes. */
enum rfc2217_kind rfc2217_take(struct rfc2217 *, struct rfc2217_said *, uint8_t byte);

/* What is to be said to an option, 0: nothing. */
size_t	rfc2217_reply(struct rfc2217 *, uint8_t out[RFC2217_FRAME], const struct rfc2217_said *);

#endif
