/*
 * Signatures of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks):
 * HMAC-SHA256 of "ID.SECONDS.BODY", one for each secret, with blanks between.
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include <stddef.h>
#include <stdint.h>

#define WEBHOOK_KEYS	2	/* while secrets change, both sign */
#define WEBHOOK_KEY_MAX	64
#define WEBHOOK_SIGNATURE_MAX (WEBHOOK_KEYS * 64)

struct webhook_key { uint8_t bytes[WEBHOOK_KEY_MAX]; int len; };

/* A secret as "whsec_" and 24 to 64 bytes in base64.  0, or -1: it is none. */
int	webhook_key(struct webhook_key *, const char *secret);

/* The header webhook-signature of a body sent at these Unix seconds; the id has no dot in it. */
void	webhook_sign(char out[WEBHOOK_SIGNATURE_MAX], const struct webhook_key[], int keys, const char *id, int64_t seconds,
	    const char *body, size_t len);

#endif
