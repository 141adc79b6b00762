/*
 * Memory that is always there: these end the program when it is not, so that
 * no code has to pretend to handle it.
 */
#ifndef UTIL_H
#define UTIL_H

#include <stddef.h>
#include <stdint.h>

void	*xcalloc(size_t count, size_t size);			/* new, zeroed */
void	*xrealloc(void *, size_t count, size_t size);		/* new */
char	*xstrdup(const char *);					/* new */

/*
 * An array that grows: GROW(array, count, room) makes place for one more, so
 * that array[count] may be written.
 */
#define GROW(array, count, room) do {						\
	if ((count) == (room)) {						\
		(room) = (room) == 0 ? 16 : (room) * 2;				\
		(array) = xrealloc((array), (room), sizeof *(array));		\
	}									\
} while (0)

/* Lower-case hexadecimal; out has room for 2 * len + 1. */
void	hex(char *out, const void *bytes, size_t len);

/* SHA-256 of the bytes as 64 hexadecimal digits and a NUL. */
#define DIGEST_MAX 65
void	digest(char out[DIGEST_MAX], const void *bytes, size_t len);

/* HMAC-SHA256. */
#define KEYED_DIGEST 32
void	keyed_digest(uint8_t out[KEYED_DIGEST], const void *key, size_t key_len, const void *bytes, size_t len);

/* Random bytes of the kernel as URL-safe base64: 3 bytes make 4 characters; len a multiple of 4. */
void	random_token(char *out, size_t len);

#endif
