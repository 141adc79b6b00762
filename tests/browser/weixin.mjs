// WeChat's server as the endpoint sees it, and templates of a mini-program.
import { createServer } from "node:http";

// api.weixin.qq.com: script[path] are answers for the next requests; the usual ones after them.  {raw}: the text itself; a promise: when it is kept.
export class Weixin {
  constructor() {
    this.script = {};
    this.asked = [];
    this.tokens = 0;
  }

  usual(path, query) {
    if (path === "/cgi-bin/stable_token") return { access_token: `token-${++this.tokens}`, expires_in: 7200 };
    if (path === "/sns/jscode2session") return { openid: `openid-of-${query.get("js_code")}`, session_key: "never leaves", unionid: "u" };
    return { errcode: 0, errmsg: "ok" };
  }

  async start() {
    this.server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      const { pathname, searchParams } = new URL(request.url, "http://x");
      this.asked.push({ path: pathname, query: Object.fromEntries(searchParams), body: body === "" ? null : JSON.parse(body) });
      const told = await (this.script[pathname] ?? []).shift();
      if (told === "hang up") request.socket.destroy();
      else response.end(told?.raw ?? JSON.stringify(told ?? this.usual(pathname, searchParams)));
    });
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  sent(path = "/cgi-bin/message/subscribe/send") {
    return this.asked.filter((asked) => asked.path === path);
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}

export const templates = {
  near: { id: "TPL-NEAR", data: { character_string1: "number", thing2: "hall", number3: "ahead", phrase5: "=即将叫号" } },
  called: { id: "TPL-CALLED", data: { character_string1: "number", thing2: "window", time4: "time" } },
  passed: { id: "TPL-PASSED", data: { character_string1: "number", phrase5: "=已过号" } },
};
