import { iccidOf } from "./kore-data.ts";

/** One thing that both servers can be asked: the graph by its operation, the hand-written server by its route. */
export interface Operation {
  readonly name: string;
  readonly title: string;
  readonly query: string;
  /** Besides the account. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The account is added to it. */
  readonly rawRoute: string;
  /** What one answer costs at KORE when nobody else asks for the same. */
  readonly koreRequests: number;
  /**
   * Whether all callers ask about one account. The graph makes identical reads under way one read, which would make
   * it look faster than it is; so callers ask about accounts of their own, except where just this is to be seen.
   */
  readonly isIdentical: boolean;
}

const flat = {
  name: "flat",
  title: "100 SIMs",
  query: `query Flat($accountId: ID!) {
  subscriptions(accountId: $accountId, first: 100) { nodes { id iccid state msisdns imsi } }
}`,
  variables: {},
  rawRoute: "/flat?",
  koreRequests: 1,
  isIdentical: false,
} as const;

const ICCID = iccidOf(42);

export const OPERATIONS: readonly Operation[] = [
  flat,
  {
    name: "related",
    title: "100 SIMs with cost centers and plans",
    query: `query Related($accountId: ID!) {
  subscriptions(accountId: $accountId, first: 100) {
    nodes { id iccid costCenter { name } profile { plans { id name usageType } } }
  }
}`,
    variables: {},
    rawRoute: "/related?",
    // The page, the cost centers, and three profiles that the hundred share.
    koreRequests: 5,
    isIdentical: false,
  },
  {
    name: "single",
    title: "One SIM by ICCID",
    query: `query Single($accountId: ID!, $iccid: ICCID!) {
  subscription(accountId: $accountId, iccid: $iccid) {
    id iccid state imsi msisdns productOffer
    currentState { startedAt } device { imei } apns { id ipAddress } customFields { key value }
  }
}`,
    variables: { iccid: ICCID },
    rawRoute: `/single?iccid=${ICCID}&`,
    koreRequests: 1,
    isIdentical: false,
  },
  { ...flat, name: "identical", title: "100 SIMs, the same for all callers", isIdentical: true },
];
