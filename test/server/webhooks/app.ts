import { afterEach } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

let app: TestApp | undefined;
afterEach(async () => {
  await app?.stop();
  app = undefined;
});

/** Starts the app with an account of two SIMs; it stops after the test. */
export async function startWebhookApp(env: Record<string, string>): Promise<TestApp> {
  await app?.stop();
  app = await startApp({ accounts: { acme: { sims: 2 } } }, env);
  return app;
}
