import { type Change, type Expectation } from "../../../common/store/durable-store.ts";
import { type CommandOptions, type PlacedSim, type SimCommand, type SimResult, changedBy } from "../command.ts";
import { hashOf } from "../../idempotency/single-flight.ts";
import { type CommandVerb, type RequestKind, STATE, kindOf, partsOf } from "../verbs.ts";
import { type SequenceMark } from "../reconciliation/request-sequence.ts";

/** A recorded command, from before its first POST until its retention is over. */
export interface Entry {
  /** Key in the store: equal for equal request keys, or for equal inputs without one. */
  key: string;
  /** New for each new command with the same key. */
  id: string;
  accountId: string;
  verb: CommandVerb;
  fingerprint: string;
  hasRequestKey: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Results of SIMs without a write. */
  settled: readonly SimResult[];
  chunks: number;
  /** Deleted once nothing is left to send, because they may hold names and addresses. */
  options?: CommandOptions;
}

/**
 * One POST of a command. `planned`: not sent, or proven not to have arrived. `sending`: recorded before the first byte is
 * sent, so that a crash leaves an ambiguous outcome to reconcile. `unknown`: reconciliation did not resolve it.
 * `abandoned`: not sent, or not arrived, and reported so; sent only when the caller repeats the command.
 */
export interface Chunk {
  entry: string;
  index: number;
  sims: readonly PlacedSim[];
  state: "planned" | "sending" | "acknowledged" | "refused" | "unknown" | "abandoned";
  /** When it was last sent. Milliseconds since the epoch, as are the next two. */
  sentAt?: number;
  /** Until when its POST may be in flight. */
  until?: number;
  /** End of the visibility window of an ambiguous outcome. */
  settlesAt?: number;
  /** Marks the requests of KORE's that were observed before it was last sent. */
  seenBefore?: SequenceMark;
  /** Whether KORE's clock was off when it was last sent. */
  wasClockOff?: boolean;
  requestId?: string;
  /** When KORE acknowledged it; absent where its request was found by reconciliation. Milliseconds since the epoch. */
  answeredAt?: number;
  /** When it was acknowledged or found. Milliseconds since the epoch. */
  acknowledgedAt?: number;
  /** Whether KORE is known to have finished it. */
  isFinished?: boolean;
  /** Once finished or refused: KORE's error message, or null, by id of each failed SIM. */
  failures?: Readonly<Record<string, string | null>>;
  /** KORE's message when it refused, or why it was not sent. */
  message?: string;
}

/** Whether it has to be sent or reconciled. Its SIMs are reserved meanwhile. */
export const isOpen = ({ state }: Pick<Chunk, "state">): boolean => state === "planned" || isAmbiguous(state);

/** Whether it may still change its SIMs without a repetition of the command. */
export const isUnfinished = ({ state, isFinished = false }: Chunk): boolean =>
  !isFinished && state !== "refused" && state !== "abandoned";

/** Whether the outcome at KORE is ambiguous, by the stored state. */
export const isAmbiguous = (state: Chunk["state"]): boolean => state === "sending" || state === "unknown";

export const isAbandoned = ({ state }: Chunk): boolean => state === "abandoned";

/** Refers from a SIM to an unfinished chunk. */
export interface Unfinished {
  key: string;
  entry: string;
  index: number;
  /** The verb, with the state after activation, the profile of an eSIM verb, or the hash of the record's values. */
  goal: string;
}

/** Refers from a SIM to the chunk that has reserved it. */
export interface Reservation {
  key: string;
  entry: string;
  index: number;
}

/** Refers from a request of KORE's to its chunk. */
export interface ClaimedRequest {
  /** When it was acknowledged or found. Milliseconds since the epoch. */
  at: number;
  key: string;
  index: number;
}

