/**
 * `warifu prove` for many records, by id or selected by source, type and time, into a folder or a file. Bundles that are
 * already there are not fetched again; records that are not anchored yet are counted and named.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type Client } from "../client/client.ts";
import { codeOf, messageOf, WarifuError } from "../core/errors.ts";
import { parseRecordId } from "../core/record-id.ts";
import { openBundleStore, type BundleStore } from "./bundle-store.ts";
import { EXIT, EXIT_CODES, type ExitCode } from "./exit-code.ts";
import { listedRecords, type WhichRecords } from "./listed-records.ts";
import type { Output, Progress } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import { shellWord } from "./shell-word.ts";
import { frame } from "./texts/frame/en.ts";
import { proveTexts } from "./texts/prove/en.ts";
import { detailOf, lineOf } from "./verb.ts";

/** Options of `warifu prove` that matter here. */
export interface ProveManyOptions extends WhichRecords {
  readonly output?: string;
  readonly openings?: boolean;
  readonly size?: number;
  /** Seconds. */
  readonly wait?: number;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

/** Requests at a time. */
const AT_ONCE = 8;
const POLL_MS = 500;
const NAMED = 5;

/** Whether the options ask for more than one record. */
export function asksForMany(ids: readonly string[], { source, type, since, until }: WhichRecords): boolean {
  return ids.length > 1 || [source, type, since, until].some((one) => one !== undefined);
}

/** Fetches all of them. @throws USAGE, and the error of a refused list */
export async function proveMany(ids: readonly string[], options: ProveManyOptions, output: Output): Promise<ExitCode> {
  if (options.output === undefined)
    throw new WarifuError("USAGE", "say with -o where the bundles go: a folder, or a file that ends in .ndjson");
  for (const id of ids) assertRecordId(id);
  const isByQuery = asksForMany([], options);
  if (isByQuery && ids.length > 0)
    throw new WarifuError("USAGE", "name records by their ids, or by --source, --type, --since and --until, not both");
  const run = new ManyProofs(clientFor(options, isByQuery), options, output);
  const progress = await output.progress(isByQuery ? frame().leaves : frame().bundles);
  try {
    await run.open(options.output);
    await run.fetchAll(isByQuery ? run.listed(progress) : run.named(ids, progress));
    await run.waitForRest();
  } finally {
    progress.end();
  }
  return run.say(options.output);
}

/** @throws ENCODING_INVALID which of them is none */
function assertRecordId(id: string): void {
  try {
    parseRecordId(id);
  } catch (cause) {
    throw new WarifuError("ENCODING_INVALID", `${JSON.stringify(id)}: ${messageOf(cause)}`, { cause });
  }
}

/** Without ids we request a list, which needs an auditor's key; an officer's key is good for both. */
function clientFor(options: ProveManyOptions, isByQuery: boolean): Client {
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  const role = options.openings ? "officer" : isByQuery ? "auditor" : undefined;
  return createClient({ url, apiKey: role && apiKeyFor(url, role, givenKey(options), config) });
}

interface Failure {
  readonly id: string;
  readonly error: WarifuError;
}

class ManyProofs {
  readonly #client: Client;
  readonly #options: ProveManyOptions;
  readonly #output: Output;
  readonly #deadline: number;
  readonly #failures: Failure[] = [];
  #store!: BundleStore;
  #waiting: string[] = [];
  #written = 0;
  #kept = 0;
  #uncosigned = 0;

  constructor(client: Client, options: ProveManyOptions, output: Output) {
    this.#client = client;
    this.#options = options;
    this.#output = output;
    this.#deadline = performance.now() + (options.wait ?? 0) * 1_000;
  }

  async open(path: string): Promise<void> {
    this.#store = await openBundleStore(path, this.#options.openings === true);
  }

  async *named(ids: readonly string[], progress: Progress): AsyncGenerator<string, void, undefined> {
    for (const [at, id] of [...new Set(ids)].entries()) {
      yield id;
      progress.update(at + 1, ids.length);
    }
  }

