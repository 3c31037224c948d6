import { type Expected, oneOf } from "../oracle/compare.ts";
import { type Random } from "./random.ts";
import { READ_ONLY, type Span, type Oracle, WRITTEN } from "../oracle/oracle.ts";

/** A query with its expected answer. */
export interface Read {
  readonly name: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly expected: (span: Span) => Expected;
  /** The next query after a complete answer. */
  readonly next?: (data: never) => Read | undefined;
}

type ReadFactory = (oracle: Oracle, random: Random) => Read;

const FACTS = "accountId id iccid eid isEsim imsi msisdns state";
const PROFILE = "accountId id name description serviceTypeId planIds";

const accounts: ReadFactory = (oracle) => ({
  name: "accounts",
  query: "{ accounts { id number name } }",
  variables: {},
  expected: () => ({ accounts: oracle.accounts.map(({ id, number, name }) => ({ id, number: String(number), name })) }),
});

const account: ReadFactory = (oracle, random) => {
  const id = random.pick(WRITTEN);
  return {
    name: "account",
    query: `query ($id: ID!) { account(id: $id) {
      id number name costCenters { id name key } activationProfiles { ${PROFILE} } } }`,
    variables: { id },
    expected: () => ({ account: oracle.account(id) }),
  };
};

const activationProfile: ReadFactory = (oracle, random) => {
  const accountId = random.pick(WRITTEN);
  const offer = random.pick(oracle.offers(accountId));
  return {
    name: "activationProfile",
    query: `query ($accountId: ID!, $id: ID!) { activationProfile(accountId: $accountId, id: $id) { ${PROFILE} }
      none: activationProfile(accountId: $accountId, id: "cmp-k1-activation-profile-0") { id } }`,
    variables: { accountId, id: offer.activationProfileId },
    expected: () => ({ activationProfile: oracle.activationProfile(accountId, offer), none: null }),
  };
};

const subscription: ReadFactory = (oracle, random) => {
  const { accountId, iccid } = anySim(oracle, random);
  const { subscriptionId: id } = oracle.view(accountId, iccid);
  const isById = random.chance(0.5);
  return {
    name: "subscription",
    query: `query ($accountId: ID!, $id: ID, $iccid: ICCID) { subscription(accountId: $accountId, id: $id, iccid: $iccid) {
      ${FACTS} serviceTypeId stateHistory { state } costCenter { id name } profile { id plans { id } } } }`,
    variables: { accountId, ...(isById ? { id } : { iccid }) },
    expected: (span) => ({ subscription: oracle.sim(accountId, iccid, span) }),
  };
};

const lastRequest: ReadFactory = (oracle, random) => {
  const { accountId, iccid } = anySim(oracle, random);
  return {
    name: "lastProvisioningRequest",
    query: `query ($accountId: ID!, $iccid: ICCID!) { subscription(accountId: $accountId, iccid: $iccid) {
      ${FACTS} lastProvisioningRequest { id } } }`,
    variables: { accountId, iccid },
    expected: (span) => ({ subscription: oracle.sim(accountId, iccid, span) }),
  };
};

const byEid: ReadFactory = (oracle, random) => {
  const iccid = random.pick(oracle.iccids(READ_ONLY).filter((_, place) => place % 10 === 0)); // An eSIM whose EID holds no other SIM.
  return {
    name: "subscription by EID",
    query: `query ($accountId: ID!, $eid: EID!) { subscription(accountId: $accountId, eid: $eid) { ${FACTS} } }`,
    variables: { accountId: READ_ONLY, eid: oracle.view(READ_ONLY, iccid).eid },
    expected: (span) => ({ subscription: oracle.sim(READ_ONLY, iccid, span) }),
  };
};

