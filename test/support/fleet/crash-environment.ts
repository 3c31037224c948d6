import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../../src/simulator/index.ts";
import { type Reply, environmentOf } from "../app.ts";
import { type CrashProxy, type Passage, startCrashProxy } from "../network/crash-proxy.ts";
import { type Process, command } from "../process.ts";

/** The real process in front of a simulator behind a crash proxy. After a kill it can be restarted on its store. */
export class CrashEnvironment {
  readonly kore: Simulator;
  readonly proxy: CrashProxy;
  /** The folder of its store. */
  readonly store: string;
  readonly #env: Record<string, string>;
  #graph: { process: Process; url: string } | undefined;

  private constructor(kore: Simulator, proxy: CrashProxy, store: string, env: Record<string, string>) {
    this.kore = kore;
    this.proxy = proxy;
    this.store = store;
    this.#env = env;
  }

  /** `envOf`: the variables of the process, for the address of the proxy. */
  static async open(
    world: SimulatorOptions,
    envOf: (proxy: CrashProxy) => Record<string, string>,
  ): Promise<CrashEnvironment> {
    const kore = await startSimulator({ clock: "real", ...world });
    const proxy = await startCrashProxy(kore.url);
    const store = join(await mkdtemp(join(tmpdir(), "kore-graph-crash-")), "store");
    const environment = new CrashEnvironment(kore, proxy, store, envOf(proxy));
    await environment.start();
    return environment;
  }

  async start(): Promise<void> {
    const process = command(["serve"], {
      ...environmentOf(this.kore),
      WARM_UP_MS: "0",
      PORT: "0",
      PLAYGROUND: "off",
      STORE_PATH: this.store,
      KORE_DEADLINE_MS: "2000",
      PROVISIONING_SETTLE_MS: "200",
      PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "1500",
      ...this.#env,
    });
    const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
    this.#graph = { process, url };
  }

  async kill(): Promise<void> {
    this.#graph?.process.signal("SIGKILL");
    expect(await this.#graph?.process.ended).toBe("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Writes, and kills the process once the proxy holds the last of the passages. */
  async killIn(writing: () => Promise<unknown>, ...passages: Passage[]): Promise<void> {
    const held = this.proxy.hold(...passages);
    const cutOff = writing().then(
      () => expect.fail("was answered before the crash"),
      () => undefined,
    );
    await held;
    await this.kill();
    await cutOff;
  }

  async post<Data>(query: string, variables: Record<string, unknown>): Promise<Reply<Data>> {
    const reply = await fetch(this.#graph?.url ?? "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await reply.json()) as Reply<Data>;
  }

  async close(): Promise<void> {
    await this.kill();
    await this.proxy.stop();
    await this.kore.stop();
    await rm(join(this.store, ".."), { recursive: true, force: true });
  }
}
