import { parseArgs } from "node:util";
import { readConfig } from "../server/config/index.ts";
import { type Simulator } from "../simulator/index.ts";
import { type Command, untilStopped } from "./command.ts";
import { environmentOf } from "./simulator-environment.ts";

export const simulate: Command = {
  help: ["the simulator alone   --port 4010  --sims 2000  --seed 1"],
  async run(args, env, { say }) {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ args, options: { port: text, sims: text, seed: text } });
    const { kore } = readConfig({
      ...env,
      KORE_MODE: "simulator",
      ...(values.port && { SIMULATOR_PORT: values.port }),
      ...(values.sims && { SIMULATOR_SIMS: values.sims }),
      ...(values.seed && { SIMULATOR_SEED: values.seed }),
    });
    if (kore.mode !== "simulator" || "live" in kore) throw new Error("the mode was set above");
    const { startSimulator } = await import("../simulator/index.ts");
    const simulator = await startSimulator({ port: kore.port, sims: kore.sims, seed: kore.seed });
    const stopped = untilStopped();
    say(introduction(simulator));
    await stopped;
    await simulator.stop();
    return 0;
  },
};

/** Shell commands that point the graph, or another client, to the simulator. */
function introduction(simulator: Simulator): string {
  const exports = Object.entries(environmentOf(simulator)).map(([name, value]) => `export ${name}=${value}`);
  return `simulator  ${simulator.url}/_simulator   (help, faults, clock, request log)

${exports.join("\n")}
`;
}