const byIccids: ReadFactory = (oracle, random) => {
  const accountId = random.pick([READ_ONLY, ...WRITTEN]);
  const others = oracle.iccids(accountId === READ_ONLY ? (WRITTEN[0] ?? "") : READ_ONLY);
  const iccids = [...random.sample(oracle.iccids(accountId), random.integer(1, 130)), random.pick(others)];
  return {
    name: "subscriptionsByIccid",
    query: `query ($accountId: ID!, $iccids: [ICCID!]!) { sims: subscriptionsByIccid(accountId: $accountId, iccids: $iccids) {
      ${FACTS} costCenter { id name } } }`,
    variables: { accountId, iccids },
    expected: (span) => ({
      sims: iccids.map((iccid) => (others.includes(iccid) ? null : oracle.sim(accountId, iccid, span))),
    }),
  };
};

const subscriptions: ReadFactory = (oracle, random) => {
  const accountId = random.pick([READ_ONLY, ...WRITTEN]);
  return page(oracle, accountId, { first: random.integer(1, 60), offset: 0, after: null, pages: random.integer(1, 3) });
};

interface Page {
  first: number;
  offset: number;
  after: string | null;
  /** Remaining pages, this one included. */
  pages: number;
}

function page(oracle: Oracle, accountId: string, { first, offset, after, pages }: Page): Read {
  const iccids = oracle.iccids(accountId);
  const end = Math.min(offset + first, iccids.length);
  const hasNextPage = end < iccids.length;
  return {
    name: "subscriptions",
    query: `query ($accountId: ID!, $first: Int!, $after: String) {
      subscriptions(accountId: $accountId, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { ${FACTS} stateHistory { state } } } } }`,
    variables: { accountId, first, after },
    expected: (span) => ({
      subscriptions: {
        totalCount: iccids.length,
        pageInfo: { hasNextPage, hasPreviousPage: offset > 0, endCursor: (cursor: string) => cursor },
        edges: iccids.slice(offset, end).map((iccid) => ({ node: oracle.sim(accountId, iccid, span) })),
      },
    }),
    next: (data: { subscriptions: { pageInfo: { endCursor: string } } }) => {
      const { endCursor } = data.subscriptions.pageInfo;
      return pages > 1 && hasNextPage
        ? page(oracle, accountId, { first, offset: end, after: endCursor, pages: pages - 1 })
        : undefined;
    },
  };
}

const byState: ReadFactory = (oracle, random) => {
  const accountId = random.pick(WRITTEN);
  const state = random.pick(["ACTIVE", "SUSPENDED", "STOCK"]);
  return {
    name: "subscriptions by state",
    query: `query ($accountId: ID!, $state: SimState!) {
      subscriptions(accountId: $accountId, first: 1000, filter: { state: $state }) { nodes { iccid state } } }`,
    variables: { accountId, state },
    expected: (span) => ({
      subscriptions: {
        nodes: (nodes: { iccid: string; state: string }[]) => {
          const actual = new Set(nodes.map(({ iccid }) => iccid));
          return oracle.iccids(accountId).flatMap((iccid) => {
            const states = oracle.statesOf(accountId, iccid, span);
            const isExpected = states.every((each) => each === state);
            return isExpected || actual.has(iccid) ? [{ iccid, state: states.includes(state) ? state : oneOf() }] : [];
          });
        },
      },
    }),
  };
};

const provisioningRequests: ReadFactory = (oracle, random) => {
  const id = random.pick(WRITTEN);
  return {
    name: "provisioningRequests",
    query: `query ($id: ID!) { account(id: $id) { provisioningRequests(first: 20) {
      nodes { accountId id status numberOfSubscriptions } } } }`,
    variables: { id },
    expected: (span) => ({
      account: {
        provisioningRequests: {
          nodes: (nodes: { id: string }[]) => {
            const actual = new Set(nodes.map((node) => node.id));
            const known = oracle.requests(id).filter((request) => actual.has(request.id));
            return known.map((request) => oracle.request(id, request, span));
          },
        },
      },
    }),
  };
};

