/*
 * Modbus RTU, the master's side: number displays.  RS-485, 9600 8N1 as a rule.
 *
 *	address function data.. crc-lo crc-hi
 *
 *	03 04	register(2) count(2)			count(1) values(2 each)
 *	06	register(2) value(2)			the same
 *	10	register(2) count(2) bytes(1) values	register(2) count(2)
 *	any	answered with function + 80: code(1)
 *
 * Numbers are high byte first, but for crc: CRC-16 of all before it, reflected
 * A001 as in bx.h, but from FFFF.  3.5 characters of silence between frames.
 * Silence does not survive USB adapters and TCP servers: an answer is found by
 * the length that it must have, which what was asked tells, and by its CRC.
 * Source: pymodbus test_framer.py; registers of displays are in hall.json.
 *
 * Each function that writes a request returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_MODBUS_H
#define PROTOCOLS_MODBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODBUS_FRAME	256
#define MODBUS_READ	125	/* registers, at most */
#define MODBUS_WRITE	123

/* Addresses are 0-255: 0 is all, which nobody answers; 248-255 are reserved, and used by some. */

enum modbus_function {
	MODBUS_HOLDING	= 0x03,		/* read registers that can be written */
	MODBUS_INPUT	= 0x04,		/* and such that cannot */
	MODBUS_ONE	= 0x06,		/* write one */
	MODBUS_MANY	= 0x10,
};

/* Read 1-125 registers; MODBUS_HOLDING or MODBUS_INPUT; register 0-FFFF, and none behind that. */
size_t	modbus_read(uint8_t out[MODBUS_FRAME], int address, enum modbus_function, int reg, int count);

/* Write one register: -32768 to 65535. */
size_t	modbus_write(uint8_t out[MODBUS_FRAME], int address, int reg, int value);

/* Write 1-123 registers. */
size_t	modbus_write_many(uint8_t out[MODBUS_FRAME], int address, int reg, const uint16_t *values, int count);

/*
 * Write text to registers, two characters each, the first one high: on the
 * right of a display of 1-246 characters.  20-7E only, and not longer than that.
 */
size_t	modbus_text(uint8_t out[MODBUS_FRAME], int address, int reg, const char *text, int width);

/* What an answer must be; all zero: none is waited for. */
struct modbus_asked {
	uint8_t	address, function;
	uint8_t	head[4];	/* register and count, or register and value */
};

/* Take note of a request; one that nobody answers, or bytes that are none, ask nothing. */
void	modbus_ask(struct modbus_asked *, const uint8_t *request, size_t len);

struct modbus_answer {
	int		exception;	/* 0: done */
	int		count;		/* of values: what was read */
	uint16_t	value[MODBUS_READ];
};

/*
 * Read the answer at the start of in.  Returns the bytes used, 0 if the rest is
 * still to come, -1 if no answer to what was asked starts here: skip a byte.
 */
int	modbus_parse(struct modbus_answer *, const struct modbus_asked *, const uint8_t *in, size_t len);

#define MODBUS_BUSY	6	/* the exception after which the same request may be taken */

/* What an exception means, for a log line; never NULL. */
const char *modbus_exception_name(int exception);

#endif
