/*
 * What WeChat's errcodes mean for us; the HTTP status is 200 also with an
 * error.  act:
 *	done		it is sent
 *	later		try again, each time later
 *	minute		try again in the next minute
 *	token		the token is not good any more: another one, and once more
 *	drop		this message can never be sent
 *	drop_person	and none to this person
 *	day		nothing more until midnight in Shanghai
 *	stop		nothing more until somebody has mended it and started anew
 *	login		the phone's code: it has to ask for another one
 *	refuse		WeChat does not let this person in
 * Source: the pages getStableAccessToken, sendMessage, jscode2session and errCode of developers.weixin.qq.com.
 */
export const errcodes = {
	0: { act: "done", says: "ok" },
	[-1]: { act: "later", says: "system busy" },
	40001: { act: "token", says: "access_token or AppSecret not valid" },
	40014: { act: "token", says: "access_token malformed" },
	42001: { act: "token", says: "access_token expired" },
	40013: { act: "stop", says: "appid not valid" },
	40125: { act: "stop", says: "AppSecret not valid" },
	41002: { act: "stop", says: "appid missing" },
	41004: { act: "stop", says: "AppSecret missing" },
	40164: { act: "stop", says: "this server's address is not in the whitelist of the console" },
	61004: { act: "stop", says: "this server's address is not in the whitelist of the console" },
	41001: { act: "drop", says: "access_token missing" },
	45009: { act: "day", says: "today's quota is used up" },
	45011: { act: "minute", says: "too many this minute" },
	40003: { act: "drop", says: "openid not valid" },
	40037: { act: "stop", says: "template_id not valid" },
	41030: { act: "stop", says: "page is not in the released mini-program" },
	43101: { act: "drop_person", says: "refused by the person, or not subscribed" },
	47001: { act: "drop", says: "JSON not valid" },
	47003: { act: "drop", says: "a value breaks the template's rule" },
	48001: { act: "stop", says: "no permission for this" },
	48004: { act: "stop", says: "banned" },
	50002: { act: "stop", says: "account limited" },
	40029: { act: "login", says: "js_code not valid: used, or older than 5 min" },
	40163: { act: "login", says: "js_code used" },
	40226: { act: "refuse", says: "person blocked at login" },
};

export function errcode_of(errcode) {
	return errcodes[errcode] || { act: "later", says: "not known" };
}
