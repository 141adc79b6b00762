/* Sentences that only the list of halls has. */
const words = {
	zh: { title: "各大厅排队情况", offline: "暂时联系不上", stale: "{time} 之后没有新数据", never: "还没有数据",
		away: "暂时联系不上大厅，请稍后再试" },
	en: { title: "Queues in all halls", offline: "No contact at present", stale: "No news since {time}", never: "No data yet",
		away: "The hall cannot be reached at present. Please try again later" },
};

export function word(language, key, values = {}) {
	return words[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
