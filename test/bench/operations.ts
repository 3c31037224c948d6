import { iccidOf } from "./kore-data.ts";

/** An operation of all servers: by its route at the hand-written one, by GraphQL at the others. */
export interface Operation {
  readonly name: string;
  readonly title: string;
  readonly query: string;
  /** Besides the account, of one of the questions. */
  readonly variables: (question: number) => Readonly<Record<string, unknown>>;
  /** The account is added to it. */
  readonly rawRoute: (question: number) => string;
  /** Requests to KORE of one answer, without coalescing. */
  readonly koreRequests: number;
  /** How many of them have to wait for one another: where all can be asked at once, 1. */
  readonly levels: number;
  /**
   * The accounts asked about: {@link ACCOUNTS} in turn, since identical reads in flight are one read; or one, where just
   * this is to be seen.
   */
  readonly accounts: "many" | "one";
  /** Whether the answer depends on the question, and not only its account. */
  readonly isDistinct?: boolean;
}

/** Accounts that the callers of an operation ask about, one after the other. */
export const ACCOUNTS = 1_000;

const ICCID = iccidOf(42);

const FLAT = {
  name: "flat",
  title: "100 SIMs",
  query: `query Flat($accountId: ID!) {
  subscriptions(accountId: $accountId, first: 100) { nodes { id iccid state msisdns imsi } }
}`,
  variables: () => ({}),
  rawRoute: () => "/flat?",
  koreRequests: 1,
  levels: 1,
  accounts: "many",
} as const satisfies Operation;

const RELATED = {
  name: "related",
  title: "100 SIMs with cost centers, and activation profiles",
  query: `query Related($accountId: ID!) {
  account(id: $accountId) {
    activationProfiles { id name }
    subscriptions(first: 100) { nodes { id iccid state costCenter { id name } } }
  }
}`,
  variables: () => ({}),
  rawRoute: () => "/related?",
  koreRequests: 3,
  levels: 1,
  accounts: "many",
} as const satisfies Operation;

const PLANS = {
  name: "plans",
  title: "100 SIMs with cost centers and plans",
  query: `query Plans($accountId: ID!) {
  subscriptions(accountId: $accountId, first: 100) {
    nodes { id iccid costCenter { name } profile { plans { id name usageType } } }
  }
}`,
  variables: () => ({}),
  rawRoute: () => "/plans?",
  // The page and the cost centers; then three profiles that the hundred share.
  koreRequests: 5,
  levels: 2,
  accounts: "many",
} as const satisfies Operation;

const SINGLE = {
  name: "single",
  title: "One SIM by ICCID",
  query: `query Single($accountId: ID!, $iccid: ICCID!) {
  subscription(accountId: $accountId, iccid: $iccid) {
    id iccid state imsi msisdns productOffer
    currentState { startedAt } device { imei } apns { apnId ipAddress } customFields { key value }
  }
}`,
  variables: () => ({ iccid: ICCID }),
  rawRoute: () => `/single?iccid=${ICCID}&`,
  koreRequests: 1,
  levels: 1,
  accounts: "many",
} as const satisfies Operation;

export const OPERATIONS: readonly Operation[] = [
  FLAT,
  RELATED,
  PLANS,
  SINGLE,
  {
    ...SINGLE,
    name: "single-new",
    title: "One SIM by ICCID, another each time",
    variables: (question) => ({ iccid: iccidOf(question) }),
    rawRoute: (question) => `/single?iccid=${iccidOf(question)}&`,
    isDistinct: true,
  },
  { ...FLAT, name: "flat-hot", title: "100 SIMs, the same for all callers", accounts: "one" },
  { ...RELATED, name: "related-hot", title: "… with relations, the same for all callers", accounts: "one" },
  { ...SINGLE, name: "single-hot", title: "One SIM, the same for all callers", accounts: "one" },
];

/** How many questions differ from each other. */
export const questionsOf = ({ accounts }: Operation): number => (accounts === "one" ? 1 : ACCOUNTS);

/** The account that a question is about. */
export function accountOf({ accounts }: Operation, question: number): string {
  return accounts === "one" ? "acme" : `acme-${question}`;
}
