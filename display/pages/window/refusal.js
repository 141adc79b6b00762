/* What an error of api.js is in words, for the clerk whose press it answers. */
import { Refused } from "../common/api.js";
import { has_text, text } from "../common/text.js";

function state_text(state) {
	return text(["leg.", "window.", "hall."].map(kind => kind + state).find(has_text) || state);
}

/* A recall of a called number is refused only when it was called often enough. */
function not_allowed(problem) {
	if (problem.command === "recall" && problem.state === "called")
		return text("page.window.recalled_enough");
	return text("page.window.not_now", { state: state_text(problem.state), command: text("page.command." + problem.command) });
}

export function sentence(error) {
	if (!(error instanceof Refused))
		return text("page.no_answer");

	const problem = error.problem;
	if (problem.code === "not_allowed" && problem.state && problem.command)
		return not_allowed(problem);
	if (problem.code === "taken" && problem.staff)
		return text("page.window.taken_by", problem);
	return has_text("code." + problem.code) ? text("code." + problem.code, problem) : problem.title;
}
