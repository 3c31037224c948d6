import {
  batchLoader,
  type CostContext,
  checkedFirst,
  cursorsOf,
  eachLoader,
  parsePagingState,
  MAX_PAGE_SIZE,
  formatPagingState,
  Page,
  type PageArgs,
  isAuthorizedFor,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import {
  FIRST_CLIENT_PAGE,
  KoreError,
  type WireClient,
  isValidId,
  clientPage,
  decode,
  walkClients,
} from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { readWithEachCredential, credentialNamed } from "../each-credential.ts";
import { KORE_CLIENT_TYPES, toClient } from "./client.mapper.ts";
import { type Client, ClientType } from "./client.type.ts";

interface PageOfKore {
  /** Name of the credentials whose list it is of. */
  credential: string;
  type: "admin" | "standard" | undefined;
  number: number;
  size: number;
}

/** A page of KORE's list, asked for once in an operation however many need it. */
const eachClientPage = eachLoader({
  name: "client.eachPage",
  key: ({ credential, type, number, size }: PageOfKore) => `${credential} ${type ?? "any"} ${number} ${size}`,
  per: "key",
  concurrency: 4,
  load: ({ credential, type, number, size }, context: Context) =>
    credentialNamed(credential, context).clients.clients({ page_size: size, page_number: number, client_type: type }),
});

/** One client by a call of its own. */
const eachClient = eachLoader({
  name: "client.each",
  key: (id: string) => id,
  per: "key",
  concurrency: 8,
  load: async (id, { kore }: Context): Promise<WireClient | null> => {
    const reply = kore.clients.client(id);
    return reply
      .then((found) => decode.record(decode.record(found, "client").client, "client.client"))
      .catch(KoreError.nullIfNotFound);
  },
});

/** From so many on a page of KORE's list is read first, which costs one call and most likely has them. */
const MIN_FOR_LIST = 5;

/**
 * KORE reads API clients one at a time or page by page. Clients that are not on the page are read one at a time: it may be
 * disabled, or further back.
 */
export const clientById = batchLoader({
  name: "client.byId",
  key: (id: string) => id,
  groupBy: () => "all",
  per: MAX_PAGE_SIZE,
  concurrency: 1,
  cost: costOfClients,
  load: async (_, ids, context: Context): Promise<ReadonlyMap<string, Client | Error>> => {
    const listed = ids.length < MIN_FOR_LIST ? new Map<string, WireClient>() : await firstListed(context);
    const found = new Map<string, Client | Error>();
    const find = async (id: string) => {
      const wire = listed.get(id) ?? (await eachClient(context).load(id));
      if (wire) found.set(id, toClient(wire, context.kore.unknown));
    };
    await Promise.all(ids.map((id) => find(id).catch((error: unknown) => found.set(id, error as Error))));
    return found;
  },
  pick: (found, id) => found.get(id) ?? null,
});

/** Any of the credentials may have a client: at worst a call with each. */
function costOfClients({ parent, path, calls, context: { kore } }: CostContext<Context>): undefined {
  calls.add(clientById, path, parent.count * kore.credentials.length);
}

/** Those within the caller's reach: a foreign one must cost what one costs that is not there. */
async function firstListed(context: Context): Promise<ReadonlyMap<string, WireClient>> {
  const first = { type: undefined, number: FIRST_CLIENT_PAGE, size: MAX_PAGE_SIZE };
  const { answers } = await readWithEachCredential("clients", context, ({ name }) =>
    eachClientPage(context).load({ credential: name, ...first }),
  );
  const wires = answers.flatMap(({ value }) => clientPage(value).items).filter((wire) => isInReach(wire, context));
  return new Map(wires.map((wire) => [decode.requiredString(wire.client_id, "clients.client_id"), wire]));
}

/** The ConnectivityPro account that an account of API clients is, as far as the configuration tells. */
export function accountOf(clientAccountId: string | null, { settings }: Context): string | undefined {
  return clientAccountId === null ? undefined : settings.accountMapping.get(clientAccountId);
}

function isInReach({ account_id: account }: WireClient, context: Context): boolean {
  return isAuthorizedFor(context.caller, accountOf(decode.id(account, "clients.account_id"), context));
}

/** The account of a client. Callers without access wait for the same read of KORE as for an absent client. */
export async function accountOfClient(id: string, context: Context): Promise<string | undefined> {
  if (!isValidId(id)) return undefined;
  return accountOf((await clientById(context).load(id))?.accountId ?? null, context);
}

const idOf = ({ id }: Client) => id;

/** A page of API clients. KORE states no page limit: one that shows is remembered in the cursor. */
export async function listClients(
  page: PageArgs,
  type: ClientType | null | undefined,
  context: Context,
): Promise<Page<Client>> {
  const { accounts } = context.caller;
  const [only, ...more] = context.kore.credentials;
  if (accounts || !only || more.length > 0) return listClientsOf(accounts, page, type, context);

  const first = checkedFirst(page);
  const clientType = toKoreType(type);
  const cursors = cursorsOf(["clients", clientType]);
  const { offset, state } = cursors.decode(page.after);
  const credential = only.name;
  const range = await readRange(
    { offset, first, ...parsePagingState(state) },
    async (index, size) => {
      const number = FIRST_CLIENT_PAGE + index;
      const shown = clientPage(await eachClientPage(context).load({ credential, type: clientType, number, size }));
      if (index === 0) decode.firstPage(shown, "clients.clients");
      return { ...shown, items: shown.items.map((wire) => toClient(wire, context.kore.unknown)) };
    },
    idOf,
  );
  return new Page({
    nodes: range.items,
    totalCount: range.total,
    hasNextPage: range.hasNextPage,
    cursors,
    offset,
    state: formatPagingState(range.pagingState),
  });
}

/**
 * Every API client that KORE lists with one set of credentials. It lists by no account, so one walk serves all accounts
 * of an operation. Where clients may have moved between two pages meanwhile, one may be missed: then a second walk adds
 * what the first missed.
 */
export const everyClient = eachLoader({
  name: "client.every",
  key: (credential: string) => credential,
  per: "key",
  concurrency: 4,
  load: async (credential, context: Context): Promise<Client[]> => {
    const { clients } = credentialNamed(credential, context);
    const first = await walkToEnd((number, size) =>
      eachClientPage(context).load({ credential, type: undefined, number, size }),
    );
    const second = first.isSteady
      ? undefined
      : await walkToEnd((page_number, page_size) =>
          clients.clients({ page_size, page_number, client_type: undefined }),
        );
    const all = new Map([...first.clients, ...(second?.clients ?? [])]);
    return [...all.values()].map((wire) => toClient(wire, context.kore.unknown));
  },
});

async function walkToEnd(
  readPage: (number: number, size: number) => ReturnType<Context["kore"]["clients"]["clients"]>,
) {
  const walked = await walkClients(MAX_PAGE_SIZE, (page) => readPage(page.page_number, page.page_size));
  if (walked.isWhole) return walked;
  throw new KoreError("contract", "KORE's list of API clients has no end", { operation: "GET /v1/clients" });
}

/** A page of an account's API clients; null where no account of theirs is known to be this one. */
export async function listAccountClients(
  accountId: string,
  page: PageArgs,
  type: ClientType | null | undefined,
  context: Context,
): Promise<Page<Client> | null> {
  const isMapped = [...context.settings.accountMapping.values()].includes(accountId);
  if (!isMapped) return null;
  return listClientsOf(new Set([accountId]), page, type, context, context.kore.credentialOf(accountId).name);
}

/** The clients that all credentials list, or those of one name; each client once. */
async function everyClientOf(credential: string | undefined, context: Context) {
  if (credential !== undefined) {
    return { clients: await everyClient(context).load(credential), isWhole: true, answered: [credential] };
  }
  const { answers, isWhole } = await readWithEachCredential("clients", context, ({ name }) =>
    everyClient(context).load(name),
  );
  const byId = new Map(answers.flatMap(({ value }) => value.map((client) => [client.id, client] as const)));
  return { clients: [...byId.values()], isWhole, answered: answers.map(({ credential }) => credential) };
}

/**
 * A page of the API clients of some accounts, or of the lists of several credentials. They are counted here: a total, a
 * cursor or a short page of KORE's own would tell a caller who reaches only these accounts how many clients others have.
 */
async function listClientsOf(
  accounts: ReadonlySet<string> | undefined,
  page: PageArgs,
  type: ClientType | null | undefined,
  context: Context,
  credential?: string,
): Promise<Page<Client>> {
  const first = checkedFirst(page);
  const isOfType = toKoreType(type) ? (client: Client) => client.type === type : () => true;
  // A list that lacks another part is another list: going on in it by the same place would leave out some.
  const isOfOne = credential !== undefined || context.kore.credentials.length === 1;
  const cursorsFor = (...parts: readonly unknown[]) =>
    cursorsOf(["clients of", accounts ? [...accounts].sort() : "all", type ?? "any", ...parts]);
  if (isOfOne) cursorsFor().decode(page.after); // Refused before KORE is asked.
  const { clients, isWhole, answered } = await everyClientOf(credential, context);
  const cursors = isOfOne ? cursorsFor() : cursorsFor(answered);
  const { offset } = cursors.decode(page.after);
  const all = clients.filter(
    (client) => (!accounts || accounts.has(accountOf(client.accountId, context) ?? "")) && isOfType(client),
  );
  const nodes = all.slice(offset, offset + first);
  const hasNextPage = offset + nodes.length < all.length;
  return new Page({ nodes, totalCount: isWhole ? all.length : null, hasNextPage, cursors, offset });
}

function toKoreType(type: ClientType | null | undefined): "admin" | "standard" | undefined {
  if (type === ClientType.UNKNOWN) throw userInputError("type: KORE has no type UNKNOWN to list by");
  return type ? KORE_CLIENT_TYPES[type] : undefined;
}
