export { toKoreEvent } from "./event.mapper.ts";
export { AccountEventType, KoreEvent } from "./event.type.ts";
