/*
 * Sentences for people, by key and language: text/zh.json and text/en.json.
 *
 * A file is one flat object {"key": "sentence with {placeholders}"}.  Chinese
 * is the original.  Both files have the same keys, and a key the same
 * placeholders in both; a name in braces is lower-case letters and _.
 *
 * A hall may say some of them in other words (hall.json, texts).  What was once
 * lent stays as it is until texts_free, for threads that are just using it.
 */
#ifndef TEXTS_H
#define TEXTS_H

#include <stddef.h>

#include "daemon/core/layout.h"

struct texts;

/* Load both files of a folder: new.  NULL with a line in error. */
struct texts	*texts_open(const char *folder, char *error, size_t cap);
void		 texts_free(struct texts *);

/*
 * Are there such sentences, and has each that is said in other words the same
 * placeholders?  0, or -1 with a line in error that begins with the JSON Pointer
 * of what is wrong.
 */
int		 texts_check(const struct texts *, const struct layout *, char *error, size_t cap);

/* From now on in the words of this layout, which was checked. */
void		 texts_follow(struct texts *, const struct layout *);

/* The sentence of a key, borrowed from texts.  A key there is not is its own sentence, so that it shows. */
const char	*texts_get(const struct texts *, enum language, const char *key);

/* What a placeholder stands for. */
struct slot {
	const char *name, *value;
};
#define SLOTS(...) ((const struct slot[]){ __VA_ARGS__ __VA_OPT__(,) { NULL, NULL } })

/*
 * Write the sentence with its placeholders filled in; slots end with a NULL
 * name, and may be more than the sentence has.  Returns the length; -1, and
 * out is empty, if a placeholder has no slot or the result does not fit.
 */
int		 text_fill(char *out, size_t cap, const char *sentence, const struct slot *);

#endif
