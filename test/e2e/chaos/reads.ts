import { type Expected, oneOf } from "./compare.ts";
import { type Dice } from "./dice.ts";
import { READ_ONLY, type Span, type Truth, WRITTEN } from "./truth.ts";

/** A question, and what its answer must be. */
export interface Question {
  readonly name: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly expected: (span: Span) => Expected;
  /** What to ask when this is answered whole. */
  readonly next?: (data: never) => Question | undefined;
}

type Asking = (truth: Truth, dice: Dice) => Question;

const FACTS = "accountId id iccid eid isEsim imsi msisdns state";
const PROFILE = "accountId id name description serviceTypeId planIds";

const accounts: Asking = (truth) => ({
  name: "accounts",
  query: "{ accounts { id number name } }",
  variables: {},
  expected: () => ({ accounts: truth.accounts.map(({ id, number, name }) => ({ id, number: String(number), name })) }),
});

const account: Asking = (truth, dice) => {
  const id = dice.pick(WRITTEN);
  return {
    name: "account",
    query: `query ($id: ID!) { account(id: $id) {
      id number name costCenters { id name key } activationProfiles { ${PROFILE} } } }`,
    variables: { id },
    expected: () => ({ account: truth.account(id) }),
  };
};

const activationProfile: Asking = (truth, dice) => {
  const accountId = dice.pick(WRITTEN);
  const offer = dice.pick(truth.offers(accountId));
  return {
    name: "activationProfile",
    query: `query ($accountId: ID!, $id: ID!) { activationProfile(accountId: $accountId, id: $id) { ${PROFILE} }
      none: activationProfile(accountId: $accountId, id: "cmp-k1-activation-profile-0") { id } }`,
    variables: { accountId, id: offer.activationProfileId },
    expected: () => ({ activationProfile: truth.activationProfile(accountId, offer), none: null }),
  };
};

const subscription: Asking = (truth, dice) => {
  const { accountId, iccid } = anySim(truth, dice);
  const { subscriptionId: id } = truth.view(accountId, iccid);
  const isById = dice.chance(0.5);
  return {
    name: "subscription",
    query: `query ($accountId: ID!, $id: ID, $iccid: ICCID) { subscription(accountId: $accountId, id: $id, iccid: $iccid) {
      ${FACTS} serviceTypeId stateHistory { state } costCenter { id name } profile { id plans { id } } } }`,
    variables: { accountId, ...(isById ? { id } : { iccid }) },
    expected: (span) => ({ subscription: truth.sim(accountId, iccid, span) }),
  };
};

const lastRequest: Asking = (truth, dice) => {
  const { accountId, iccid } = anySim(truth, dice);
  return {
    name: "lastProvisioningRequest",
    query: `query ($accountId: ID!, $iccid: ICCID!) { subscription(accountId: $accountId, iccid: $iccid) {
      ${FACTS} lastProvisioningRequest { id } } }`,
    variables: { accountId, iccid },
    expected: (span) => ({ subscription: truth.sim(accountId, iccid, span) }),
  };
};

const byEid: Asking = (truth, dice) => {
  const iccid = dice.pick(truth.iccids(READ_ONLY).filter((_, place) => place % 10 === 0)); // An eSIM alone.
  return {
    name: "subscription by EID",
    query: `query ($accountId: ID!, $eid: EID!) { subscription(accountId: $accountId, eid: $eid) { ${FACTS} } }`,
    variables: { accountId: READ_ONLY, eid: truth.view(READ_ONLY, iccid).eid },
    expected: (span) => ({ subscription: truth.sim(READ_ONLY, iccid, span) }),
  };
};

const byIccids: Asking = (truth, dice) => {
  const accountId = dice.pick([READ_ONLY, ...WRITTEN]);
  const others = truth.iccids(accountId === READ_ONLY ? (WRITTEN[0] ?? "") : READ_ONLY);
  const iccids = [...dice.some(truth.iccids(accountId), dice.whole(1, 130)), dice.pick(others)];
  return {
    name: "subscriptionsByIccid",
    query: `query ($accountId: ID!, $iccids: [ICCID!]!) { sims: subscriptionsByIccid(accountId: $accountId, iccids: $iccids) {
      ${FACTS} costCenter { id name } } }`,
    variables: { accountId, iccids },
    expected: (span) => ({
      sims: iccids.map((iccid) => (others.includes(iccid) ? null : truth.sim(accountId, iccid, span))),
    }),
  };
};

const subscriptions: Asking = (truth, dice) => {
  const accountId = dice.pick([READ_ONLY, ...WRITTEN]);
  return page(truth, accountId, { first: dice.whole(1, 60), offset: 0, after: null, pages: dice.whole(1, 3) });
};

interface Page {
  first: number;
  offset: number;
  after: string | null;
  /** How many more to turn to, this one included. */
  pages: number;
}

