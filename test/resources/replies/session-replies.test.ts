import { expect, test } from "vitest";
import { ICCID, type Wire, app, beginScript, unknownFields } from "./scripted-sims.ts";

beginScript();

const SIM = { "subscription-id": "sim-1", iccid: ICCID };
const FIELDS = "sessions(first: 2) { totalCount nodes { sessionId startedAt endedAt apn } pageInfo { hasNextPage } }";

/** KORE has one SIM, and answers these to its session calls; undefined is a 404. */
async function shown(replies: { sessions?: unknown; inSession?: unknown }, fields: string, sim: Wire = SIM) {
  app.answer((path) => {
    if (path.endsWith("/sessions")) return replies.sessions;
    if (path.endsWith("/in-session")) return replies.inSession;
    return path.endsWith("/subscriptions") ? { subscriptions: [sim] } : sim;
  });
  const { data, errors } = await app.graph.query<{ subscription: Record<string, unknown> }>(
    `{ subscription(accountId: "acme", id: "sim-1") { ${fields} } }`,
  );
  return { sim: data?.subscription, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
}
const session = (id: string, more: Wire = {}) => ({
  "session-id": id,
  "start-time": "2025-01-01T00:00:00.000Z",
  ...more,
});
const reply = (sessions: Wire[], more: Wire = {}) => [{ iccid: ICCID, "session-data": { sessions }, ...more }];

test.each([
  ["an empty list", []],
  ["a 404", undefined],
  ["a 204", null],
  ["a SIM without sessions", [{ iccid: ICCID, "session-count": 0 }]],
])("%s is no session", async (_, sessions) => {
  const { sim, codes } = await shown({ sessions, inSession: sessions }, `isInSession ${FIELDS}`);
  expect(codes).toEqual([]);
  expect(sim).toEqual({
    isInSession: null,
    sessions: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } },
  });
});

test("a session without an end goes on, and a blank field is null", async () => {
  const sessions = reply([session("1", { "stop-time": "", apn: " " })], { "session-count": 1 });
  const { sim } = await shown({ sessions }, FIELDS);
  expect(sim).toEqual({
    sessions: {
      totalCount: 1,
      nodes: [{ sessionId: "1", startedAt: "2025-01-01T00:00:00.000Z", endedAt: null, apn: null }],
      pageInfo: { hasNextPage: false },
    },
  });
});

test("a padded ICCID in the reply is the SIM's", async () => {
  const padded = [{ iccid: `${ICCID}F`, "in-session": "true", "last-updated-time": "2025-01-01T00:00:00" }];
  const { sim } = await shown({ inSession: padded }, "isInSession inSessionUpdatedAt");
  expect(sim).toEqual({ isInSession: true, inSessionUpdatedAt: "2025-01-01T00:00:00.000Z" });
});

test("a SIM without ICCID is read by its id", async () => {
  const sessions = [{ "subscription-urn": "urn:1", "session-count": 1, "session-data": { sessions: [session("1")] } }];
  const { sim } = await shown({ sessions }, FIELDS, { "subscription-id": "sim-1" });
  expect(sim).toMatchObject({ sessions: { totalCount: 1 } });
  expect(app.asked().at(-1)?.query).toMatchObject({ "query-by-field": "subscription-id", "query-by-values": "sim-1" });
});

test("a reply of another form is KORE_CONTRACT_BROKEN at the field that reads it", async () => {
  const { sim, codes } = await shown({ sessions: { rows: [] }, inSession: [] }, `id isInSession ${FIELDS}`);
  expect(codes).toEqual(["KORE_CONTRACT_BROKEN"]);
  expect(sim).toEqual({ id: "sim-1", isInSession: null, sessions: null });
});

test("a date of an unknown form is null and logged", async () => {
  const { sim } = await shown({ sessions: reply([session("1", { "stop-time": "yesterday" })]) }, FIELDS);
  expect(sim).toMatchObject({ sessions: { nodes: [{ endedAt: null }] } });
  expect(unknownFields()).toContainEqual(["sessions.stop-time", "yesterday"]);
});

test("where KORE pages over SIMs, SIMs beyond the page are read, too", async () => {
  const iccids = [0, 1, 2].map((digit) => `890126088230506381${digit}`);
  app.answer((_, query) => [{ iccid: query["query-by-values"], "session-count": 1 }]); // The last one that is asked for.
  const { data } = await app.graph.query(
    `query ($iccids: [ICCID!]!) { sessionsByIccid(accountId: "acme", iccids: $iccids, newest: 1) { iccid count } }`,
    { iccids },
  );
  expect(data).toEqual({ sessionsByIccid: iccids.map((iccid) => ({ iccid, count: 1 })) });
  expect(app.asked()).toHaveLength(3);
});
