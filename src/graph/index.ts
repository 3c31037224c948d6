export { type AccessRule, type AccessRules, reaches } from "./access.ts";
export { StandsAlone } from "./alone.ts";
export { type Caller, LOCAL_CALLER, ROLES, type Role, rightsOf, signatureOf } from "./caller.ts";
export { Page, PageArgs, checkedFirst, connectionType, costOfPage, freePage } from "./connection.ts";
export {
  type FieldCost,
  type PricedOperation,
  type Site,
  type Things,
  Costs,
  accountNamed,
  callsInBatches,
  costOf,
  free,
  koreCostOf,
  listOf,
  oncePerAccount,
  oncePerField,
  oncePerThing,
  unlessKnown,
} from "./cost/index.ts";
export {
  type GraphContext,
  type LeaveSignal,
  type Tally,
  type Watched,
  createGraphContext,
  hint,
  noteIncomplete,
  noteStale,
  replyExtensions,
} from "./context.ts";
export {
  NOT_FOUND_MESSAGE,
  type PublicError,
  errorFormatter,
  forbidden,
  notPublishedError,
  userInputError,
} from "./errors.ts";
export { asUserInput, codeMistakes, withMistakesCoded } from "./execution/caller-mistakes.ts";
export { type Execute, createExecutor } from "./execution/index.ts";
export { type MaybePromise, batchLoader, eachLoader, whenThere } from "./loader.ts";
export { type KorePage, MAX_PAGE_SIZE, cursorsOf, learnedFrom, memoOf, readRange } from "./paging.ts";
export { DateTime, Eid, EmailAddress, Iccid, Imei, Imsi, Msisdn, explainNotFound } from "./scalars.ts";
export { type GraphParts, buildGraphSchema, parseKey, printSubgraph } from "./schema.ts";
export { isSelected, selectsOnly } from "./selection.ts";
