import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

const ADVICE =
  `No Chromium at ${executablePath}. Get it with "apt-get install -y chromium", ` +
  "or set CHROMIUM_PATH to the Chromium or Chrome you have.";

/** Browser tests are skipped where no Chromium is installed, but never in CI: a skipped test there would go unnoticed. */
export const chromiumAvailable = existsSync(executablePath);

if (!chromiumAvailable) {
  if (process.env.CI) throw new Error(ADVICE);
  process.stderr.write(`Browser tests are skipped. ${ADVICE}\n`);
}

/**
 * Starts Chromium with an empty profile, which Playwright makes in the system's temporary directory and removes on
 * `close()`. Only 127.0.0.1 resolves.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox", // containers run tests as root, and the only page loaded is our own
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}