const provisioningRequest: ReadFactory = (oracle, random) => {
  const accountId = random.pick(WRITTEN);
  const held = oracle.requests(accountId).slice(0, 5);
  const known = held.length > 0 ? random.pick(held) : null;
  return {
    name: "provisioningRequest",
    query: `query ($accountId: ID!, $id: ID!) { provisioningRequest(accountId: $accountId, id: $id) {
      accountId id status numberOfSubscriptions } }`,
    variables: { accountId, id: known?.id ?? "cmp-k1-provisioning-request-0" },
    expected: (span) => ({ provisioningRequest: known && oracle.request(accountId, known, span) }),
  };
};

const client: ReadFactory = (oracle, random) => {
  const known = random.pick(oracle.clients);
  return {
    name: "client",
    query: `query ($id: ID!) { client(id: $id) { id accountId name owner type isLocked } none: client(id: "apiclient_0") { id } }`,
    variables: { id: known.id },
    expected: () => ({ client: oracle.client(known), none: null }),
  };
};

const clients: ReadFactory = (oracle, random) => {
  const first = random.integer(1, oracle.clients.length);
  return {
    name: "clients",
    query: `query ($first: Int!) { clients(first: $first) { nodes { id accountId name owner type isLocked } } }`,
    variables: { first },
    expected: () => ({ clients: { nodes: oracle.clients.slice(0, first).map((each) => oracle.client(each)) } }),
  };
};

const capabilities: ReadFactory = () => ({
  name: "capabilities",
  query: "{ capabilities { mode limits { pageSize } } }",
  variables: {},
  expected: () => ({ capabilities: { mode: "LIVE", limits: { pageSize: 1000 } } }),
});

/** A gateway's `_entities` with references of every type. */
const entities: ReadFactory = (oracle, random) => {
  const sims = Array.from({ length: random.integer(1, 30) }, () => ({
    ...anySim(oracle, random),
    isById: random.chance(0.2),
  }));
  const accountId = random.pick(WRITTEN);
  const offer = random.pick(oracle.offers(accountId));
  const known = random.pick(oracle.clients);
  const { id, number, name } = random.pick(oracle.accounts);
  return {
    name: "_entities",
    query: `query ($refs: [_Any!]!) { _entities(representations: $refs) {
      ... on SimSubscription { ${FACTS} } ... on Account { id number accountName: name }
      ... on ActivationProfile { profileId: id profileName: name } ... on Client { clientId: id owner } } }`,
    variables: {
      refs: [
        ...sims.map(({ accountId, iccid, isById }) => ({
          __typename: "SimSubscription",
          accountId,
          ...(isById ? { id: oracle.view(accountId, iccid).subscriptionId } : { iccid }),
        })),
        { __typename: "Account", id },
        { __typename: "ActivationProfile", accountId, id: offer.activationProfileId },
        { __typename: "Client", id: known.id },
      ],
    },
    expected: (span) => ({
      _entities: [
        ...sims.map(({ accountId, iccid }) => oracle.sim(accountId, iccid, span)),
        { id, number: String(number), accountName: name },
        { profileId: offer.activationProfileId, profileName: offer.name },
        { clientId: known.id, owner: known.owner },
      ],
    }),
  };
};

/** All kinds of reads; frequent ones are listed several times. */
const READS: readonly ReadFactory[] = [
  accounts,
  account,
  activationProfile,
  ...[subscription, subscription, subscription],
  lastRequest,
  byEid,
  ...[byIccids, byIccids, byIccids],
  ...[subscriptions, subscriptions],
  byState,
  provisioningRequests,
  provisioningRequest,
  client,
  clients,
  capabilities,
  ...[entities, entities],
];

export function randomRead(oracle: Oracle, random: Random): Read {
  return random.pick(READS)(oracle, random);
}

function anySim(oracle: Oracle, random: Random): { accountId: string; iccid: string } {
  const accountId = random.pick([READ_ONLY, ...WRITTEN]);
  return { accountId, iccid: random.pick(oracle.iccids(accountId)) };
}
