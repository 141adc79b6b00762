/*
 * An announcement as words that were recorded one by one, for modules that play
 * clips.  Which file of a module holds which word is told elsewhere.
 *
 *	please A 0 3 7 number to 1 ten 2 window		请 A 零 三 七 号 到 十 二 号窗口
 *	A 0 3 7 number corrected			A 零 三 七 号 刚才叫号有误,请您继续等候
 *	en.ticket A en.0 en.3 en.7 en.window en.12 en.please
 *	en.ticket A en.0 en.3 en.7 en.corrected
 *
 * The ticket's number is said character by character, the window as a quantity:
 * 12 ten 2, 20 2 ten, 105 1 hundred 0 5, 110 1 hundred 1 ten.
 */
#ifndef PROTOCOLS_CLIPS_H
#define PROTOCOLS_CLIPS_H

#include <stdint.h>

#include "protocols/device.h"

enum clip_word {
	CLIP_CHIME,
	CLIP_PLEASE,		/* 请 */
	CLIP_NUMBER,		/* 号 */
	CLIP_TO,		/* 到 */
	CLIP_WINDOW,		/* 号窗口 */
	CLIP_CORRECTED,		/* 刚才叫号有误,请您继续等候 */
	CLIP_TEN, CLIP_HUNDRED,
	CLIP_0,			/* to 9; 1 is yi, never yao */
	CLIP_A = CLIP_0 + 10,	/* to Z, in both languages */
	CLIP_EN_TICKET = CLIP_A + 26,
	CLIP_EN_WINDOW,
	CLIP_EN_PLEASE,
	CLIP_EN_CORRECTED,	/* "was called by mistake, please wait for your turn" */
	CLIP_EN_HUNDRED,
	CLIP_EN_0,		/* to 19 */
	CLIP_EN_20 = CLIP_EN_0 + 20,	/* 20, 30, to 90 */
	CLIP_WORDS = CLIP_EN_20 + 8
};

/* "please", "7", "A", "en.12", "en.20"; and back, -1: there is no such word. */
const char	*clip_name(enum clip_word);
int		 clip_find(const char *name);

/* Is it one of the words that only English has? */
bool		 clip_is_english(enum clip_word);

/*
 * Write the words that say a, in order; returns how many.  0: it has something
 * that no clip says: a sentence that is neither a call nor a correction, a
 * number with other characters than 0-9 and A-Z, a window that is not 1-999.
 */
#define CLIPS_SAID	32
int		 clips_say(uint8_t words[CLIPS_SAID], const struct announcement *a);

#endif