  async *listed(progress: Progress): AsyncGenerator<string, void, undefined> {
    for await (const one of listedRecords(this.#client, this.#options, { progress })) {
      if ("error" in one)
        this.#failures.push({ id: one.id ?? `leaf ${one.leafIndex}`, error: damaged(one.error.detail) });
      else if (one.state === "finalized" || this.#options.wait !== undefined) yield one.id;
      else this.#waiting.push(one.id);
    }
  }

  /** In the given order, several at a time. */
  async fetchAll(ids: AsyncIterable<string> | Iterable<string>): Promise<void> {
    let batch: string[] = [];
    for await (const id of ids) {
      if (this.#store.has(id)) {
        this.#kept++;
        continue;
      }
      batch.push(id);
      if (batch.length < AT_ONCE) continue;
      await this.#fetch(batch);
      batch = [];
    }
    await this.#fetch(batch);
  }

  /** Asks again for records that were not anchored, for as long as the user said. */
  async waitForRest(): Promise<void> {
    while (this.#waiting.length > 0 && performance.now() < this.#deadline) {
      await sleep(POLL_MS);
      const again = this.#waiting;
      this.#waiting = [];
      await this.fetchAll(again);
    }
  }

  async #fetch(ids: readonly string[]): Promise<void> {
    const texts = await Promise.all(ids.map((id) => this.#bundle(id).catch((error: unknown) => error)));
    for (const [at, id] of ids.entries()) {
      const text = texts[at];
      if (typeof text === "string") {
        this.#store.keep(id, text);
        this.#written++;
      } else if (codeOf(text) === "NOT_ANCHORED_YET") this.#waiting.push(id);
      else if (codeOf(text) === "NOT_FOUND" || codeOf(text) === "STORE_DAMAGED")
        this.#failures.push({ id, error: text as WarifuError });
      else throw text;
    }
  }

  #bundle(id: string): Promise<string> {
    const { openings, size } = this.#options;
    const onMissingCosignatures = (): void => void this.#uncosigned++;
    return this.#client.bundle(id, { openings, size, onMissingCosignatures });
  }

  /** @throws USAGE when there was nothing to fetch: a misspelt name would pass for a source without records */
  say(path: string): ExitCode {
    const [written, kept, waiting, failures] = [this.#written, this.#kept, this.#waiting, this.#failures];
    if (written + kept + waiting.length + failures.length === 0)
      throw new WarifuError("USAGE", "no record fits, so no bundle was written: is what was asked for spelt right?");
    const failed = failures.map(({ id, error: { code, message } }) => ({ id, error: { code, message } }));
    this.#output.document({ output: path, written, kept, notAnchoredYet: waiting, failed });
    const texts = proveTexts();
    this.#output.say(texts.written(path, written, kept), { mark: "holds" });
    for (const { id, error } of failures.slice(0, NAMED)) {
      const detail = detailOf(error);
      this.#output.say(`${id}: ${detail === undefined ? error.message : lineOf(error)}`, { mark: "refuted" });
      if (detail !== undefined) this.#output.say(`  ${frame().detail} ${detail}`);
    }
    if (failures.length > NAMED) this.#output.say(texts.moreFailures(failures.length - NAMED));
    if (waiting.length > 0) {
      const ids = waiting.slice(0, NAMED).join(", ");
      this.#output.say(texts.notAnchored(waiting.length, ids, waiting.length > NAMED), { mark: "undecided" });
      this.#output.hint(texts.later);
    }
    if (this.#uncosigned > 0) this.#output.hint(texts.lackCosignatures(this.#uncosigned));
    if (written + kept > 0) this.#output.say(texts.verifyThem(`npx warifu verify ${shellWord(path)} --policy FILE`));
    const [first] = failures;
    return first ? EXIT_CODES[first.error.code] : waiting.length > 0 ? EXIT.undecided : EXIT.holds;
  }
}

function damaged(detail: string | undefined): WarifuError {
  return new WarifuError("STORE_DAMAGED", detail ?? "what is stored for it is damaged");
}
