import { loadavg } from "node:os";
import { type Measurement, measure } from "./measure.ts";
import { HELP, UsageError, readOptions } from "./options.ts";
import { json, markdown } from "./report.ts";
import { type Servers, startServers } from "./servers.ts";

class Stopped extends Error {}

/** Aborts at Ctrl+C, so that the run cleans up; the second one ends the process as it would without us. */
function untilTold(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort(new Stopped(`stopped by ${name}`)));
  }
  return controller.signal;
}

async function bench(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const [load = 0] = loadavg();
  if (load > 1) process.stderr.write(`This machine is busy (load ${load.toFixed(1)}); expect the numbers to vary.\n`);
  const signal = untilTold();
  let servers: Servers | undefined;
  try {
    servers = await startServers();
    const measurements: Measurement[] = [];
    for (const operation of options.operations) {
      // Progress goes where it does not mix with the result.
      process.stderr.write(`${operation.name} …\n`);
      measurements.push(await measure(operation, servers, options, signal));
    }
    process.stdout.write((options.json ? json : markdown)(measurements, options));
  } catch (error) {
    signal.throwIfAborted(); // Ctrl+C reaches the servers too; that they are gone is not the news.
    throw error;
  } finally {
    await servers?.stop();
  }
}

try {
  await bench(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof Stopped;
  process.stderr.write(`${isExpected ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : error instanceof Stopped ? 130 : 1;
}
