import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { SimsByIccidDocument } from "../../support/graphql/graphql.ts";

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ accounts: { acme: { sims: 250 }, small: { sims: 3 } } });
});
afterEach(() => app.stop());

describe("One SIM", () => {
  const ONE = `query ($account: ID!, $id: ID, $iccid: ICCID, $eid: EID) {
    subscription(accountId: $account, id: $id, iccid: $iccid, eid: $eid) { id iccid eid isEsim rspState state }
  }`;

  test("is found by its ICCID", async () => {
    const [iccid = ""] = app.kore.iccids("acme");
    const { data } = await app.graph.query(ONE, { account: "acme", iccid });
    expect(data).toMatchObject({ subscription: { iccid } });
  });

  test("is found by its EID, of several on one eSIM the enabled one", async () => {
    const { data } = await app.graph.query<{
      subscriptions: { nodes: { eid: string | null; rspState: string; iccid: string }[] };
    }>(`{ subscriptions(accountId: "acme", first: 250) { nodes { eid rspState iccid } } }`);
    const nodes = data?.subscriptions.nodes ?? [];
    const shared = nodes
      .map(({ eid }) => nodes.filter((sim) => eid !== null && sim.eid === eid))
      .find((sims) => sims.length > 1 && sims.filter(({ rspState }) => rspState === "enabled").length === 1);
    const enabled = shared?.find(({ rspState }) => rspState === "enabled");
    const reply = await app.graph.query(ONE, { account: "acme", eid: enabled?.eid });
    expect(reply.data).toMatchObject({ subscription: { iccid: enabled?.iccid, isEsim: true, rspState: "enabled" } });
  });

  test("needs exactly one selector", async () => {
    const [iccid] = app.kore.iccids("acme");
    for (const selectors of [{}, { id: "1", iccid }]) {
      const { errors } = await app.graph.query(ONE, { account: "acme", ...selectors });
      expect(errors?.[0]?.message).toMatch(/^subscription: give exactly one of id, iccid and eid/);
      expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    }
    expect(app.kore.requests()).toEqual([]);
  });

  test("that does not exist is null, with a hint at a wrong check digit", async () => {
    const [iccid = ""] = app.kore.iccids("acme");
    const mistyped = iccid.slice(0, -1) + String((Number(iccid.at(-1)) + 1) % 10);
    const reply = await app.graph.query(ONE, { account: "acme", iccid: mistyped });
    expect(reply.errors).toBeUndefined();
    expect(reply.data).toEqual({ subscription: null });
    expect(reply.extensions?.hints).toEqual([
      { path: ["subscription"], message: "No SIM with this ICCID; its check digit is wrong: a typing error?" },
    ]);
    expect(JSON.stringify(reply)).not.toContain(mistyped);
  });

  test("in a list of ICCIDs has a hint at its index", async () => {
    const [iccid = "", other = ""] = app.kore.iccids("acme");
    const mistyped = iccid.slice(0, -1) + String((Number(iccid.at(-1)) + 1) % 10);
    const reply = await app.graph.run(SimsByIccidDocument, { accountId: "acme", iccids: [other, mistyped] });
    expect(reply.data?.subscriptionsByIccid[1]).toBeNull();
    expect(reply.extensions?.hints?.[0]?.path).toEqual(["subscriptionsByIccid", 1]);
  });

  test("of an unknown account is null", async () => {
    const reply = await app.graph.query(ONE, { account: "nobody", id: "1" });
    expect(reply).toEqual({ data: { subscription: null } });
  });

  test("has no hint when its check digit is right", async () => {
    const reply = await app.graph.query(ONE, { account: "small", iccid: app.kore.iccids("acme")[0] });
    expect(reply).toEqual({ data: { subscription: null } });
  });
});

describe("Invalid identifiers", () => {
  test.each([
    [
      "signs",
      "89014103211118510-20",
      'Variable "$iccids[1]": ICCID must be 18 to 22 digits or letters; character 18 is none',
    ],
    ["12 digits", "890141032111", 'Variable "$iccids[1]": ICCID must be 18 to 22 digits or letters; this has 12'],
    ["a number", 8901, 'Variable "$iccids[1]": ICCID must be a text of 18 to 22 digits or letters'],
  ])("an ICCID of %s is refused with path and rule, without its value", async (_, bad, message) => {
    const reply = await app.graph.post({
      query: SimsByIccidDocument.toString(),
      variables: { accountId: "acme", iccids: [app.kore.iccids("acme")[0], bad] },
    });
    const body = await reply.text();
    expect(reply.status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }] });
    expect(body).not.toContain(String(bad));
    expect(app.kore.requests()).toEqual([]);
  });

  test("a literal ICCID is refused as well", async () => {
    const { errors } = await app.graph.query(`{ subscription(accountId: "acme", iccid: "12345abc") { id } }`);
    expect(errors?.[0]?.message).toBe("ICCID must be 18 to 22 digits or letters; this has 8");
    expect(errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test.each(["", "..", "a/../b", "%2e%2e/b", "\ud800", "x".repeat(9000)])(
    "account id %j is refused without a KORE call",
    async (id) => {
      const { errors } = await app.graph.query(`query ($id: ID!) { subscriptions(accountId: $id) { totalCount } }`, {
        id,
      });
      expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
      expect(errors?.[0]?.message).toMatch(/^accountId: must be /);
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test.each(["1/../2", "x".repeat(200_000)])("a SIM's id in a filter is checked as well", async (subscriptionId) => {
    const { errors } = await app.graph.query(
      `query ($id: ID!) { account(id: "acme") { provisioningRequests(filter: { subscriptionId: $id }) { totalCount } } }`,
      { id: subscriptionId },
    );
    expect(errors?.[0]?.message).toMatch(/^filter\.subscriptionId: must be /);
    expect(app.kore.requests()).toEqual([]);
  });

  test("more ICCIDs than one query accepts are refused", async () => {
    const iccids = Array.from({ length: 1001 }, () => app.kore.iccids("acme")[0] ?? "");
    const { errors } = await app.graph.run(SimsByIccidDocument, { accountId: "acme", iccids });
    expect(errors?.[0]).toMatchObject({ message: "iccids: at most 1000 at once; 1001 are given" });
    expect(app.kore.requests()).toEqual([]);
  });

  test("an unknown account is a named error of its list", async () => {
    const { data, errors } = await app.graph.query(
      `{ account(id: "nobody") { id name subscriptions { totalCount } costCenters { id } } }`,
    );
    expect(data).toEqual({ account: { id: "nobody", name: null, subscriptions: null, costCenters: null } });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [["account", "subscriptions"], "NOT_FOUND"],
      [["account", "costCenters"], "NOT_FOUND"],
    ]);
  });
});

test("a wrong check digit is refused where ID_CHECKS is strict", async () => {
  const strict = await startApp({ accounts: { acme: { sims: 2 } } }, { ID_CHECKS: "strict" });
  const [iccid = ""] = strict.kore.iccids("acme");
  const mistyped = iccid.slice(0, -1) + String((Number(iccid.at(-1)) + 1) % 10);
  const { errors } = await strict.graph.run(SimsByIccidDocument, { accountId: "acme", iccids: [mistyped] });
  expect(errors?.[0]?.message).toBe('Variable "$iccids[0]": ICCID check digit is wrong: a typing error?');
  expect(strict.kore.requests()).toEqual([]);
  await strict.stop();
});
