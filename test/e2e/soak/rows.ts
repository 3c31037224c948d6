/** One operation as it is sent. */
interface Sent {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly caller?: string;
}

/** Something of which callers can send any number of different ones. */
export interface Row {
  readonly name: string;
  /** The nth operation. `worker`: operations of one run one after the other. */
  readonly nth: (n: number, worker: number) => Sent;
  /** A text that the answer must contain. */
  readonly expected: string;
}

const some = (count: number) => Array.from({ length: count }, (_, n) => n);

const CONDITIONS = some(6);
const LIMITS = "tokens depth aliases rootFields directives selections bodyBytes pageSize waitSeconds".split(" ");

/** The nth of documents of 64 combinations of conditions each, all of which have another plan. */
function conditional(n: number): Sent {
  const declared = CONDITIONS.map((at) => `$c${at}: Boolean!`).join(", ");
  const groups = CONDITIONS.map((at) => `...G${at} @include(if: $c${at})`).join(" ");
  const fragments = CONDITIONS.map(
    (at) => `fragment G${at} on Capabilities { mode limits { ${LIMITS.slice(at).join(" ")} } }`,
  );
  const roots = some(4).map((at) => `a${at}: capabilities { __typename ${groups} }`);
  return {
    query: `query Q${Math.floor(n / 64)}(${declared}) {\n${roots.join("\n")} }\n${fragments.join("\n")}`,
    variables: Object.fromEntries(CONDITIONS.map((at) => [`c${at}`, Boolean((n >> at) & 1)])),
  };
}

/** A short one. */
function plain(n: number): Sent {
  const fields = some(4).map((at) => `field${at}of${n}: mode`);
  return { query: `{ capabilities { ${fields.join("\n")} } } # ${n}` };
}

/** SIMs that are as they are wanted: the order is kept, and nothing is sent. */
export interface Scene {
  readonly accountId: string;
  readonly iccids: readonly string[];
}

export function rowsOf({ accountId, iccids }: Scene): readonly Row[] {
  const suspension = `mutation ($sim: ICCID!, $key: String!) { suspendSubscriptions(
    input: { accountId: "${accountId}", subscriptions: [{ iccid: $sim }], requestKey: $key }) { results { outcome } } }`;
  return [
    { name: "unique queries", nth: (n) => (n % 50 === 0 ? conditional(n / 50) : plain(n)), expected: '{"data"' },
    { name: "unique operation names", nth: (n) => ({ query: `query Name${n} { __typename }` }), expected: '"Query"' },
    {
      name: "callers",
      nth: (n) => ({ query: "{ accounts { id } }", caller: `caller ${n} ${"x".repeat(100)}` }),
      expected: accountId,
    },
    {
      name: "request keys",
      nth: (n, worker) => ({
        query: suspension,
        variables: { sim: iccids[worker % iccids.length], key: `key ${n} ${"x".repeat(100)}` },
      }),
      expected: "ALREADY_SATISFIED",
    },
  ];
}
