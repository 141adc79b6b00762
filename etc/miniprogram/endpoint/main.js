#!/usr/bin/env node
/* hall-endpoint [-n] CONFIG: -n checks the config and exits. */
import { config_read } from "./config.js";
import { endpoint_start } from "./endpoint.js";

const words = process.argv.slice(2), check = words[0] === "-n", file = words[check ? 1 : 0];

function fail(status, line) {
	console.error(`hall-endpoint: ${line}`);
	process.exit(status);
}

if (file === undefined || words.length > (check ? 2 : 1))
	fail(2, "usage: hall-endpoint [-n] CONFIG");
try {
	const config = config_read(file);

	if (!check) {
		const endpoint = await endpoint_start(config);

		console.error(`hall-endpoint: ${config.halls.length} halls, listening on ${config.listen}`);
		for (const signal of ["SIGTERM", "SIGINT"])
			process.once(signal, () => endpoint.stop().then(() => process.exit(0)));
	}
} catch (error) {
	fail(1, error.message);
}
