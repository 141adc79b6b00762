/*
 * Who this machine is.  Paired once by six digits that an administrator types
 * in, it keeps a cookie that no page can read.
 */
import { Refused, get, post, sleep } from "./api.js";

const ASK_ms = 3000;

async function is_paired(fits) {
	try {
		return fits(await get("session"));
	} catch (error) {
		if (error instanceof Refused && error.problem.code === "unauthorized")
			return false;
		throw error;
	}
}

/* Resolves when this code has been typed in, or when it holds no longer. */
async function typed_in(secret) {
	for (;;) {
		await sleep(ASK_ms);
		try {
			if ((await get("pairings/" + secret)).state === "paired")
				return;
		} catch (error) {
			if (error instanceof Refused && error.problem.code !== "too_many")
				return;
		}
	}
}

/* Resolves when this machine has a session that fits; show(code) what is to be typed in until then. */
export async function become(kind, fits, show) {
	for (;;) {
		try {
			if (await is_paired(fits))
				return;
			const { code, secret } = await post("pairings", { kind });

			show(code);
			await typed_in(secret);
		} catch (error) {
			await sleep(ASK_ms);
		}
	}
}
