import { expect, test, vi } from "vitest";
import {
  type Attacker,
  CREDENTIALS,
  PING,
  TEXT,
  flood,
  frame,
  handshake,
  post,
  settled,
  startFloodedGraph,
} from "../support/floods.ts";

const MIB = 1024 * 1024;
const ATTACKERS = 400;
/** Maximum memory of 400 callers, in MiB. */
const MODEST = 128;

/** Figures for people; the assertions stand beside them. */
const print = (what: string, figures: object) => process.stdout.write(`flood: ${what} ${JSON.stringify(figures)}\n`);

const many = (count: number, open: () => Promise<Attacker>) => Promise.all(Array.from({ length: count }, open));

const upgraded = (attacker: Attacker) =>
  vi.waitUntil(() => attacker.received().includes("101 Switching") || attacker.isClosed(), { timeout: 10_000 });

test("12.3.1 an unauthenticated WebSocket that pings and does not read is closed after a few KiB", async () => {
  const victim = await startFloodedGraph();
  const attacker = await victim.open(handshake(), { isDeaf: true });
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(PING, "x".repeat(125))));
  const sent = await flood(attacker, pings, 1000);
  await victim.answers();
  const [growth, refused] = [await victim.growth(), await victim.refused()];
  print("pings before connection_ack", { sentMiB: (sent * pings.length) / MIB, growth, refused });
  expect(refused).toEqual({ init_bytes: 1 });
  expect(growth).toBeLessThan(MODEST);
});

test("12.3.2 an authenticated WebSocket that pings and does not read has one pending pong, not one per ping", async () => {
  const victim = await startFloodedGraph();
  const attacker = await victim.open(handshake(CREDENTIALS));
  await upgraded(attacker);
  attacker.socket.write(frame(TEXT, '{"type":"connection_init"}'));
  await vi.waitUntil(() => attacker.received().includes("connection_ack"), { timeout: 10_000 });
  attacker.socket.removeAllListeners("data").pause();
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(PING, "x".repeat(125))));
  const sent = await flood(attacker, pings, 2000);
  const growth = await victim.growth();
  print("pings after connection_ack", { sentMiB: (sent * pings.length) / MIB, growth });
  expect(sent).toBeGreaterThan(100); // The flood was let in: it is not the limit before connection_ack that is shown.
  expect(growth).toBeLessThan(MODEST);
  expect(await victim.answers()).toBe(true);
});

test("12.3.3 400 idle WebSockets, each with a message of a mebibyte but one byte, cannot hold it", async () => {
  const victim = await startFloodedGraph({ LIMIT_UNAUTHENTICATED_SOCKETS: "1000" });
  const attackers = await many(ATTACKERS, () => victim.open(handshake()));
  await Promise.all(attackers.map(upgraded));
  const message = frame(TEXT, `{"type":"connection_init","payload":{"a":"${"x".repeat(MIB - 1024)}`, MIB - 1);
  for (const { socket } of attackers) socket.write(message);
  await settled(attackers);
  await vi.waitUntil(async () => (await victim.refused()).init_bytes === ATTACKERS, { timeout: 20_000 });
  const growth = await victim.growth();
  print("400 sockets of 1 MiB before connection_ack", { growth, refused: await victim.refused() });
  expect(growth).toBeLessThan(MODEST);
  expect(attackers.filter(({ received }) => received().includes("Too much before connection_ack"))).toHaveLength(
    ATTACKERS,
  );
});

test.each([
  ["of deliveries, by strangers", "/webhooks/kore", {}, 64 * 1024 - 1],
  ["of operations", "/graphql", CREDENTIALS, MIB - 1],
  ["of streams", "/graphql/stream", CREDENTIALS, MIB - 1],
])("12.3.4 400 slow bodies %s take the memory that is set for them", async (_, path, credentials, size) => {
  const victim = await startFloodedGraph({ LIMIT_ARRIVING_BYTES: String(16 * MIB) });
  const head = post(path, { ...credentials, "content-length": String(size + 1) }, "x".repeat(size));
  const attackers = await many(ATTACKERS, () => victim.open(head));
  await settled(attackers);
  const least = Math.ceil(ATTACKERS - (16 * MIB) / size);
  let refused: Record<string, number> = {};
  const hasAllArrived = async () => {
    const before = refused.arriving ?? 0;
    refused = await victim.refused();
    return before >= least && before === refused.arriving;
  };
  await vi.waitUntil(hasAllArrived, { timeout: 20_000, interval: 500 });
  const growth = await victim.growth();
  print(`400 bodies to ${path}`, { growth, refused });
  expect(growth).toBeLessThan(MODEST);
  expect(await victim.answers()).toBe(true); // A body at usual speed is not displaced.
  expect((await victim.refused()).arriving).toBe(refused.arriving);
});

test("12.3.4 bodies in chunks of one byte, each of which is a Buffer, end no process", async () => {
  const victim = await startFloodedGraph();
  const head = post("/graphql", { ...CREDENTIALS, "transfer-encoding": "chunked" }, "1\r\nx\r\n".repeat(20_000));
  const attackers = await many(ATTACKERS, () => victim.open(head));
  await vi.waitUntil(async () => (await victim.refused()).arriving === ATTACKERS, { timeout: 40_000 });
  await vi.waitUntil(() => attackers.every(({ isClosed }) => isClosed()), { timeout: 10_000 });
  const growth = await victim.growth();
  print("400 bodies in chunks of one byte", { growth });
  expect(growth).toBeLessThan(3 * MODEST); // Buffers that are garbage count until they are collected.
  expect(await victim.answers()).toBe(true);
});

test("12.3.5 400 connections with headers that never end hold little, and are cut off", async () => {
  const victim = await startFloodedGraph();
  const attackers = await many(ATTACKERS, () =>
    victim.open(`GET /livez HTTP/1.1\r\nhost: x\r\na: ${"x".repeat(15_000)}`),
  );
  await settled(attackers);
  const growth = await victim.growth();
  print("400 heads of 15 KiB", { growth });
  expect(growth).toBeLessThan(MODEST);
  await vi.waitUntil(() => attackers.every(({ isClosed }) => isClosed()), { timeout: 40_000, interval: 200 });
  expect(await victim.refused()).toEqual({ slow_request: ATTACKERS });
  expect(attackers.filter(({ received }) => received().startsWith("HTTP/1.1 408"))).toHaveLength(ATTACKERS);
});
