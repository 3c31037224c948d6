import { describe, expect, test } from "vitest";
import { PATH, post, sims, startAcme } from "../support/acme.ts";
import { type RequestPage } from "../support/harness.ts";

describe("the list of requests", () => {
  test("is newest first, in pages that count from 1", async () => {
    const { kore, caller, active } = await startAcme();
    const ids: string[] = [];
    for (const iccid of active.slice(0, 5)) ids.unshift(await post(caller, "suspend", sims(iccid)));
    const page = async (search: string): Promise<RequestPage> =>
      (await caller.get<RequestPage>(`${PATH}${search}`)).body;
    const all = await page("");
    expect(all).toMatchObject({ "total-records": 5, "total-pages": 1, page: 1 });
    expect(all.records.map((r) => r["provisioning-request-id"])).toEqual(ids);
    const second = await page("?page=2&take=2");
    expect(second).toMatchObject({ "total-records": 5, "total-pages": 3, page: 2 });
    expect(second.records.map((r) => r["provisioning-request-id"])).toEqual(ids.slice(2, 4));
    expect((await page("?page=9&take=2")).records).toEqual([]);
    kore.clock.advance(2_000);
    expect((await page("?take=1")).records[0]).toMatchObject({ "request-status": "completed", source: "API" });
    for (const search of ["?page=0", "?take=0", "?take=x", "?size=3"])
      expect((await caller.get(PATH + search)).status).toBe(400);
  });

  test("may count from 0 and limit pages, since KORE documents neither", async () => {
    const { caller, active } = await startAcme({ paging: { firstPage: 0, maxTake: 2 } });
    for (const iccid of active.slice(0, 3)) await post(caller, "suspend", sims(iccid));
    const { body } = await caller.get<RequestPage>(`${PATH}?take=50`);
    expect(body).toMatchObject({ page: 0, "total-pages": 2 });
    expect(body.records).toHaveLength(2);
  });

  test("can be narrowed to a SIM by ICCID and by subscription id, also to one that does not exist", async () => {
    const { kore, caller, active } = await startAcme();
    const one = await post(caller, "suspend", sims(active[0], active[1]));
    const two = await post(caller, "suspend", sims(active[1], "8900"));
    const found = async (search: string): Promise<string[]> =>
      (await caller.get<RequestPage>(`${PATH}?${search}`)).body.records.map((r) => r["provisioning-request-id"]);
    expect(await found(`iccid=${active[0] ?? ""}`)).toEqual([one]);
    expect(await found(`iccid=${active[1] ?? ""}`)).toEqual([two, one]);
    expect(await found(`subscription-id=${kore.sim("acme", active[0] ?? "")?.subscriptionId ?? ""}`)).toEqual([one]);
    expect(await found("iccid=8900")).toEqual([two]);
    expect(await found(`iccid=${active[2] ?? ""}`)).toEqual([]);
  });

  test("the detail's outer key may be the contract's request-type", async () => {
    const { caller, active } = await startAcme({ provisioning: { detailKey: "literal" } });
    const id = await post(caller, "deactivate", sims(active[0]));
    const { body } = await caller.get(`${PATH}/${id}`);
    expect(body).toMatchObject({ "request-type": { "request-type": "Deactivation" } });
  });
});
