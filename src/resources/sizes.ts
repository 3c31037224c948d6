/*
 * Sizes of what KORE lists whole or pages through, for which it states no limit. Costs are computed with them before
 * anything is asked; where there really is more, an operation costs more than was computed.
 */

export const MOST_ACCOUNTS = 100;
export const MOST_ACTIVATION_PROFILES = 100;
/** Pages of the list of API clients: ten thousand clients. */
export const MOST_PAGES_OF_CLIENTS = 10;
/** Past profiles of a SIM, and profiles of its states. */
export const MOST_PERIODS = 100;
/** SIMs of a provisioning request: as many as we send by default. */
export const MOST_SIMS_OF_REQUEST = 500;
/** Pages of an account's list of SIMs: a million SIMs. */
export const MOST_PAGES_OF_SIMS = 1000;
