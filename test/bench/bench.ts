import { type Measurement, measure } from "./measure.ts";
import { HELP, UsageError, readOptions } from "./options.ts";
import { json, markdown } from "./report.ts";
import { type Servers, startServers } from "./servers.ts";

/** Ends the run at Ctrl+C and lets it clean up; the second one ends the process as it would without us. */
function untilTold(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort(new UsageError(`stopped by ${name}`)));
  }
  return controller.signal;
}

async function bench(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
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
  process.stderr.write(error instanceof UsageError ? `${error.message}\n` : `${String((error as Error).stack)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
