/*
 * Assumed sizes of KORE's lists, for which KORE states no limit. Costs are computed with them before the first call; an
 * operation on larger lists costs more than computed.
 */

export const ASSUMED_ACCOUNTS = 100;
export const ASSUMED_ACTIVATION_PROFILES = 100;
/** Service types, plan types, plans or features of an account. */
export const ASSUMED_CATALOG = 100;
/** Plans, or features, of a profile. */
export const ASSUMED_PER_PROFILE = 20;
/** Service types, plans or features that an account's SIMs have although its list of eligible ones lacks them. */
export const ASSUMED_UNLISTED = 10;
/** Pages of the list of API clients: ten thousand clients. */
export const ASSUMED_CLIENT_PAGES = 10;
/** Past profiles of a SIM, and profiles of its states. */
export const ASSUMED_PERIODS = 100;
/** Product offers of the SIMs of one order. */
export const ASSUMED_PRODUCT_OFFERS = 5;
/** SIMs on an eSIM: chips hold a handful of profiles. */
export const ASSUMED_ESIM_PROFILES = 10;
/** eSIMs of an eSIM request: as many as one order takes. */
export const ASSUMED_ESIMS_PER_REQUEST = 100;
/** SIMs of a provisioning request: as many as we send by default. */
export const ASSUMED_SIMS_PER_REQUEST = 500;
/** Pages of an account's list of SIMs: a million SIMs. */
export const ASSUMED_SIM_PAGES = 1000;
/** Alert rules of an account, and kinds of their events and actions. */
export const ASSUMED_ALERT_RULES = 100;
