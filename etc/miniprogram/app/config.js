/* What a town changes: where its endpoint is, and the templates that its console gave it (README.md). */
module.exports = {
	base_url: "https://queue.example.gov.cn",	/* as in the list of request domains of the console, without a path */
	templates: [],					/* ids of near, called, passed, as in the endpoint's config; empty: no reminders */
};
