import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ accounts: { acme: { sims: 250, states: "Active" } } }, { CACHE_SECONDS: "0" });
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

interface Session {
  sessionId: string;
  startedAt: string;
  endedAt: string | null;
  apn: string;
}
interface Sim {
  iccid: string;
  isInSession: boolean | null;
  inSessionUpdatedAt: string | null;
  sessions: { totalCount: number | null; nodes: Session[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
}

async function sims(first: number, fields: string): Promise<Sim[]> {
  const { data, errors } = await app.graph.query<{ subscriptions: { nodes: Sim[] } }>(
    `{ subscriptions(accountId: "acme", first: ${first}) { nodes { iccid ${fields} } } }`,
  );
  expect(errors).toBeUndefined();
  return data?.subscriptions.nodes ?? [];
}

/** KORE's requests with their queries; long lists of values as their number. */
function requests(): string[] {
  return app.kore
    .log()
    .filter(({ path }) => /sessions?$/.test(path))
    .map(({ path, query }) => {
      const shown = Object.entries(query).map(([name, value]) =>
        name === "query-by-values" ? `${value.split(",").length} values` : `${name}=${value}`,
      );
      return `${path.split("/").at(-1) ?? ""} ${shown.join(" ")}`;
    });
}

test("presence of a page of SIMs is a request per hundred, for both fields", async () => {
  const found = await sims(250, "isInSession inSessionUpdatedAt");
  expect(found).toHaveLength(250);
  expect(new Set(found.map(({ isInSession }) => isInSession))).toEqual(new Set([true, false, null]));
  const isDated = ({ isInSession, inSessionUpdatedAt }: Sim) =>
    (isInSession === null) === (inSessionUpdatedAt === null);
  expect(found.every(isDated)).toBe(true);
  const shared = "include-session-timestamp=true";
  expect(requests()).toEqual(
    [100, 100, 50].map((count) => `in-session query-by-field=subscription-id ${count} values ${shared}`),
  );
});

test("the sessions of a page of SIMs are a request per hundred, the newest first", async () => {
  const found = await sims(
    250,
    "isInSession sessions(first: 3) { totalCount nodes { sessionId startedAt endedAt apn } }",
  );
  const withSessions = found.filter(({ sessions }) => sessions.nodes.length > 0);
  expect(withSessions.length).toBeGreaterThan(200);
  for (const { sessions, isInSession } of withSessions) {
    const starts = sessions.nodes.map(({ startedAt }) => startedAt);
    expect(starts).toEqual([...starts].sort().reverse());
    expect([isInSession, sessions.nodes.slice(1).every(({ endedAt }) => endedAt !== null)]).toEqual([
      sessions.nodes[0]?.endedAt === null,
      true,
    ]);
  }
  const asked = "include-active-sessions=true page-number=1 page-size=3 sort-by=startTime:DESC";
  expect(requests().filter((line) => line.startsWith("sessions"))).toEqual(
    [100, 100, 50].map((count) => `sessions query-by-field=iccid ${count} values ${asked}`),
  );
});

test("pages of a SIM's sessions join to the whole list", async () => {
  const [sim] = await sims(1, "sessions(first: 1000) { totalCount nodes { sessionId } pageInfo { hasNextPage } }");
  const ids = sim?.sessions.nodes.map(({ sessionId }) => sessionId) ?? [];
  expect([ids.length > 5, sim?.sessions.totalCount, sim?.sessions.pageInfo.hasNextPage]).toEqual([
    true,
    ids.length,
    false,
  ]);
  const joined: string[] = [];
  for (let after: string | null = null; ;) {
    const [paged]: Sim[] = await sims(
      1,
      `sessions(first: 4, after: ${JSON.stringify(after)}) { nodes { sessionId } pageInfo { hasNextPage endCursor } }`,
    );
    const sessions = paged?.sessions;
    joined.push(...(sessions?.nodes.map(({ sessionId }) => sessionId) ?? []));
    if (!sessions?.pageInfo.hasNextPage) break;
    after = sessions.pageInfo.endCursor;
  }
  expect(joined).toEqual(ids);
});

test("sessions that begin between two pages do not move the others", async () => {
  const live = await startApp({ accounts: { acme: { sims: 10, states: "Active" } }, clock: "real" });
  try {
    const read = async (page: string) => {
      const { data } = await live.graph.query<{ subscriptions: { nodes: Sim[] } }>(
        `{ subscriptions(accountId: "acme", first: 10) { nodes { sessions(${page}) {
           totalCount nodes { sessionId } pageInfo { hasNextPage endCursor } } } } }`,
      );
      return data?.subscriptions.nodes.map(({ sessions }) => sessions) ?? [];
    };
    const ids = (sessions?: Sim["sessions"]) => sessions?.nodes.map(({ sessionId }) => sessionId) ?? [];
    const before = await read("first: 10");
    const place = before.findIndex(({ totalCount }) => totalCount !== null && totalCount > 20);
    const all = ids(before[place]);
    const first = (await read("first: 3"))[place];
    live.kore.clock.advance(27 * 3_600_000); // Each period has a session, and is 26 hours at most.
    const changed = ids((await read("first: 10"))[place]);
    expect(changed).not.toEqual(all);
    const after = JSON.stringify(first?.pageInfo.endCursor);
    const second = (await read(`first: 3, after: ${after}`))[place];
    const third = (await read(`first: 3, after: ${JSON.stringify(second?.pageInfo.endCursor)}`))[place];
    expect([...ids(first), ...ids(second), ...ids(third)]).toEqual(all.slice(0, 9));
    const asked = live.kore
      .log()
      .filter(({ path, query }) => path.endsWith("/sessions") && query["page-number"] !== "1");
    expect(new Set(asked.map(({ query }) => query["date-range-end"])).size).toBe(1);
  } finally {
    await live.stop();
  }
});

test("sessions by ICCID are a request per hundred, in the order of the input, null without data", async () => {
  const known = (await sims(150, "")).map(({ iccid }) => iccid);
  app.kore.clearLog();
  const iccids = [...known, "8988303000000000001"];
  const { data } = await app.graph.query<{
    sessionsByIccid: ({ iccid: string; count: number; sessions: unknown[] } | null)[];
  }>(
    `query ($iccids: [ICCID!]!) { sessionsByIccid(accountId: "acme", iccids: $iccids, newest: 2) { iccid count sessions { startedAt } } }`,
    { iccids },
  );
  const found = data?.sessionsByIccid ?? [];
  expect(found.map((one, index) => one === null || one.iccid === iccids[index])).toEqual(iccids.map(() => true));
  expect(found.at(-1)).toBeNull();
  expect(found.filter((one) => one && one.count > 2 && one.sessions.length === 2).length).toBeGreaterThan(100);
  expect(requests().map((line) => / (\d+) values/.exec(line)?.[1])).toEqual(["100", "51"]);
});

test("a time that KORE cannot serve is refused before KORE is asked", async () => {
  const ask = (window: string) =>
    app.graph.query(`{ sessionsByIccid(accountId: "acme", iccids: ["8988303000000000001"], ${window}) { count } }`);
  const messages = await Promise.all(
    [
      'from: "2025-01-02T00:00:00Z", to: "2025-01-01T00:00:00Z"',
      'from: "2025-01-01T00:00:00Z", to: "2025-01-09T00:00:00Z"',
      'from: "2025-01-02T00:00:00Z"',
      'to: "2025-01-02T00:00:00Z"',
      "newest: 0",
    ].map(async (window) => (await ask(window)).errors?.map(({ message }) => message)),
  );
  expect(messages).toEqual([
    ["from: must not be after to"],
    ["from: must be at most 7 days before to"],
    ["from: must be within KORE's last 7 days"],
    ["to: must be within KORE's last 7 days"],
    ["newest: must be 1 to 1000"],
  ]);
  expect(requests()).toEqual([]);
});
