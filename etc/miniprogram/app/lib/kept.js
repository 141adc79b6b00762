/* The tickets of this phone, the newest first; a day's are forgotten with it. */
const KEY = "tickets";
const MAX = 5;
const LONG_ms = 24 * 3600 * 1000;

function all() {
	const list = wx.getStorageSync(KEY);

	return Array.isArray(list) ? list.filter(ticket => Date.now() - ticket.since_ms < LONG_ms) : [];
}

function keep({ token, hall, number }) {
	const before = all().find(ticket => ticket.token === token);
	const mine = { token, hall, number, since_ms: before === undefined ? Date.now() : before.since_ms };

	wx.setStorageSync(KEY, [mine].concat(all().filter(ticket => ticket.token !== token)).slice(0, MAX));
}

function forget(token) {
	wx.setStorageSync(KEY, all().filter(ticket => ticket.token !== token));
}

module.exports = { all, keep, forget };