function page(truth: Truth, accountId: string, { first, offset, after, pages }: Page): Question {
  const iccids = truth.iccids(accountId);
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
        edges: iccids.slice(offset, end).map((iccid) => ({ node: truth.sim(accountId, iccid, span) })),
      },
    }),
    next: (data: { subscriptions: { pageInfo: { endCursor: string } } }) => {
      const { endCursor } = data.subscriptions.pageInfo;
      return pages > 1 && hasNextPage
        ? page(truth, accountId, { first, offset: end, after: endCursor, pages: pages - 1 })
        : undefined;
    },
  };
}

const byState: Asking = (truth, dice) => {
  const accountId = dice.pick(WRITTEN);
  const state = dice.pick(["ACTIVE", "SUSPENDED", "STOCK"]);
  return {
    name: "subscriptions by state",
    query: `query ($accountId: ID!, $state: SimState!) {
      subscriptions(accountId: $accountId, first: 1000, filter: { state: $state }) { nodes { iccid state } } }`,
    variables: { accountId, state },
    expected: (span) => ({
      subscriptions: {
        nodes: (nodes: { iccid: string; state: string }[]) => {
          const told = new Set(nodes.map(({ iccid }) => iccid));
          return truth.iccids(accountId).flatMap((iccid) => {
            const states = truth.statesOf(accountId, iccid, span);
            const mustBeTold = states.every((each) => each === state);
            return mustBeTold || told.has(iccid) ? [{ iccid, state: states.includes(state) ? state : oneOf() }] : [];
          });
        },
      },
    }),
  };
};

const provisioningRequests: Asking = (truth, dice) => {
  const id = dice.pick(WRITTEN);
  return {
    name: "provisioningRequests",
    query: `query ($id: ID!) { account(id: $id) { provisioningRequests(first: 20) {
      nodes { accountId id status numberOfSubscriptions } } } }`,
    variables: { id },
    expected: (span) => ({
      account: {
        provisioningRequests: {
          nodes: (nodes: { id: string }[]) => {
            const told = new Set(nodes.map((node) => node.id));
            const known = truth.requests(id).filter((request) => told.has(request.id));
            return known.map((request) => truth.request(id, request, span));
          },
        },
      },
    }),
  };
};

const provisioningRequest: Asking = (truth, dice) => {
  const accountId = dice.pick(WRITTEN);
  const held = truth.requests(accountId).slice(0, 5);
  const known = held.length > 0 ? dice.pick(held) : null;
  return {
    name: "provisioningRequest",
    query: `query ($accountId: ID!, $id: ID!) { provisioningRequest(accountId: $accountId, id: $id) {
      accountId id status numberOfSubscriptions } }`,
    variables: { accountId, id: known?.id ?? "cmp-k1-provisioning-request-0" },
    expected: (span) => ({ provisioningRequest: known && truth.request(accountId, known, span) }),
  };
};

const client: Asking = (truth, dice) => {
  const known = dice.pick(truth.clients);
  return {
    name: "client",
    query: `query ($id: ID!) { client(id: $id) { id accountId name owner type isLocked } none: client(id: "apiclient_0") { id } }`,
    variables: { id: known.id },
    expected: () => ({ client: truth.client(known), none: null }),
  };
};

const clients: Asking = (truth, dice) => {
  const first = dice.whole(1, truth.clients.length);
  return {
    name: "clients",
    query: `query ($first: Int!) { clients(first: $first) { nodes { id accountId name owner type isLocked } } }`,
    variables: { first },
    expected: () => ({ clients: { nodes: truth.clients.slice(0, first).map((each) => truth.client(each)) } }),
  };
};

const capabilities: Asking = () => ({
  name: "capabilities",
  query: "{ capabilities { mode limits { pageSize } } }",
  variables: {},
  expected: () => ({ capabilities: { mode: "LIVE", limits: { pageSize: 1000 } } }),
});

/** What a router asks: references of every kind in one request. */
const entities: Asking = (truth, dice) => {
  const sims = Array.from({ length: dice.whole(1, 30) }, () => ({ ...anySim(truth, dice), isById: dice.chance(0.2) }));
  const accountId = dice.pick(WRITTEN);
  const offer = dice.pick(truth.offers(accountId));
  const known = dice.pick(truth.clients);
  const { id, number, name } = dice.pick(truth.accounts);
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
          ...(isById ? { id: truth.view(accountId, iccid).subscriptionId } : { iccid }),
        })),
        { __typename: "Account", id },
        { __typename: "ActivationProfile", accountId, id: offer.activationProfileId },
        { __typename: "Client", id: known.id },
      ],
    },
    expected: (span) => ({
      _entities: [
        ...sims.map(({ accountId, iccid }) => truth.sim(accountId, iccid, span)),
        { id, number: String(number), accountName: name },
        { profileId: offer.activationProfileId, profileName: offer.name },
        { clientId: known.id, owner: known.owner },
      ],
    }),
  };
};

/** All kinds of reads; those that every front end makes are asked more often. */
const READS: readonly Asking[] = [
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

export function anyRead(truth: Truth, dice: Dice): Question {
  return dice.pick(READS)(truth, dice);
}

function anySim(truth: Truth, dice: Dice): { accountId: string; iccid: string } {
  const accountId = dice.pick([READ_ONLY, ...WRITTEN]);
  return { accountId, iccid: dice.pick(truth.iccids(accountId)) };
}
