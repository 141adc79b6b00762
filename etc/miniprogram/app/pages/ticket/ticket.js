/* The visitor's own ticket: what is shown is the endpoint's last answer, with since when it is old. */
const { templates } = require("../../config.js");
const kept = require("../../lib/kept.js");
const poller = require("../../lib/poller.js");
const { get, post } = require("../../lib/request.js");
const { clock, late, phone_clock, stale, wait, why } = require("../../lib/say.js");
const { all, has, name_of, text } = require("../../lib/text.js");
const { can, is_over } = require("../../lib/ticket.js");

const OVER_s = 60;
const PLACES = 2;
const shown_with_place = ["reserved", "waiting", "called", "serving", "passed", "held"];

/* Opened from a list, from a message (hall and number), or by scanning the paper ticket (q: its address). */
function token_of({ token, hall, number, q }) {
	if (token !== undefined)
		return token;
	if (q !== undefined)
		return decodeURIComponent(q).split("?")[0].split("/").pop();
	const mine = kept.all().find(ticket => ticket.hall === hall && ticket.number === number) || kept.all()[0];

	return mine === undefined ? "" : mine.token;
}

function ahead_text({ state, ahead }) {
	return state !== "waiting" || ahead === null ? "" : ahead === 0 ? text("ticket.next") : text("ticket.ahead", { ahead });
}

function lines(ticket) {
	const place = name_of(ticket, "place");

	return {
		number: ticket.number,
		service: name_of(ticket, "service_name"),
		state: has("state." + ticket.state) ? text("state." + ticket.state, ticket) : ticket.state,
		called: ticket.state === "called",
		ahead: ahead_text(ticket),
		wait: ticket.state === "waiting" || ticket.state === "reserved" ? wait(ticket.wait_s) : "",
		late: late(ticket.wait_s),
		place: place !== "" && shown_with_place.includes(ticket.state) ? text("ticket.place", { place }) : "",
		until: ticket.checkin_until ? text("ticket.until", { time: clock(ticket.checkin_until) }) : "",
		deferred: ticket.deferred ? text("deferred") : "",
		rated: Boolean(ticket.rated),
		stale: stale(ticket),
		can: can(ticket),
	};
}

Component({
	data: { t: {}, gone: "", lost: "", words: "", code: "", busy: false, grades: [5, 4, 3, 2, 1], asks_remind: templates.length > 0, reminded: false,
		ticket: null },
	lifetimes: {
		created() {
			this.token = "";
			this.view = null;
			this.known_ms = 0;
			this.answers = 0;	/* of both kinds; one asked for before another came may be the older one */
			this.poller = poller(() => this.look(), error => this.missed(error));
		},
		detached() {
			this.poller.stop();
		},
	},
	methods: {
		onLoad(query) {
			this.token = token_of(query);
			this.setData({ t: all() });
			wx.setNavigationBarTitle({ title: text("ticket.title") });
		},
		onShow() {
			return this.poller.start();
		},
		onHide() {
			this.poller.stop();
		},
		onUnload() {
			this.poller.stop();
		},

		/* No ETag here: a ticket's answer is kept nowhere. */
		async look() {
			const before = this.answers;

			try {
				const view = await get("tickets/" + this.token);

				if (before === this.answers)
					this.show(view);
			} catch (error) {
				if (![404, 410].includes(error.status))
					throw error;
				this.over(error.status);
				return 0;
			}
			return is_over(this.view) ? OVER_s : this.view.poll_after_s;
		},
		show(view) {
			this.view = view;
			this.known_ms = Date.now();
			this.answers++;
			kept.keep({ token: this.token, hall: view.hall, number: view.number });
			this.setData({ t: all(), lost: "", gone: "", ticket: lines(view) });
		},
		over(status) {
			kept.forget(this.token);
			this.setData({ lost: "", gone: text(status === 410 || this.view !== null ? "ticket.over" : "ticket.unknown") });
		},
		missed() {
			this.setData({ lost: this.view === null ? text("no_answer") : text("lost", { time: phone_clock(this.known_ms) }) });
		},

		/* A press is one command; while it is under way there is no other. */
		async press(command, body) {
			if (this.data.busy)
				return;
			this.setData({ busy: true, words: text("sending") });
			try {
				const view = await post("tickets/" + this.token + "/" + command, body);

				this.setData({ words: "" });
				if (view && view.state)
					this.show(Object.assign({ hall: this.view && this.view.hall }, view));
				this.poller.start();
			} catch (error) {
				this.setData({ words: why(error) });
			}
			this.setData({ busy: false });
		},
		cancel() {
			wx.showModal({ content: text("cancel.ask"), confirmText: text("cancel.yes"), cancelText: text("cancel.no"),
				success: ({ confirm }) => confirm && this.press("cancel", {}) });
		},
		defer() {
			return this.press("defer", { places: PLACES });
		},
		come_back() {
			return this.press("return", {});
		},
		typed({ detail }) {
			this.setData({ code: detail.value.trim() });
		},
		check_in() {
			return this.press("checkin", { code: this.data.code });
		},
		rate({ currentTarget }) {
			return this.press("rating", { grade: Number(currentTarget.dataset.grade) });
		},

		/* In the tap itself: WeChat asks only then. */
		remind() {
			wx.requestSubscribeMessage({
				tmplIds: templates,
				success: answer => this.subscribe(templates.filter(id => answer[id] === "accept")),
				fail: () => this.setData({ words: text("remind.refused") }),
			});
		},
		async subscribe(accepted) {
			if (accepted.length === 0) {
				this.setData({ words: text("remind.refused") });
				return;
			}
			try {
				const { code } = await new Promise((success, fail) => wx.login({ success, fail }));

				await post("tickets/" + this.token + "/subscribe", { js_code: code, templates: accepted });
				this.setData({ reminded: true, words: text("reminded") });
			} catch (error) {
				this.setData({ words: why({ problem: error.problem || null }) });
			}
		},
	},
});
