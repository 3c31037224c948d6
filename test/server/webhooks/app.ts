import { type TestApp, startApp } from "../../support/app.ts";
import { afterTest } from "../../support/vitest/cleanup.ts";

/** Starts the app with an account of two SIMs; it stops after the test. */
export async function startWebhookApp(env: Record<string, string>): Promise<TestApp> {
  const app = await startApp({ accounts: { acme: { sims: 2 } } }, env);
  afterTest(() => app.stop());
  return app;
}
