// The line between a hall and its endpoint, which a test cuts and mends.
import { connect, createServer } from "node:net";

export class Line {
  // to.url: where the endpoint is.  line.ids has those of all messages that the hall sent.
  static async start(to) {
    const line = new Line();
    Object.assign(line, { to, port: 0, ends: new Set(), deaf: false, last_words: null, ids: [] });
    await line.mend();
    line.url = `http://127.0.0.1:${line.port}`;
    return line;
  }

  async mend() {
    this.deaf = false;
    this.server = createServer((hall) => this.join(hall));
    await new Promise((r) => this.server.listen(this.port, "127.0.0.1", r));
    ({ port: this.port } = this.server.address());
  }

  join(hall) {
    const outside = connect(new URL(this.to.url).port, "127.0.0.1");
    for (const [end, other] of [[hall, outside], [outside, hall]]) {
      this.ends.add(end);
      end.on("error", () => {});
      end.on("close", () => { this.ends.delete(end); other.destroy(); });
    }
    hall.on("data", (bytes) => {
      this.ids.push(...Array.from(String(bytes).matchAll(/^webhook-id: (\S+)/gm), ([, id]) => id));
      outside.write(bytes);
    });
    outside.on("data", (bytes) => this.answer(bytes, hall));
  }

  answer(bytes, hall) {
    if (this.deaf) return;
    if (this.last_words === null || !this.last_words.test(bytes)) hall.write(bytes);
    else hall.end(bytes, () => this.cut());
  }

  // Who connects is refused, who was connected is cut off.
  cut() {
    this.server.close();
    this.last_words = null;
    for (const end of this.ends) end.destroy();
  }

  // What the hall sends still arrives outside; no answer comes back.
  deafen() {
    this.deaf = true;
  }

  // Cut, once an answer like this has reached the hall.
  async cut_after(answer) {
    this.last_words = answer;
    while (this.server.listening) await new Promise((r) => setTimeout(r, 20));
  }

  stop() {
    this.cut();
  }
}
