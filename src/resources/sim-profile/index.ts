export { eachSimProfile } from "./sim-profile.loader.ts";
export { SimProfile } from "./sim-profile.type.ts";
