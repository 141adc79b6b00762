/* What is refused, in halld's way: application/problem+json with a code. */
const statuses = {
	bad_request: 400,
	unauthorized: 401,
	unknown_hall: 404,
	unknown_ticket: 404,
	unknown_command: 404,
	unknown_service: 404,
	not_found: 404,
	not_a_method: 405,
	day_closed: 410,
	retired: 410,
	too_large: 413,
	key_reused: 422,
	too_many: 429,
	not_available: 501,
	hall_offline: 503,
	mailbox_full: 503,
	wechat_failed: 502,
};

export class Refusal extends Error {
	constructor(code, members = {}) {
		super(code);
		this.status = statuses[code];
		this.problem = { status: this.status, title: code, code, ...members };
	}
}
