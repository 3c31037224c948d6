import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { CALLERS } from "./chaos/cast.ts";
import { forecast, NO_TROUBLE, SHORTEST_SECONDS } from "./chaos/forecast.ts";
import { RATE } from "./chaos/graph.ts";
import { Tally } from "./chaos/measure.ts";
import { leftOf, readMetrics } from "./chaos/metrics.ts";
import { held, listed, megabytes, report } from "./chaos/report.ts";
import { openTheatre, OWN_SOCKETS, type Theatre } from "./chaos/theatre.ts";
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
  let seen: Awaited<ReturnType<Theatre["watch"]>> | undefined;
  const changes = await cast.listening(tally, async () => {
    seen = await cast.perform(tally, PAUSE, (over) => theatre.watch(weather.pass(() => tally.now(), over)));
    await theatre.atRest();
  });
  const { mostMemory, hasBroken, lowestRate } = seen ?? expect.fail("nobody watched");
  await cast.reckon(tally);
  const after = await theatre.atRest();
  await cast.close();
  const alone = await theatre.atRest();
  const metrics = await readMetrics(graph.url);
  const rate = metrics.get("upstream_budget_rate") ?? 0;
  const outages = coming.outages.map((outage) => ({ ...outage, ...tally.recovery(outage) }));

  process.stdout.write(
    report(`${CALLERS} callers, ${SECONDS} s of weather, CHAOS_SEED=${SEED}`, theatre, tally, {
      "requests to KORE struck": listed(weather.struck),
      "changes of state heard": `${changes}, each once`,
      ...held(before, after),
      "sockets without callers": String(alone.sockets),
      "most memory": megabytes(mostMemory),
      "requests a second to KORE": `at most ${RATE}, after 429 ${Math.round(lowestRate)}, at the end ${Math.round(rate)}`,
      ...Object.fromEntries(
        outages.map(({ name, usual, worst, seconds }) => [
          `outage: ${name}`,
          `reads a second were ${usual}, at worst ${worst}; back within ${seconds} s`,
        ]),
      ),
    }),
  );
  const struck = [...weather.struck.values()].reduce((sum, hits) => sum + hits, 0);
  expect(struck).toBeGreaterThan(100);
  expect(graph.complaints).toEqual([]);
  expect(hasBroken).toBe(true);
  for (const { seconds } of outages) expect(seconds).toBeLessThanOrEqual(5);
  if (lowestRate < RATE) expect(rate).toBeGreaterThan(lowestRate);
  // Replies are kept parsed, up to a bound: bad weather makes many different ones. The soak is stricter.
  expect(after.heap).toBeLessThan(before.heap * 1.25 + 32 * 1024 * 1024);
  expect(after.promises).toBeLessThan(before.promises * 1.25);
  expect(mostMemory).toBeLessThan(before.rss + 512 * 2 ** 20);
  expect(alone.sockets).toBeLessThanOrEqual(OWN_SOCKETS);
  expect(leftOf(metrics)).toEqual([]);
}
