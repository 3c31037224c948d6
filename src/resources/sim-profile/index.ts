export { eachSimProfile } from "./sim-profile.loader.ts";
export { usageTypeOf } from "./sim-profile.mapper.ts";
export { SimProfile, UsageType } from "./sim-profile.type.ts";
