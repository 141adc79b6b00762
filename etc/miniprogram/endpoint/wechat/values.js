/*
 * What a template's values may be, by the beginning of their keys; a value
 * that breaks its rule is refused by WeChat with 47003.  Characters are code
 * points.  Source: the table of sendMessage, developers.weixin.qq.com.
 */
const count = text => Array.from(text).length;
const matches = pattern => text => pattern.test(text);
const clock = "([01]\\d|2[0-3]):[0-5]\\d", day = "\\d{4}(年\\d{1,2}月\\d{1,2}日|[-/.]\\d{1,2}[-/.]\\d{1,2})";
const moment = `(${day}( ?${clock})?|${clock})`;

export const rules = {
	thing: { right: text => count(text) <= 20, says: "at most 20 characters", cut: 20 },
	number: { right: text => matches(/^\d+(\.\d+)?$/)(text) && text.length <= 32, says: "at most 32 digits" },
	letter: { right: matches(/^[A-Za-z]{1,32}$/), says: "at most 32 letters" },
	symbol: { right: text => count(text) <= 5 && !/[\p{L}\p{N}]/u.test(text), says: "at most 5 symbols" },
	character_string: { right: matches(/^[\x21-\x7e]{1,32}$/), says: "at most 32 digits, letters or symbols" },
	time: { right: matches(new RegExp(`^(${day} ?)?${clock}(~(${day} ?)?${clock})?$`)), says: "15:01 or 2019年10月1日 15:01" },
	date: { right: matches(new RegExp(`^${day}( ?${clock})?(~${moment})?$`)), says: "2019年10月1日, with a time or without" },
	amount: { right: matches(/^[¥￥$€]?\d{1,10}(\.\d{1,2})?元?$/), says: "a sign of currency and at most 10 digits" },
	phone_number: { right: matches(/^[\d+() -]{1,17}$/), says: "at most 17 digits and symbols" },
	car_number: { right: text => count(text) <= 8, says: "at most 8 characters" },
	name: { right: text => /^\p{Script=Han}+$/u.test(text) ? count(text) <= 10 : /^[\p{Script=Latin}\p{P}\p{S} ]{1,20}$/u.test(text),
		says: "at most 10 Chinese characters or 20 letters" },
	phrase: { right: matches(/^\p{Script=Han}{1,5}$/u), says: "at most 5 Chinese characters" },
	enum: { right: () => true, says: "one of the template's" },
};

export function rule_of(key) {
	const name = key.replace(/\d+$/, "");

	return Object.hasOwn(rules, name) ? rules[name] : null;
}

/* The value as it can be sent; throws, naming the key, when it cannot. */
export function value_of(key, text) {
	const rule = rule_of(key), plain = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
	const value = rule !== null && rule.cut !== undefined ? Array.from(plain).slice(0, rule.cut).join("") : plain;

	if (rule === null)
		throw new Error(`${key}: no such kind of value`);
	if (value === "" || !rule.right(value))
		throw new Error(`${key}: "${value}" is not ${rule.says}`);
	return value;
}