export function goalOf(
  verb: CommandVerb,
  { iccid, record }: Pick<SimCommand, "iccid" | "record">,
  options: Partial<CommandOptions> = {},
): string {
  const profile = kindOf(verb) === "esim" && (options["activation-profile-id"] ?? iccid);
  return [verb, options["activation-state"], profile, record && hashOf(record)].filter(Boolean).join(" ");
}

export const verbOf = ({ goal }: Pick<Unfinished, "goal">): CommandVerb => goal.split(" ", 1)[0] as CommandVerb;

/** Escapes an id for a key, since ids may hold any character, including the separator. Plain ids stay unchanged. */
const part = (id: string): string => (/^[\w.:@+-]*$/.test(id) ? id : encodeURIComponent(id).replaceAll("%", "~"));

/** Keys in the store. */
export const keys = {
  commands: "intent/",
  claims: "claim/",
  open: (id = "") => `open/${id}`,
  chunks: (entry: string) => `chunk/${entry}/`,
  chunk: ({ entry, index }: Pick<Chunk, "entry" | "index">) => `chunk/${entry}/${String(index).padStart(6, "0")}`,
  /** Reserves a part of a SIM for one open chunk at a time. @param of see {@link partsOf}. @default its state */
  sim: (accountId: string, simId: string, of = STATE) =>
    `sim${of === STATE ? "" : `-${of}`}/${part(accountId)}/${part(simId)}`,
  unfinishedFor: (accountId: string, simId: string) => `unfinished/${part(accountId)}/${part(simId)}/`,
  unfinished: ({ accountId, id }: Entry, simId: string) => `unfinished/${part(accountId)}/${part(simId)}/${id}`,
  /** KORE does not state that ids of two kinds of requests differ. */
  request: (accountId: string, requestId: string, kind: RequestKind = "provisioning") =>
    `claim/${part(accountId)}/${kind === "esim" || kind === "record" ? `${kind}/` : ""}${part(requestId)}`,
  acknowledged: (accountId: string) => `acknowledged/${part(accountId)}`,
};

export const chunkChange = (chunk: Chunk): Change => [keys.chunk(chunk), chunk];

/** Sets or removes the references from a chunk's SIMs to the chunk, by whether it is unfinished. */
export function unfinishedMarks(entry: Entry, chunk: Chunk): Change[] {
  const { key, id, verb, options } = entry;
  return chunk.sims.flatMap((sim) => {
    const mark: Unfinished = { key, entry: id, index: chunk.index, goal: goalOf(verb, sim, options) };
    return changedBy(sim).map((name): Change => [keys.unfinished(entry, name), isUnfinished(chunk) ? mark : undefined]);
  });
}

/** Sets or removes the reservations of a chunk's SIMs, by whether the chunk is open. */
export function reservations(of: Entry, chunk: Chunk): Change[] {
  const { entry, index, sims } = chunk;
  const reservation: Reservation = { key: of.key, entry, index };
  return sims
    .flatMap((sim) => reservationKeys(of, sim))
    .map((key): Change => [key, isOpen(chunk) ? reservation : undefined]);
}

/** The keys by which a command reserves what it changes of a SIM. */
const reservationKeys = (command: Pick<Entry, "accountId" | "verb">, sim: Pick<SimCommand, "id" | "holds">) =>
  changedBy(sim).flatMap((name) => reservationKeysOf(command, name));

/** Those of one SIM or eSIM that the command changes. */
export const reservationKeysOf = ({ accountId, verb }: Pick<Entry, "accountId" | "verb">, name: string): string[] =>
  partsOf(verb).map((of) => keys.sim(accountId, name, of));

/** Expects that the SIMs of a chunk are not reserved. */
export const areFree = (entry: Entry, { sims }: Chunk): Expectation[] =>
  sims.flatMap((sim) => reservationKeys(entry, sim)).map((key): Expectation => [key, "absent"]);

/** Earlier versions stored the time alone. */
export const timeOf = (claimed: unknown): number | undefined =>
  typeof claimed === "number" ? claimed : (claimed as ClaimedRequest | undefined)?.at;
