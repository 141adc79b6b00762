/* What its holder can do with a ticket; the hall decides, this says only whether there is a use in asking. */
const live = ["reserved", "waiting", "called", "passed", "held"];
const over = ["done", "cancelled", "abandoned", "expired"];

const may = {
	return: ticket => ticket.state === "passed",
	defer: ticket => ticket.state === "waiting" && !ticket.deferred,
	cancel: ticket => live.includes(ticket.state),
	checkin: ticket => ["reserved", "no_show"].includes(ticket.state),
	rating: ticket => !ticket.rated && over.includes(ticket.state) && (ticket.legs || []).some(leg => leg.state === "done"),
	remind: ticket => ["reserved", "waiting", "passed", "held"].includes(ticket.state),
};

function can(ticket) {
	return Object.keys(may).reduce((all, command) => Object.assign(all, { [command]: may[command](ticket) }), {});
}

module.exports = { can, is_over: ticket => over.includes(ticket.state) };
