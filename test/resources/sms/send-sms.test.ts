import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";

const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "20" };
const WORLD = { accounts: { acme: { sims: 3, states: "Active" } }, clock: "real" } as const;
const SEND = "POST /sms/v1/messages/send ×1";
const LIST = "GET /sms/v1/messages";

interface Sent {
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  messageId: string | null;
  parts: number;
  encoding: string;
  isDryRun: boolean;
  koreStatus: string | null;
}

const MUTATION = `mutation ($input: SendSmsInput!) {
  sent: sendSms(input: $input) { outcome reason field message messageId parts encoding isDryRun koreStatus }
}`;

let app: TestApp;
afterEach(() => app.stop());

const iccid = () => app.kore.iccids("acme")[0] ?? "";
const inputOf = (more: object) => ({
  accountId: "acme",
  to: { iccid: iccid() },
  text: "Report",
  requestKey: "one",
  ...more,
});
const send = (more: object = {}): Promise<Reply<{ sent: Sent | null }>> =>
  app.graph.query(MUTATION, { input: inputOf(more) });
async function sent(more: object = {}): Promise<Sent> {
  const { data, errors } = await send(more);
  if (!data?.sent) throw new Error(JSON.stringify(errors));
  return data.sent;
}
const texts = () => app.kore.messages("acme").map(({ text }) => text);
const codeOf = ({ errors }: Reply) => errors?.[0]?.extensions.code;

describe("A text", () => {
  beforeEach(async () => {
    app = await startApp(WORLD, SETTLE);
  });

  test("is sent by one request", async () => {
    expect(await sent({ from: "Depot7" })).toEqual({
      outcome: "ACCEPTED",
      ...{ reason: null, field: null, message: null, isDryRun: false },
      messageId: app.kore.messages("acme")[0]?.id,
      ...{ parts: 1, encoding: "GSM_7BIT", koreStatus: "Accepted" },
    });
    expect(app.kore.requests()).toEqual([SEND]);
    expect(app.kore.log().at(-1)?.query).toEqual({ "account-id": "acme" });
    expect(app.kore.messages("acme")).toMatchObject([{ iccid: iccid(), from: "Depot7", text: "Report" }]);
  });

  test.each(["id", "iccid", "msisdn"])("reaches a SIM that is named by its %s", async (key) => {
    const sim = app.kore.sim("acme", iccid());
    const id = { id: sim?.subscriptionId, iccid: sim?.iccid, msisdn: sim?.msisdns[0] }[key];
    expect(await sent({ to: { [key]: id } })).toMatchObject({ outcome: "ACCEPTED" });
    expect(app.kore.messages("acme")).toMatchObject([{ iccid: iccid() }]);
  });

  test("is sent once for a request key, also concurrently and after a restart", async () => {
    const [first, second] = await Promise.all([sent(), sent()]);
    await app.restart();
    const third = await sent();
    expect([second, third]).toEqual([first, first]);
    expect(app.kore.requests()).toEqual([SEND]);
  });

  test("with another request key is another text, however alike", async () => {
    const answers = [await sent(), await sent({ requestKey: "two" })];
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(2);
    expect(app.kore.requests()).toEqual(["POST /sms/v1/messages/send ×2"]);
  });

  test.each([{ text: "Other" }, { from: "Depot" }, { to: { msisdn: "15550001111" } }])(
    "with the same request key and %j is refused",
    async (other) => {
      await sent();
      expect(codeOf(await send(other))).toBe("REQUEST_KEY_REUSED");
      expect(app.kore.requests()).toEqual([SEND]);
    },
  );

  test("of more parts than maxParts is refused without a request", async () => {
    const text = "x".repeat(161);
    expect(await sent({ text })).toMatchObject({
      ...{ outcome: "REJECTED", reason: "TOO_MANY_PARTS", field: "input.text", parts: 2 },
      message: "Nothing was sent: the text takes 2 parts, each of which is charged, and maxParts is 1.",
    });
    expect(app.kore.requests()).toEqual([]);
    expect(await sent({ text, maxParts: 2 })).toMatchObject({ outcome: "ACCEPTED", parts: 2 });
  });

  test("is counted by a dry run without a request, whose key stays unused", async () => {
    const rehearsed = await sent({ text: "don’t", dryRun: true });
    expect(rehearsed).toMatchObject({ outcome: "WOULD_BE_SENT", encoding: "UCS_2", parts: 1, isDryRun: true });
    expect(app.kore.requests()).toEqual([]);
    expect(await sent()).toMatchObject({ outcome: "ACCEPTED" });
  });

  test.each([
    [{ text: "" }, "input.text: must not be empty, and must be well-formed Unicode"],
    [{ from: "Depot 7" }, "input.from: must be 1 to 11 letters and digits"],
    [{ from: "TwelveLetter" }, "input.from: must be 1 to 11 letters and digits"],
    [{ requestKey: "" }, "input.requestKey: must be 1 to 200 characters"],
    [{ maxParts: 0 }, "input.maxParts: must be 1 to 255"],
    [{ to: {} }, "input.to: give exactly one of id, iccid and msisdn"],
    [{ to: { id: "a", msisdn: "15550001111" } }, "input.to: give exactly one of id, iccid and msisdn"],
  ])("with %j is refused before any request", async (more, message) => {
    const { errors } = await send(more);
    expect(errors?.[0]).toMatchObject({ message, extensions: { code: "BAD_USER_INPUT" } });
    expect(app.kore.requests()).toEqual([]);
  });

  test("to an unknown SIM is rejected, and a repetition asks KORE no more", async () => {
    const unknown = { to: { id: "cmp-k1-subscription-0" } };
    expect(await sent(unknown)).toMatchObject({ outcome: "REJECTED", reason: "NOT_FOUND", field: "input.to" });
    expect(await sent(unknown)).toMatchObject({ outcome: "REJECTED", reason: "NOT_FOUND" });
    expect(app.kore.requests()).toEqual([SEND]);
  });

  test.each([400, 422])("that KORE refuses with %i is rejected for good", async (status) => {
    app.kore.faults.add({ effect: "status", status, path: "/sms/v1/messages/send", message: "no", times: 1 });
    expect(await sent()).toMatchObject({ outcome: "REJECTED", reason: "KORE_REFUSED", message: "KORE refused: no" });
    expect(await sent()).toMatchObject({ outcome: "REJECTED" });
    expect(app.kore.requests()).toEqual([SEND]);
  });

  test("that a 429 refuses is an error, and is sent by a repetition", async () => {
    app.kore.faults.add({ effect: "status", status: 429, path: "/sms/v1/messages/send", times: 1, retryAfter: 0 });
    expect(codeOf(await send())).toBe("KORE_RATE_LIMITED");
    expect(await sent()).toMatchObject({ outcome: "ACCEPTED" });
    expect(texts()).toEqual(["Report"]);
  });

  test("needs the account to be within the caller's reach", async () => {
    expect(codeOf(await send({ accountId: "nobody" }))).toBeUndefined();
    expect(app.kore.messages("acme")).toEqual([]);
  });
});

