import { inspect } from "node:util";

const HIDDEN = "[redacted]";

/**
 * A text that nobody shall see by accident: whatever writes, prints, joins or keeps it as it does other values gets a
 * placeholder. Only who asks for it by name has it.
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
