/* Uplinks: how each endpoint outside is, and what is sent to it again by hand. */
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/push/push.h"

enum refusal
get_push(struct request *rq)
{
	return request_json(rq, 200, json_pack("{s:o}", "endpoints", push_json(rq->server->push)));
}

/* One that wanted no more is told again; or an event that it would not have is sent once more. */
enum refusal
post_push_again(struct request *rq)
{
	static const char *const members[] = { "seq", NULL };
	const json_t *seq = json_object_get(rq->body, "seq");
	size_t len = strlen(rq->word[0]);
	enum refusal refusal = body_only(rq, members);

	if (len > 3 || strspn(rq->word[0], "0123456789") != len)
		return NOT_FOUND;
	if (refusal != OK)
		return refusal;
	if (seq != NULL && (!json_is_integer(seq) || json_integer_value(seq) < 1))
		return body_wrong(rq, "seq", "the number of an event that was left out");
	if (push_again(rq->server->push, atoi(rq->word[0]), json_integer_value(seq)) == -1)
		return NOT_FOUND;
	return get_push(rq);
}
