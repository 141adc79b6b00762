/*
 * What the sign over a window should show: contract "What people see", pure.
 *
 *	offline, closed	6号窗口 暂未开放
 *	idle		6号窗口 税务、不动产登记
 *	calling		A037 请到6号窗口, flashing at first
 *	serving		A037 正在办理
 *	paused		暂停服务 请到2、3号窗口, or 暂停服务 10:30恢复 until then, or 暂停服务
 *	suspended	全厅暂停服务 请稍候, whatever the window does
 *	evacuation	what the manager says, or 请听从工作人员指挥 有序离开大厅; a drill says so
 *
 * and the same in Latin letters, "A037 -> 6", for signs without Chinese.
 * A sign names a ticket and a window, never a person or the reason of a pause.
 */
#ifndef SIGN_H
#define SIGN_H

#include "daemon/core/hall.h"
#include "display/texts.h"

#define SIGN_TEXT	256	/* bytes with the NUL; services that do not fit are left out */
#define SIGN_LATIN	126	/* likewise; what signs without Chinese take */
#define SIGN_FLASH_MS	3000	/* after a call and each recall */

struct sign {
	char	text[SIGN_TEXT];	/* UTF-8; "" is dark */
	char	latin[SIGN_LATIN];	/* ASCII */
	char	number[NUMBER_MAX];	/* of the ticket called or served; "": none */
	bool	flash;
	int64_t	until_ms;	/* steady time at which it may change by itself; INT64_MAX: not */
};

/* no: the window's number; one that the layout does not have is dark. */
void	sign_of(struct sign *, const struct hall *, const struct layout *, const struct texts *, int no,
	    const struct instant *now);

/* What people are told to do while the hall is left; empty: it is not. */
void	evacuation_text(char *out, size_t cap, const struct hall *, const struct texts *, enum language);

#endif
