/* All halls, a line each, and the tickets of this phone. */
const kept = require("../../lib/kept.js");
const poller = require("../../lib/poller.js");
const { get } = require("../../lib/request.js");
const { hall_state, is_old, phone_clock, stale } = require("../../lib/say.js");
const { all, change, name_of, text } = require("../../lib/text.js");

const EVERY_s = 15;

function line(hall) {
	return {
		id: hall.id,
		name: name_of(hall),
		state: hall_state(hall.state),
		waiting: hall.waiting === null ? "" : text("halls.waiting", hall),
		stale: stale(hall),
		old: is_old(hall, Date.now()),
	};
}

Component({
	data: { t: {}, lines: [], mine: [], lost: "" },
	lifetimes: {
		created() {
			this.halls = [];
			this.known_ms = 0;
			this.poller = poller(() => this.look(), () => this.missed());
		},
		detached() {
			this.poller.stop();
		},
	},
	methods: {
		onShow() {
			this.setData({ mine: kept.all() });
			this.draw();
			return this.poller.start();
		},
		onHide() {
			this.poller.stop();
		},
		onUnload() {
			this.poller.stop();
		},
		onPullDownRefresh() {
			return this.poller.start().then(() => wx.stopPullDownRefresh());
		},
		async look() {
			this.halls = (await get("halls")).halls;
			this.known_ms = Date.now();
			this.setData({ lost: "" });
			this.draw();
			return EVERY_s;
		},
		missed() {
			this.setData({ lost: this.known_ms === 0 ? text("no_answer") : text("lost", { time: phone_clock(this.known_ms) }) });
		},
		draw() {
			this.setData({ t: all(), lines: this.halls.map(line) });
			wx.setNavigationBarTitle({ title: text("halls.title") });
		},
		open_hall({ currentTarget }) {
			wx.navigateTo({ url: "/pages/hall/hall?id=" + currentTarget.dataset.id });
		},
		open_ticket({ currentTarget }) {
			wx.navigateTo({ url: "/pages/ticket/ticket?token=" + currentTarget.dataset.token });
		},
		other_language() {
			change();
			this.draw();
		},
	},
});
