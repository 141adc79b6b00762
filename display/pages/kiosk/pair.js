/*
 * Who this machine is.  Paired once by six digits that an administrator types
 * in, it keeps a cookie that no page can read.
 */
import { Refused, get, post, sleep } from "../common/api.js";

const ASK_ms = 3000;

async function is_kiosk() {
	try {
		return (await get("session")).role === "kiosk";
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

/* Resolves when this machine is a kiosk; show(code) what is to be typed in until then. */
export async function become_kiosk(show) {
	for (;;) {
		try {
			if (await is_kiosk())
				return;
			const { code, secret } = await post("pairings", { kind: "kiosk" });

			show(code);
			await typed_in(secret);
		} catch (error) {
			await sleep(ASK_ms);
		}
	}
}
