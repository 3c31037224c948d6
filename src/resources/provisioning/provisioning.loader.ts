import { eachLoader } from "../../graph/index.ts";
import { KoreError, read } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { toProvisioningRequest, toWholeProvisioningRequest } from "./provisioning.mapper.ts";
import { type ProvisioningRequest } from "./provisioning.type.ts";

export interface ProvisioningRequestRef {
  accountId: string;
  id: string;
}

const keyOf = ({ accountId, id }: ProvisioningRequestRef) => `${accountId} ${id}`;

/** Provisioning requests with their SIMs, which KORE reads only one at a time. */
export const eachProvisioningRequest = eachLoader({
  name: "provisioningRequest.each",
  key: keyOf,
  concurrency: 8,
  load: async ({ accountId, id }: ProvisioningRequestRef, { kore }: Context): Promise<ProvisioningRequest | null> => {
    const reply = await kore.connectivity.provisioningRequest(accountId, id).catch(KoreError.nullIfNotFound);
    return reply && toWholeProvisioningRequest(accountId, read.record(reply, "provisioning-request"), kore.unknown);
  },
});

/** What KORE's list call takes besides the account. */
export type ProvisioningQuery = Parameters<Context["kore"]["connectivity"]["provisioningRequests"]>[1];

/** One of KORE's pages of provisioning requests: one call. */
export async function provisioningPage(accountId: string, query: ProvisioningQuery, { kore }: Context) {
  const reply = read.record(await kore.connectivity.provisioningRequests(accountId, query), "provisioning-requests");
  return {
    items: read
      .list(reply.records, "provisioning-requests.records")
      .map((wire) => toProvisioningRequest(accountId, wire, kore.unknown)),
    total: read.integer(reply["total-records"], "provisioning-requests.total-records"),
    page: read.integer(reply.page, "provisioning-requests.page"),
  };
}

/** The newest request that names a SIM. KORE states no order, so all of the SIM's requests are looked at. */
export const eachLastProvisioningRequest = eachLoader({
  name: "provisioningRequest.eachLast",
  key: keyOf,
  concurrency: 8,
  load: async (sim: ProvisioningRequestRef, context: Context): Promise<ProvisioningRequest | null> => {
    let newest: ProvisioningRequest | null = null;
    let read = 0;
    let query: ProvisioningQuery = { take: MANY, "subscription-id": sim.id };
    for (;;) {
      const { items, total, page } = await provisioningPage(sim.accountId, query, context);
      for (const request of items) {
        if (!newest || (request.createdAt ?? LONG_AGO) > (newest.createdAt ?? LONG_AGO)) newest = request;
      }
      read += items.length;
      if (items.length === 0 || page === null || read >= (total ?? read)) return newest;
      query = { ...query, page: page + 1, take: items.length };
    }
  },
});

/** More requests than a SIM usually sees in its life, so one call is enough. */
const MANY = 100;
const LONG_AGO = new Date(0);
