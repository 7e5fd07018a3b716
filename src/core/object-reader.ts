/**
 * Reads the members of a JSON object that somebody else wrote: every member is asked for by name and type, an unknown one
 * is refused, and the first fault is named by its path. Small on purpose: it travels with the verifier to the browser.
 */
import { WarifuError, type ErrorCode } from "./errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** Takes members out of one object. Every read names the member; {@link ObjectReader.end} refuses what is left. */
export class ObjectReader {
  readonly #object: JsonObject;
  readonly #path: string;
  readonly #code: ErrorCode;
  readonly #read = new Set<string>();

  /**
   * @throws `code` when `value` is not an object
   */
  constructor(value: JsonValue | undefined, path: string, code: ErrorCode) {
    this.#path = path;
    this.#code = code;
    if (!isJsonObject(value)) throw new WarifuError(code, `${path} must be an object`);
    this.#object = value;
  }

  /** Whether the member is present and not null. */
  has(name: string): boolean {
    this.#read.add(name);
    return Object.hasOwn(this.#object, name) && this.#object[name] !== null;
  }

  /** Whether the member is text, for members that may also have another type. */
  isString(name: string): boolean {
    return typeof this.#member(name) === "string";
  }

  string(name: string, pattern?: RegExp): string {
    const value = this.#member(name);
    if (typeof value !== "string") this.fail(name, "must be text");
    if (pattern && !pattern.test(value)) this.fail(name, "does not have the right form");
    return value;
  }

  /** Text or null; the member itself must be there. */
  stringOrNull(name: string): string | null {
    return this.#member(name) === null ? null : this.string(name);
  }

  /** A whole number, 0 <= n <= 2^53-1. */
  count(name: string): number {
    const value = this.#member(name);
    return isCount(value) ? value : this.fail(name, "must be a whole number");
  }

  /** Whole numbers, each as {@link ObjectReader.count} has it. */
  counts(name: string): number[] {
    const value = this.#member(name);
    if (!Array.isArray(value)) this.fail(name, "must be a list");
    return value.map((item) => (isCount(item) ? item : this.fail(name, "has an item that is no whole number")));
  }

  /** The member as it is. */
  value(name: string): JsonValue | undefined {
    return this.#member(name);
  }

  strings(name: string, pattern?: RegExp): string[] {
    const value = this.#member(name);
    if (!Array.isArray(value)) this.fail(name, "must be a list");
    return value.map((item) => {
      if (typeof item !== "string" || (pattern && !pattern.test(item)))
        this.fail(name, "has an item of the wrong form");
      return item;
    });
  }

  object(name: string): ObjectReader {
    return new ObjectReader(this.#member(name), `${this.#path}.${name}`, this.#code);
  }

  objects(name: string): ObjectReader[] {
    const value = this.#member(name);
    if (!Array.isArray(value)) this.fail(name, "must be a list");
    return value.map((item, at) => new ObjectReader(item, `${this.#path}.${name}[${at}]`, this.#code));
  }

  /** Ends the reading: a member that was not asked for is refused. */
  end(): void {
    const unknown = Object.keys(this.#object).find((name) => !this.#read.has(name));
    if (unknown !== undefined) throw new WarifuError(this.#code, `${this.#path} has an unknown member`);
  }

  fail(name: string, reason: string): never {
    throw new WarifuError(this.#code, `${this.#path}.${name} ${reason}`);
  }

  #member(name: string): JsonValue | undefined {
    this.#read.add(name);
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }
}

function isCount(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
