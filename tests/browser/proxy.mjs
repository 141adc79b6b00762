// nginx in front of a hall, with the site that is shipped.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash, X509Certificate } from "node:crypto";
import { free_port } from "./hall.mjs";

const listens = (port) => new Promise((done) => {
  const socket = connect(port, "127.0.0.1", () => { socket.destroy(); done(true); });
  socket.on("error", () => done(false));
});

export class Proxy {
  static async start(hall) {
    const proxy = new Proxy();
    const ports = [await free_port(), await free_port()];
    proxy.folder = mkdtempSync(join(tmpdir(), "nginx-"));
    proxy.url = `https://127.0.0.1:${ports[1]}`;
    proxy.process = spawn("python3", ["tests/system/proxy.py", proxy.folder, hall.port, ...ports], { stdio: ["ignore", "ignore", "inherit"] });
    while (!await listens(ports[1])) {
      if (proxy.process.exitCode !== null) throw new Error("nginx ended");
      await new Promise((r) => setTimeout(r, 20));
    }
    return proxy;
  }

  // SHA-256 of the certificate's key, as halld-cert prints it.
  pin() {
    const key = new X509Certificate(readFileSync(join(this.folder, "tls/hall.crt"))).publicKey.export({ type: "spki", format: "der" });
    return createHash("sha256").update(key).digest("base64");
  }

  async stop() {
    const ended = new Promise((r) => this.process.once("exit", r));
    this.process.kill("SIGTERM");
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}
