import { Refusal } from "./reply.ts";

/** Reads query parameters, refusing with 400 what the contract does not allow. */
export class Query {
  readonly #values: URLSearchParams;

  /** OURS: a parameter that the contract does not name is refused, so that a misspelt one is noticed. */
  constructor(values: URLSearchParams, known: readonly string[], { repeatable = [] }: { repeatable?: string[] } = {}) {
    this.#values = values;
    for (const key of values.keys()) {
      if (!known.includes(key) && !repeatable.includes(key)) throw new Refusal(400, `Unknown query parameter ${key}`);
      if (values.getAll(key).length > 1 && !repeatable.includes(key))
        throw new Refusal(400, `Query parameter ${key} is given twice`);
    }
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === "") throw new Refusal(400, `${name} must not be empty`);
    return value ?? undefined;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new Refusal(400, `${name} is required`);
    return value;
  }

  /** The values of a repeatable parameter. */
  requiredTexts(name: string, { max }: { max: number }): string[] {
    const values = this.#values.getAll(name);
    if (values.length === 0 || values.includes("")) throw new Refusal(400, `${name} is required and must not be empty`);
    if (values.length > max) throw new Refusal(400, `${name} takes at most ${max} values`);
    return values;
  }

  /** A day as the instant of its start. */
  day(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
    if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== value)
      throw new Refusal(400, `${name} must be a day that exists, such as 2023-02-23`);
    return at;
  }

  integer(name: string, { min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number }): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const n = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (Number.isNaN(n)) throw new Refusal(400, `${name} must be a whole number`);
    if (n < min) throw new Refusal(400, `${name} must be at least ${min}`);
    if (n > max) throw new Refusal(400, `${name} must be at most ${max}`);
    return n;
  }

  requiredInteger(name: string, range: { min: number; max?: number }): number {
    const n = this.integer(name, range);
    if (n === undefined) throw new Refusal(400, `${name} is required`);
    return n;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = values.find((v) => v === value);
    if (found === undefined) throw new Refusal(400, `${name} must be one of ${values.join(", ")} (case-sensitive)`);
    return found;
  }

  requiredDay(name: string): number {
    const day = this.day(name);
    if (day === undefined) throw new Refusal(400, `${name} is required`);
    return day;
  }

  instant(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(value) ? Date.parse(value) : NaN;
    if (Number.isNaN(at)) throw new Refusal(400, `${name} must look like 2023-02-23T11:20:04.077Z`);
    return at;
  }
}
