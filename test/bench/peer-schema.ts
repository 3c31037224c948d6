import { type WireSubscription } from "../../src/kore/index.ts";
import { type KoreApi } from "./peer-api.ts";

/*
 * The same operations written the usual way, as tutorials show it: a data source that fetches, a DataLoader for each
 * relation, a resolver for each field that needs one.
 */

export const typeDefs = `
  scalar ICCID
  type Query {
    account(id: ID!): Account
    subscriptions(accountId: ID!, first: Int): SimConnection!
    subscription(accountId: ID!, iccid: ICCID!): Sim
  }
  type Account { id: ID! activationProfiles: [ActivationProfile!]! subscriptions(first: Int): SimConnection! }
  type ActivationProfile { id: ID! name: String }
  type SimConnection { nodes: [Sim!]! }
  type Sim {
    id: ID! iccid: ICCID state: String imsi: String msisdns: [String!]! productOffer: String currentState: State
    device: Device apns: [Apn!]! customFields: [Field!]! costCenter: CostCenter profile: Profile
  }
  type State { startedAt: String }
  type Device { imei: String }
  type Apn { apnId: ID ipAddress: String }
  type Field { key: String value: String }
  type CostCenter { id: ID! name: String }
  type Profile { plans: [Plan!]! }
  type Plan { id: ID! name: String usageType: String }
`;

export interface Context {
  kore: KoreApi;
}

interface Sim {
  accountId: string;
  wire: WireSubscription;
}

const STATES: Readonly<Record<string, string>> = { Stock: "STOCK", Active: "ACTIVE", Suspend: "SUSPENDED" };
const current = ({ wire }: Sim) => wire.states?.find((period) => period["is-current"]);

async function simPage(accountId: string, query: string, { kore }: Context): Promise<{ nodes: Sim[] }> {
  return { nodes: (await kore.sims(accountId, query)).map((wire) => ({ accountId, wire })) };
}

export const resolvers = {
  Query: {
    account: (_: unknown, { id }: { id: string }) => ({ id }),
    subscriptions: (_: unknown, args: { accountId: string; first: number }, context: Context) =>
      simPage(args.accountId, `page-index=0&max-page-item=${args.first}`, context),
    subscription: async (_: unknown, args: { accountId: string; iccid: string }, context: Context) =>
      (await simPage(args.accountId, `page-index=0&max-page-item=1000&iccid=${args.iccid}`, context)).nodes[0] ?? null,
  },
  Account: {
    activationProfiles: async ({ id }: { id: string }, _: unknown, { kore }: Context) =>
      (await kore.activationProfiles(id)).map((one) => ({
        id: one["activation-profile-id"],
        name: one["activation-profile-name"],
      })),
    subscriptions: ({ id }: { id: string }, { first }: { first: number }, context: Context) =>
      simPage(id, `page-index=0&max-page-item=${first}`, context),
  },
  Sim: {
    id: ({ wire }: Sim) => wire["subscription-id"],
    iccid: ({ wire }: Sim) => wire.iccid,
    state: (sim: Sim) => STATES[current(sim)?.state ?? ""],
    imsi: ({ wire }: Sim) => wire.imsi,
    msisdns: ({ wire }: Sim) => wire.msisdns?.map(({ msisdn }) => msisdn),
    productOffer: ({ wire }: Sim) => wire["product-offer"],
    currentState: (sim: Sim) => ({ startedAt: new Date(current(sim)?.["start-datetime-utc"] ?? "").toISOString() }),
    device: ({ wire }: Sim) => ({ imei: wire.imei }),
    apns: ({ wire }: Sim) => wire["apn-data"]?.map((apn) => ({ apnId: apn["apn-id"], ipAddress: apn["ip-address"] })),
    customFields: ({ wire }: Sim) => wire["additional-fields"],
    costCenter: async ({ accountId, wire }: Sim, _: unknown, { kore }: Context) => {
      const found = (await kore.costCenters.load(accountId)).find(
        (one) => one["cost-center-id"] === wire["cost-center-id"],
      );
      return found && { id: found["cost-center-id"], name: found["cost-center-name"] };
    },
    profile: async ({ accountId, wire }: Sim, _: unknown, { kore }: Context) => {
      const id = wire.profiles?.find((period) => period["is-current"])?.["profile-id"] ?? "";
      const { plans } = await kore.profiles.load(`${accountId}/profiles/${id}`);
      return {
        plans: plans?.map((one) => ({ id: one["plan-id"], name: one["plan-name"], usageType: one["usage-type"] })),
      };
    },
  },
};
