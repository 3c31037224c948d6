import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { CALLERS } from "./chaos/cast.ts";
import { forecast, NO_TROUBLE, SHORTEST_SECONDS } from "./chaos/forecast.ts";
import { Tally } from "./chaos/measure.ts";
import { held, listed, megabytes, report } from "./chaos/report.ts";
import { openTheatre, type Theatre } from "./chaos/theatre.ts";
import { Weather } from "./chaos/weather.ts";

/** Another seed is other weather and other wishes; to see a run again, give it the seed that it printed. */
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31);
const SECONDS = Math.max(SHORTEST_SECONDS, Number(process.env.CHAOS_SECONDS ?? 60));

/** Between two operations of a caller: what matters is what they are told, not how much this machine can do. */
const PAUSE = 150;

test(
  `${CALLERS} callers through ${SECONDS} seconds of bad weather: no lie, no double write, no crash, no leak`,
  async () => {
    process.stdout.write(`CHAOS_SEED=${SEED}\n`);
    const theatre = await openTheatre(SEED, { copies: 2 });
    try {
      await Promise.race([chaos(theatre), theatre.graph.crashed]);
    } finally {
      expect(await theatre.stop()).toBe(0);
    }
  },
  1000 * SECONDS + 240_000,
);

async function chaos(theatre: Theatre): Promise<void> {
  const { kore, graph, cast } = theatre;
  await cast.perform(new Tally(NO_TROUBLE), PAUSE, () => setTimeout(3_000));
  const before = await theatre.atRest();
  kore.clearLog();

  const coming = forecast(SEED, SECONDS);
  const tally = new Tally(coming);
  const weather = new Weather(kore, coming);
  let most = 0;
  const changes = await cast.listening(tally, async () => {
    most = await cast.perform(tally, PAUSE, (over) => theatre.watchMemory(weather.pass(() => tally.now(), over)));
    await theatre.atRest();
  });
  await cast.reckon(tally);
  const after = await theatre.atRest();
  const outages = coming.outages.map((outage) => ({ ...outage, ...tally.recovery(outage) }));

  process.stdout.write(
    report(`${CALLERS} callers, ${SECONDS} s of weather, CHAOS_SEED=${SEED}`, theatre, tally, {
      "requests to KORE struck": listed(weather.struck),
      "changes of state heard": `${changes}, each once`,
      ...held(before, after),
      "most memory": megabytes(most),
      ...Object.fromEntries(
        outages.map(({ name, usual, worst, seconds }) => [
          `outage: ${name}`,
          `reads a second were ${usual}, at worst ${worst}; back within ${seconds} s`,
        ]),
      ),
    }),
  );
  expect(graph.complaints).toEqual([]);
  expect([...weather.struck.values()].reduce((sum, hits) => sum + hits, 0)).toBeGreaterThan(100);
  for (const { seconds } of outages) expect(seconds).toBeLessThanOrEqual(5);
  expect(after.heap).toBeLessThan(before.heap * 1.25);
  expect(after.promises).toBeLessThan(before.promises * 1.25);
  expect(most).toBeLessThan(before.rss + 512 * 2 ** 20);
}
