/* One hall: its queues with how long they are, and a number from afar. */
const kept = require("../../lib/kept.js");
const poller = require("../../lib/poller.js");
const { get, post } = require("../../lib/request.js");
const { hall_state, is_old, late, phone_clock, stale, wait, why } = require("../../lib/say.js");
const { all, language, name_of, text } = require("../../lib/text.js");

const CLOSED_s = 60;
const shut = ["closed", "offline"];

function queue_line(queue, service) {
	return {
		id: queue.id,
		name: name_of(queue),
		place: name_of(queue, "place"),
		waiting: text("halls.waiting", queue),
		windows: queue.windows_open === 0 ? text("queue.none_open") : text("queue.windows", queue),
		last: queue.last_called ? text("queue.last", queue) : "",
		wait: wait(queue.wait_s),
		late: late(queue.wait_s),
		remote: Boolean(service && service.remote && service.open),
		named: Boolean(service && service.real_name !== "none"),
	};
}

Component({
	data: { t: {}, state: "", queues: [], stale: "", old: false, lost: "", words: "", taking: "", named: false, id_number: "", busy: false },
	lifetimes: {
		created() {
			this.hall = "";
			this.status = null;
			this.services = [];
			this.known_ms = 0;
			this.poller = poller(() => this.look(), () => this.missed());
		},
		detached() {
			this.poller.stop();
		},
	},
	methods: {
		onLoad({ id }) {
			this.hall = id;
			this.setData({ t: all() });
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
		async look() {
			const path = "halls/" + this.hall;
			const [status, { services }] = await Promise.all([get(path + "/status"), get(path + "/services")]);

			Object.assign(this, { status, services, known_ms: Date.now() });
			this.draw();
			return shut.includes(status.state) ? Math.max(CLOSED_s, status.poll_after_s) : status.poll_after_s;
		},
		missed() {
			this.setData({ lost: this.status === null ? text("no_answer") : text("lost", { time: phone_clock(this.known_ms) }) });
		},
		draw() {
			const { status, services } = this;

			this.setData({
				t: all(),
				lost: "",
				state: hall_state(status.state),
				stale: stale(status),
				old: is_old(status, Date.now()),
				queues: status.queues.map(queue => queue_line(queue, status.state === "offline" ? null : services.find(each => each.id === queue.id))),
			});
			wx.setNavigationBarTitle({ title: name_of(status) });
		},
		choose({ currentTarget }) {
			const { id, named } = currentTarget.dataset;

			this.setData({ taking: id, named, id_number: "", words: "" });
			return named ? undefined : this.take();
		},
		typed({ detail }) {
			this.setData({ id_number: detail.value.trim().toUpperCase() });
		},
		async take() {
			const { taking, named, id_number, busy } = this.data;
			const body = { service: taking, lang: language() };

			if (busy)
				return;
			this.setData({ busy: true, words: text("sending") });
			try {
				const ticket = await post("halls/" + this.hall + "/tickets", named ? Object.assign(body, { id_number }) : body);

				kept.keep({ token: ticket.token, hall: this.hall, number: ticket.number });
				this.setData({ words: "", taking: "", id_number: "" });
				wx.navigateTo({ url: "/pages/ticket/ticket?token=" + ticket.token });
			} catch (error) {
				this.setData({ words: why(error) });
			}
			this.setData({ busy: false });
		},
	},
});