const lost = (when: "before" | "after") => ({ effect: "drop", when, path: "/sms/v1/messages/send", times: 1 }) as const;

describe("A text whose reply is lost", () => {
  test("is found in KORE's list by SIM, time and text, and never sent again", async () => {
    app = await startApp(WORLD, SETTLE);
    app.kore.faults.add(lost("after"));
    const first = await sent();
    expect(first).toMatchObject({ outcome: "ADOPTED", messageId: app.kore.messages("acme")[0]?.id });
    const search = app.kore.log().find(({ path }) => path === "/sms/v1/messages");
    expect(search?.query).toEqual({
      ...{ "account-id": "acme", iccid: iccid(), direction: "to_sim" },
      ...{ "from-date": expect.any(String) as string, "page-index": "1", "max-page-item": "100" },
    });
    expect(await sent()).toEqual(first);
    expect(app.kore.requests()).toEqual([SEND, `${LIST} ×1`]);
  });

  test("is found by its subscription-id through one read of the SIM", async () => {
    app = await startApp(WORLD, SETTLE);
    app.kore.faults.add(lost("after"));
    const id = app.kore.sim("acme", iccid())?.subscriptionId ?? "";
    expect(await sent({ to: { id } })).toMatchObject({ outcome: "ADOPTED" });
    expect(app.kore.requests()).toEqual([SEND, `GET /v1/accounts/acme/subscriptions/${id} ×1`, `${LIST} ×1`]);
  });

  test("and that did not arrive stays unknown, is searched again, and is not sent again", async () => {
    app = await startApp(WORLD, SETTLE);
    app.kore.faults.add(lost("before"));
    const first = await sent();
    expect(first).toMatchObject({ outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST", messageId: null });
    expect(first.message).toMatch(/KORE's list does not show it\. Look for a text to this SIM sent about 20/);
    await app.restart();
    expect(await sent()).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    expect(app.kore.requests().filter((line) => line.startsWith("POST"))).toEqual([SEND]);
    expect(texts()).toEqual([]);
    expect(await sent({ requestKey: "again" })).toMatchObject({ outcome: "ACCEPTED" });
  });

  test("stays unknown where KORE's list does not show the text, and names the candidates", async () => {
    app = await startApp({ ...WORLD, messages: { detail: "none" } }, SETTLE);
    app.kore.faults.add(lost("after"));
    const { outcome, message } = await sent();
    expect(outcome).toBe("OUTCOME_UNKNOWN");
    expect(message).toContain(`KORE lists messages that may be it: ${app.kore.messages("acme")[0]?.id}.`);
    expect(texts()).toEqual(["Report"]);
  });

  test("is not taken for an equal text of another request key", async () => {
    app = await startApp(WORLD, SETTLE);
    await sent({ requestKey: "another" });
    app.kore.faults.add(lost("before"));
    expect(await sent()).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    expect(texts()).toEqual(["Report"]);
  });

  test("stays unknown while an equal text is unknown as well: one message cannot prove two", async () => {
    app = await startApp(WORLD, SETTLE);
    app.kore.faults.add(lost("before"));
    expect(await sent({ requestKey: "another" })).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    app.kore.faults.add(lost("after"));
    expect(await sent()).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    expect(texts()).toEqual(["Report"]);
  });

  test("is audited without text and SIM", async () => {
    app = await startApp(WORLD, SETTLE);
    app.kore.faults.add(lost("after"));
    const { messageId } = await sent();
    const records = app.logged().flatMap(({ audit }) => (audit === undefined ? [] : [audit]));
    expect(records).toMatchObject([
      { operation: "sendSms", accountId: "acme", parts: 1, messageId, outcome: "ADOPTED", isRecovery: false },
    ]);
    expect(JSON.stringify(app.logged())).not.toContain("Report");
    expect(JSON.stringify(records)).not.toContain(iccid());
  });
});
