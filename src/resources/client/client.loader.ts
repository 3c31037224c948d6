import {
  batchLoader,
  type CostContext,
  checkedFirst,
  cursorsOf,
  eachLoader,
  parsePagingState,
  MAX_PAGE_SIZE,
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

interface ClientPageKey {
  /** Name of the credentials. */
  credential: string;
  type: "admin" | "standard" | undefined;
  number: number;
  size: number;
}

/** Pages of KORE's list, each read once per operation. */
const eachClientPage = eachLoader({
  key: ({ credential, type, number, size }: ClientPageKey) => `${credential} ${type ?? "any"} ${number} ${size}`,
  per: "key",
  concurrency: 4,
  load: ({ credential, type, number, size }, context: Context) =>
    credentialNamed(credential, context).clients.clients({ page_size: size, page_number: number, client_type: type }),
});

/** Single API clients, one call each. */
const eachClient = eachLoader({
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

/** From so many clients, a page of KORE's list is read first, which costs one call and most likely has them. */
const MIN_FOR_LIST = 5;

/**
 * API clients by id. Several are read from the first page of KORE's list; those that it lacks (disabled ones, or ones on
 * later pages) are read one at a time.
 */
export const clientById = batchLoader({
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

/** Any of the credentials may have a client, so the worst case is one call with each. */
function costOfClients({ parent, path, calls, context: { kore } }: CostContext<Context>): undefined {
  calls.add(clientById, path, parent.count * kore.credentials.length);
}

/** Clients on the first page within the caller's reach. Others must take the same calls as absent clients. */
async function firstListed(context: Context): Promise<ReadonlyMap<string, WireClient>> {
  const first = { type: undefined, number: FIRST_CLIENT_PAGE, size: MAX_PAGE_SIZE };
  const { answers } = await readWithEachCredential("clients", context, ({ name }) =>
    eachClientPage(context).load({ credential: name, ...first }),
  );
  const wires = answers.flatMap(({ value }) => clientPage(value).items).filter((wire) => isInReach(wire, context));
  return new Map(wires.map((wire) => [decode.requiredString(wire.client_id, "clients.client_id"), wire]));
}

/** The ConnectivityPro account of an account of API clients, by the configured mapping. */
export function accountOf(clientAccountId: string | null, { settings }: Context): string | undefined {
  return clientAccountId === null ? undefined : settings.accountMapping.get(clientAccountId);
}

function isInReach({ account_id: account }: WireClient, context: Context): boolean {
  return isAuthorizedFor(context.caller, accountOf(decode.id(account, "clients.account_id"), context));
}

/** The account of a client. Takes the same read of KORE for foreign clients as for absent ones. */
export async function accountOfClient(id: string, context: Context): Promise<string | undefined> {
  if (!isValidId(id)) return undefined;
  return accountOf((await clientById(context).load(id))?.accountId ?? null, context);
}

const idOf = ({ id }: Client) => id;

/** Reads a page of API clients. KORE documents no page limit; an observed one is stored in the cursor. */
export async function listClients(
  page: PageArgs,
  type: ClientType | null | undefined,
  context: Context,
): Promise<Page<Client>> {
  const { accounts } = context.caller;
  const [only, ...more] = context.kore.credentials;
  if (accounts || !only || more.length > 0) return pageOfWholeList({ accounts, page, type }, context);

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
  return Page.ofRange(range, { cursors, offset });
}

/**
 * All API clients that KORE lists with one set of credentials. KORE's list has no filter by account, so one walk serves
 * all accounts of an operation. Where clients may have moved between pages meanwhile, a second walk adds missed ones.
 */
export const everyClient = eachLoader({
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
  throw new KoreError("contract", "KORE's list of API clients is incomplete", { operation: "GET /v1/clients" });
}

/** Reads a page of an account's API clients; null where the configuration maps no account of API clients to it. */
export async function listAccountClients(
  accountId: string,
  page: PageArgs,
  type: ClientType | null | undefined,
  context: Context,
): Promise<Page<Client> | null> {
  const isMapped = [...context.settings.accountMapping.values()].includes(accountId);
  if (!isMapped) return null;
  const { name: credential } = context.kore.credentialOf(accountId);
  return pageOfWholeList({ accounts: new Set([accountId]), page, type, credential }, context);
}

/** The clients that one set of credentials lists, or all sets; each client once. */
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

interface WholeListPage {
  /** @default all accounts */
  accounts: ReadonlySet<string> | undefined;
  page: PageArgs;
  type: ClientType | null | undefined;
  /** @default all credentials */
  credential?: string;
}

/**
 * A page of the API clients of some accounts, or of the lists of several credentials, from whole lists. KORE's totals,
 * cursors and short pages would reveal the number of clients of other accounts.
 */
async function pageOfWholeList(
  { accounts, page, type, credential }: WholeListPage,
  context: Context,
): Promise<Page<Client>> {
  const first = checkedFirst(page);
  const isOfType = toKoreType(type) ? (client: Client) => client.type === type : () => true;
  // A list that lacks other credentials' clients is another list, in which an offset would skip some clients.
  const isOfOne = credential !== undefined || context.kore.credentials.length === 1;
  const cursorsFor = (...parts: readonly unknown[]) =>
    cursorsOf(["clients of", accounts ? [...accounts].sort() : "all", type ?? "any", ...parts]);
  if (isOfOne) cursorsFor().decode(page.after); // Refuses invalid cursors before a KORE call.
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
