import { readFile } from "node:fs/promises";
import { parseJson } from "../../../common/json.ts";
import { SettingError, fileError } from "../setting-error.ts";

/** Between reads: a removed key must soon be refused. Milliseconds. */
const REREAD_MS = 1_000;

export interface RereadFile<Content> {
  /** Of the last valid read. */
  readonly content: Content;
  close(): void;
}

/**
 * Reads a JSON file periodically: a file watcher misses files that are replaced by a rename or a symbolic link, as
 * orchestrators do. A file that cannot be read or is invalid changes nothing.
 *
 * @throws SettingError when it is invalid at the start
 */
export async function rereadFile<Content>(
  { variable, file }: { variable: string; file: string },
  parse: (json: unknown) => Content,
  on: { reread(content: Content): void; failure(error: unknown): void },
): Promise<RereadFile<Content>> {
  const textOf = () =>
    readFile(file, "utf8").catch((error: unknown) => {
      throw fileError(variable, "read", error);
    });
  let text = await textOf();
  let content = parse(jsonOf(text, variable));
  let failed = "";
  const reread = async () => {
    try {
      const now = await textOf();
      if (now !== text) {
        content = parse(jsonOf(now, variable));
        text = now;
        on.reread(content);
      }
      failed = "";
    } catch (error) {
      const { message } = error as Error;
      if (message !== failed) on.failure(error); // Once for each failure, not every second.
      failed = message;
    }
  };
  let isReading = false;
  const timer = setInterval(() => {
    if (isReading) return;
    isReading = true;
    void reread().finally(() => (isReading = false));
  }, REREAD_MS);
  timer.unref();
  return {
    get content() {
      return content;
    },
    close: () => clearInterval(timer),
  };
}

/** The parser's message would quote the content. */
function jsonOf(text: string, variable: string): unknown {
  const value = parseJson(text);
  if (value === undefined) throw new SettingError(`${variable}: is not JSON`);
  return value;
}
