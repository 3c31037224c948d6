export { Access, type AccessRule, accessRules, isAuthorizedFor } from "./rules/access.ts";
export { Confidential, canHoldSecret, confidentialDocuments } from "./rules/confidential.ts";
export { Exclusive } from "./rules/exclusive-mutation.ts";
export { type Caller, LOCAL_CALLER, ROLES, type Role, permissionsKey, auditNameOf } from "./principal.ts";
export { Page, PageArgs, checkedFirst, connectionType, costOfPage, pageWithoutCalls } from "./pagination/connection.ts";
export {
  type FieldCost,
  type UpstreamCalls,
  type CostedOperation,
  type CostContext,
  type CostItems,
  Costs,
  type CostedLoader,
  Loads,
  accountNamed,
  callsInBatches,
  fieldCostOf,
  referencesOf,
  free,
  queryCost,
  listOf,
  loadsRuleOf,
  ownCalls,
} from "./cost/index.ts";
export {
  type GraphContext,
  type OperationTelemetry,
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
export { asUserInput, addUserInputCodes, withUserInputCodes } from "./executor/error-codes.ts";
export { type Execute, createExecutor } from "./executor/index.ts";
export { batchLoader, eachLoader } from "./dataloader.ts";
export { type MaybePromise, mapMaybePromise } from "./maybe-promise.ts";
export {
  type KorePage,
  MAX_PAGE_SIZE,
  cursorsOf,
  parsePagingState,
  readRange,
} from "./pagination/cursor-pagination.ts";
export { pageOfUnnumberedList } from "./pagination/unnumbered-list.ts";
export { readConsecutive } from "./pagination/consecutive-lists.ts";
export {
  BigInteger,
  CalendarDate,
  DateTime,
  Eid,
  EmailAddress,
  Iccid,
  Imei,
  Imsi,
  Msisdn,
  explainNotFound,
} from "./scalars.ts";
export { type EntityReference, parseKey, reference } from "./entities/reference.ts";
export { printClientFiles } from "./print/client-files.ts";
export { printApi, printSubgraph } from "./print/sdl.ts";
export { type GraphParts, buildGraphSchema } from "./schema/index.ts";
export { SchemaPrefix } from "./schema/prefix.ts";
export { isSelected, selectsOnly } from "./selection.ts";
