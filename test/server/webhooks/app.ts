import { startAppForTest } from "../../support/app.ts";

/** Starts the app with an account of two SIMs; it stops after the test. */
export const startWebhookApp = (env: Record<string, string>) =>
  startAppForTest({ accounts: { acme: { sims: 2 } } }, env);
