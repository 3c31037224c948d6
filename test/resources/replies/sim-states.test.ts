import { describe, expect, test } from "vitest";
import { app, beginScript, answerSims, shown, inState, unknownFields } from "./scripted-sims.ts";

beginScript();

describe("States", () => {
  test.each([
    ["Test", "TEST"],
    ["TEST", "TEST"],
    ["ready", "READY"],
    ["Suspended with charge", "SUSPENDED_WITH_CHARGE"],
    ["Suspend With Charge", "SUSPENDED_WITH_CHARGE"],
    ["SUSPENDED  WITH CHARGE", "SUSPENDED_WITH_CHARGE"],
  ])("A1.1 %j is %s", async (word, state) => {
    expect((await shown(inState(word), "state rawState")).sim).toEqual({ state, rawState: word });
  });

  test.each([
    ["TEST", "Test"],
    ["READY", "Ready"],
    ["SUSPENDED_WITH_CHARGE", "Suspend With Charge"],
  ])("A1.2 %s can be listed by", async (state, word) => {
    answerSims();
    const list = await app.graph.query(
      `{ subscriptions(accountId: "acme", filter: { state: ${state} }) { nodes { id } } }`,
    );
    expect(list.errors).toBeUndefined();
    expect(app.asked()[0]?.query["sim-state"]).toBe(word);
  });
});

describe("Periods", () => {
  const period = (end: string, start = "2024-05-01T00:00:00.000Z") => ({
    states: [
      {
        state: "Active",
        "state-id": "cmp-pp-state-Active",
        "is-current": true,
        "start-datetime-utc": start,
        "end-datetime-utc": end,
      },
    ],
    profiles: [{ "profile-id": "p", "is-current": true, "start-datetime-utc": start, "end-datetime-utc": end }],
  });
  const PERIODS = "currentState { startedAt endedAt } profileHistory { startedAt endedAt }";

  test.each([
    "9999-12-31T00:00:00.000Z",
    "9999-12-31T23:59:59.9999999Z",
    "9999-12-31T12:00:00",
    "9999-12-31",
    "9999-12-31 23:59:59",
    "9999:12:31:00:00:00",
    "",
    " ",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00Z",
  ])("A2.1 that end at %j have not ended, without a report", async (end) => {
    const before = unknownFields().length;
    const { sim } = await shown(period(end), PERIODS);
    const open = { startedAt: "2024-05-01T00:00:00.000Z", endedAt: null };
    expect(sim).toEqual({ currentState: open, profileHistory: [open] });
    expect(unknownFields()).toHaveLength(before);
  });

  test("A2.2 that never began have no beginning", async () => {
    const { sim } = await shown(period("", "0001-01-01T00:00:00Z"), "currentState { startedAt }");
    expect(sim).toEqual({ currentState: { startedAt: null } });
  });

  test.each(["2023-02-30T00:00:00Z", "2023-13-01", "2023-02-28T25:00:00Z"])(
    "A2.3 that end on %s, which does not exist, have no end, reported once",
    async (end) => {
      for (let time = 0; time < 2; time += 1) {
        expect((await shown(period(end), "currentState { endedAt }")).sim).toEqual({ currentState: { endedAt: null } });
      }
      expect(unknownFields().filter(([, value]) => value === end)).toEqual([
        ["subscription.states.end-datetime-utc", end],
      ]);
    },
  );

  test("A2.4 of activation profiles and provisioning requests are reported as well", async () => {
    app.answer((path) =>
      path.endsWith("/activation-profiles")
        ? [{ "activation-profile-id": "ap", "created-date": "2023-04-31" }]
        : { "request-type": { "provisioning-request-id": "r", "date-created": "2023-06-31T00:00:00" } },
    );
    const { data } = await app.graph.query(
      `{ account(id: "acme") { activationProfiles { createdAt } } provisioningRequest(accountId: "acme", id: "r") { createdAt } }`,
    );
    expect(data).toEqual({
      account: { activationProfiles: [{ createdAt: null }] },
      provisioningRequest: { createdAt: null },
    });
    expect(unknownFields().map(([, value]) => value)).toEqual(
      expect.arrayContaining(["2023-04-31", "2023-06-31T00:00:00"]),
    );
  });
});

describe("An eSIM with several profiles", () => {
  const EID = "89049032123451234512345678901235";
  const byEid = async (profiles: [state: string, rspState: string][]) => {
    answerSims(
      ...profiles.map(([state, rspState], index) => ({
        "subscription-id": `sim-${index}`,
        eid: EID,
        "rsp-state": rspState,
        ...inState(state),
      })),
    );
    const reply = await app.graph.query<{ subscription: { id: string } | null }>(
      `{ subscription(accountId: "acme", eid: "${EID}") { id } }`,
    );
    expect(reply.errors).toBeUndefined();
    return { id: reply.data?.subscription?.id ?? null, hints: reply.extensions?.hints?.map(({ message }) => message) };
  };

  test.each<[name: string, [string, string][], string]>([
    [
      "one active, one suspended",
      [
        ["Suspend", ""],
        ["Active", ""],
      ],
      "sim-1",
    ],
    [
      "one suspended, one deactivated, one in stock",
      [
        ["Deactivated", ""],
        ["Suspend", ""],
        ["Stock", ""],
      ],
      "sim-1",
    ],
    [
      "one in stock, one scrapped",
      [
        ["Stock", ""],
        ["Scrapped", ""],
      ],
      "sim-0",
    ],
    [
      "two enabled, one of them active",
      [
        ["Suspend", "enabled"],
        ["Active", "Enabled"],
        ["Active", ""],
      ],
      "sim-1",
    ],
    [
      "one enabled",
      [
        ["Stock", " Enabled "],
        ["Active", "disabled"],
      ],
      "sim-0",
    ],
  ])("A7.1 is the current one where KORE shows it: %s", async (_, profiles, id) => {
    expect(await byEid(profiles)).toEqual({ id, hints: undefined });
  });

  test.each<[name: string, [string, string][]]>([
    [
      "two active",
      [
        ["Active", ""],
        ["Active", ""],
      ],
    ],
    [
      "one suspended, one in a state that is new",
      [
        ["Suspend", ""],
        ["Hibernating", ""],
      ],
    ],
  ])("A7.2 is null with a hint that lists them otherwise: %s", async (_, profiles) => {
    const { id, hints } = await byEid(profiles);
    expect(id).toBeNull();
    expect(hints).toHaveLength(1);
    for (const [index, [state]] of profiles.entries()) expect(hints?.[0]).toContain(`sim-${index} (${state})`);
  });
});
