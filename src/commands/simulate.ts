import { environmentOf, startOwnSimulator } from "../app/simulator.ts";
import { ALL_VARIABLES, readConfig } from "../server/config/index.ts";
import { type Simulator } from "../simulator/index.ts";
import { defineCommand } from "./arguments/command.ts";
import { untilStopped } from "./process.ts";

export const simulate = defineCommand({
  summary: "runs the simulator alone",
  options: {
    port: { type: "string", value: "PORT", help: "short for --simulator-port" },
    sims: { type: "string", value: "COUNT", help: "short for --simulator-sims" },
    seed: { type: "string", value: "NUMBER", help: "short for --simulator-seed" },
  },
  settings: ALL_VARIABLES.filter(({ name }) => name.startsWith("SIMULATOR_")),
  async run(given, env, { say }) {
    const { kore } = readConfig({
      ...env,
      KORE_MODE: "simulator",
      ...(given.port && { SIMULATOR_PORT: given.port }),
      ...(given.sims && { SIMULATOR_SIMS: given.sims }),
      ...(given.seed && { SIMULATOR_SEED: given.seed }),
    });
    if (kore.mode !== "simulator" || "live" in kore) throw new Error("the mode was set above");
    const simulator = await startOwnSimulator(kore);
    const stopped = untilStopped();
    say(introduction(simulator));
    await stopped;
    await simulator.stop();
    return 0;
  },
});

/** Shell commands that point the graph, or another client, to the simulator. */
function introduction(simulator: Simulator): string {
  const exports = Object.entries(environmentOf(simulator)).map(([name, value]) => `export ${name}=${value}`);
  return `simulator  ${simulator.url}/_simulator   (help, faults, clock, request log)

${exports.join("\n")}
`;
}
