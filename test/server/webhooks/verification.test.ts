import { describe, expect, test } from "vitest";
import { ALERT, BODY, READ, RECEIVED, REFUSED, SECRET, outcome, sign, startReceiver } from "./fixtures.ts";

describe("the signature", () => {
  test("a webhook with a valid signature is received and passed to the handler", async () => {
    const { send, handled } = await startReceiver();
    expect(await outcome(await send())).toEqual(RECEIVED);
    await expect.poll(() => handled).toEqual([READ]);
  });

  test.each<[string, Record<string, string>]>([
    ["an empty one", { "kore-signature": "" }],
    ["another secret's", { "kore-signature": sign(BODY, "somebody-else") }],
    ["an empty secret's", { "kore-signature": sign(BODY, "") }],
    ["another address's", { "kore-signature": sign(BODY, SECRET, "https://elsewhere.example/webhooks/kore") }],
    ["another body's", { "kore-signature": sign(`${BODY} `.replace("881", "882")) }],
    ["half of it", { "kore-signature": sign(BODY).slice(0, 32) }],
    ["something that is not hex", { "kore-signature": "z".repeat(64) }],
    ["nothing but zeros", { "kore-signature": "0".repeat(64) }],
    ["two of them", { "kore-signature": `${sign(BODY)}, ${sign(BODY)}` }],
  ])("%s is refused without a reason, and nothing is stored or handled", async (_, headers) => {
    const { send, handled, remembered } = await startReceiver();
    expect(await outcome(await send(BODY, headers))).toEqual(REFUSED);
    expect([handled, remembered]).toEqual([[], []]);
  });

  test("a missing one is refused, also without body and content type", async () => {
    const { url } = await startReceiver();
    const plain = { method: "POST", body: BODY, headers: { "content-type": "application/json" } };
    expect(await outcome(await fetch(`${url}/webhooks/kore`, plain))).toEqual(REFUSED);
    expect(await outcome(await fetch(`${url}/webhooks/kore`, { method: "POST" }))).toEqual(REFUSED);
  });

  test("each configured secret verifies, in any order, and no other", async () => {
    const { send } = await startReceiver({ secrets: ["new-secret", SECRET] });
    expect((await send(BODY)).status).toBe(200);
    expect((await send(BODY, { "kore-signature": sign(BODY, "new-secret") })).status).toBe(200);
    expect((await send(BODY, { "kore-signature": sign(BODY, "older-secret") })).status).toBe(401);
  });

  test("upper case hex is accepted", async () => {
    const { send } = await startReceiver();
    expect((await send(BODY, { "kore-signature": sign(BODY).toUpperCase() })).status).toBe(200);
  });
});

describe("the signed body", () => {
  // Parsing and printing would change numbers, escapes, the order of keys and white space inside strings.
  const compact = String.raw`{"b":1.0,"event-name":"a b\\\" c\" { ","events":[],"n":12345678901234567890,"end":"\\","next":" ","\u00e9":" x  y\t","1":0}`;

  test("is the JSON without white space between its tokens", async () => {
    const { send, handled } = await startReceiver();
    const spaced = compact.replace(/([{,[\]}:])(?=["\d[\]}]|$)/g, "$1\r\n\t ");
    expect(spaced).not.toBe(compact);
    expect(JSON.parse(spaced)).toEqual(JSON.parse(compact));
    expect((await send(spaced, { "kore-signature": sign(compact) })).status).toBe(200);
    await expect.poll(() => handled.map(({ eventName }) => eventName)).toEqual(['a b\\" c" { ']);
  });

  test("or the bytes as received", async () => {
    const { send } = await startReceiver();
    expect((await send(JSON.stringify(ALERT, null, 2))).status).toBe(200);
  });

  test("and nothing else: white space inside a string counts", async () => {
    const { send } = await startReceiver();
    const changed = BODY.replace("SIM state changed", "SIM state  changed");
    expect((await send(changed, { "kore-signature": sign(BODY) })).status).toBe(401);
  });

  test.each(["application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "nonsense", ""])(
    'with any content type: "%s"',
    async (type) => {
      const { send } = await startReceiver();
      expect((await send(BODY, { "content-type": type })).status).toBe(200);
    },
  );

  test("bytes that are not UTF-8 are compared unchanged, and are not JSON", async () => {
    const { send } = await startReceiver();
    const bytes = Uint8Array.from(Buffer.from('{"event-name":"\xff"}', "latin1"));
    expect((await send(bytes)).status).toBe(400);
    expect((await send(bytes, { "kore-signature": sign('{"event-name":"\ufffd"}') })).status).toBe(401);
  });

  test("nothing may follow the JSON, because a plain hash allows length extension", async () => {
    const { send, handled } = await startReceiver();
    const extended = Buffer.concat([Buffer.from(BODY), Buffer.from([0x80, 0, 0, 0, 0x01, 0xb8]), Buffer.from(BODY)]);
    expect((await send(Uint8Array.from(extended))).status).toBe(400);
    expect(handled).toEqual([]);
  });
});
