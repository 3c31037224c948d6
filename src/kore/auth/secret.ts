import { inspect } from "node:util";

const HIDDEN = "[redacted]";

/**
 * A string that is not printed by accident: serializing, joining or inspecting it gives a placeholder. `reveal()` returns
 * the string.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
