/*
 * A serial port at the far end of a telnet connection: see rfc2217.h.
 */
#include "protocols/rfc2217.h"

enum { IAC = 0xFF, SB = 0xFA, SE = 0xF0 };

size_t
rfc2217_escape(uint8_t *out, const uint8_t *data, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		out[n++] = data[i];
		if (data[i] == IAC)
			out[n++] = IAC;
	}
	return n;
}

size_t
rfc2217_option(uint8_t out[RFC2217_FRAME], enum rfc2217_verb verb, enum rfc2217_option option)
{
	if (verb < RFC2217_WILL || verb > RFC2217_DONT || option > 255)
		return 0;
	out[0] = IAC;
	out[1] = verb;
	out[2] = option;
	return 3;
}

size_t
rfc2217_hello(uint8_t out[RFC2217_FRAME])
{
	static const struct { enum rfc2217_verb verb; enum rfc2217_option option; } wanted[] = {
		{ RFC2217_WILL, RFC2217_BINARY }, { RFC2217_DO, RFC2217_BINARY },
		{ RFC2217_WILL, RFC2217_SGA }, { RFC2217_DO, RFC2217_SGA },
		{ RFC2217_WILL, RFC2217_COM_PORT },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		n += rfc2217_option(out + n, wanted[i].verb, wanted[i].option);
	return n;
}

/* A sub-negotiation of option 2C. */
static size_t
sub(uint8_t *out, enum rfc2217_code code, const uint8_t *value, size_t len)
{
	size_t n = 0;

	out[n++] = IAC;
	out[n++] = SB;
	out[n++] = RFC2217_COM_PORT;
	out[n++] = code;
	n += rfc2217_escape(out + n, value, len);
	out[n++] = IAC;
	out[n++] = SE;
	return n;
}

static size_t
sub_byte(uint8_t *out, enum rfc2217_code code, uint8_t value)
{
	return sub(out, code, &value, 1);
}

size_t
rfc2217_baud(uint8_t out[RFC2217_FRAME], int baud)
{
	const uint8_t value[4] = { 0, baud >> 16, baud >> 8, baud };

	if (baud < 1 || baud > 4000000)
		return 0;
	return sub(out, RFC2217_BAUD, value, sizeof(value));
}

size_t
rfc2217_8n1(uint8_t out[RFC2217_FRAME])
{
	size_t n = 0;

	n += sub_byte(out + n, RFC2217_DATA_BITS, 8);
	n += sub_byte(out + n, RFC2217_PARITY, 1);
	n += sub_byte(out + n, RFC2217_STOP_BITS, 1);
	return n;
}

size_t
rfc2217_control(uint8_t out[RFC2217_FRAME], int control)
{
	return control >= 0 && control <= 19 ? sub_byte(out, RFC2217_CONTROL, control) : 0;
}

size_t
rfc2217_purge(uint8_t out[RFC2217_FRAME], int what)
{
	return what >= 1 && what <= 3 ? sub_byte(out, RFC2217_PURGE, what) : 0;
}

static void
sub_take(struct rfc2217 *t, uint8_t byte)
{
	if (t->sub_length < sizeof(t->sub))
		t->sub[t->sub_length] = byte;
	t->sub_length++;
}

/* A sub-negotiation is over.  The baud has four bytes, all that we ask besides has one. */
static enum rfc2217_kind
sub_end(const struct rfc2217 *t, struct rfc2217_said *said)
{
	bool baud = t->sub_length > 1 && t->sub[1] == RFC2217_ANSWER + RFC2217_BAUD;

	if (t->sub_length != (baud ? 6 : 3) || t->sub[0] != RFC2217_COM_PORT || t->sub[1] < RFC2217_ANSWER)
		return RFC2217_NOTHING;
	said->code = t->sub[1] - RFC2217_ANSWER;
	said->value = 0;
	for (size_t i = 2; i < t->sub_length; i++)
		said->value = said->value << 8 | t->sub[i];
	return RFC2217_SET;
}

/* The byte after FF that is no sub-negotiation. */
static enum rfc2217_kind
command(struct rfc2217 *t, struct rfc2217_said *said, uint8_t byte)
{
	t->state = RFC2217_PLAIN;
	if (byte == IAC) {
		said->byte = byte;
		return RFC2217_DATA;
	}
	if (byte == SB) {
		t->state = RFC2217_SUB;
		t->sub_length = 0;
	} else if (byte >= RFC2217_WILL && byte <= RFC2217_DONT) {
		t->state = RFC2217_VERB;
		t->verb = byte;
	}
	return RFC2217_NOTHING;
}

enum rfc2217_kind
rfc2217_take(struct rfc2217 *t, struct rfc2217_said *said, uint8_t byte)
{
	*said = (struct rfc2217_said){ .byte = byte };
	switch (t->state) {
	case RFC2217_PLAIN:
		if (byte != IAC)
			return RFC2217_DATA;
		t->state = RFC2217_COMMAND;
		break;
	case RFC2217_COMMAND:
		return command(t, said, byte);
	case RFC2217_VERB:
		t->state = RFC2217_PLAIN;
		said->verb = t->verb;
		said->option = byte;
		return RFC2217_OPTION;
	case RFC2217_SUB:
		if (byte == IAC)
			t->state = RFC2217_SUB_COMMAND;
		else
			sub_take(t, byte);
		break;
	case RFC2217_SUB_COMMAND:
		if (byte == IAC) {
			t->state = RFC2217_SUB;
			sub_take(t, byte);
			break;
		}
		if (byte != SE)		/* its end was lost: the next command has begun */
			return command(t, said, byte);
		t->state = RFC2217_PLAIN;
		return sub_end(t, said);
	}
	return RFC2217_NOTHING;
}

size_t
rfc2217_reply(struct rfc2217 *t, uint8_t out[RFC2217_FRAME], const struct rfc2217_said *said)
{
	bool ours = said->option == RFC2217_BINARY || said->option == RFC2217_SGA || said->option == RFC2217_COM_PORT;

	/* What agrees with hello needs no word, and no "no" does: so nobody answers answers. */
	if (said->verb == RFC2217_DO)
		return ours ? 0 : rfc2217_option(out, RFC2217_WONT, said->option);
	if (said->verb != RFC2217_WILL)
		return 0;
	if (!ours)
		return rfc2217_option(out, RFC2217_DONT, said->option);
	if (said->option != RFC2217_COM_PORT || t->agreed)
		return 0;
	t->agreed = true;
	return rfc2217_option(out, RFC2217_DO, said->option);
}
