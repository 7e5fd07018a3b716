/**
 * Bergamot, the engine of Firefox's translations (Marian in WebAssembly), with models of the operator's. The package brings a
 * worker for browsers; here its WebAssembly is loaded directly, so that nothing is fetched and no file is read but those that
 * were named. A model counts by its hash: what is loaded is what was hashed.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { WarifuError } from "../core/errors.ts";
import type { Pair } from "./translator.ts";

/** A file, and the SHA-256 that it must have, hexadecimal. */
export interface PinnedFile {
  readonly file: string;
  readonly sha256: string;
}

/** A model for one pair, as Mozilla and others publish them for this engine. */
export interface BergamotModel extends Pair {
  readonly model: PinnedFile;
  readonly shortlist: PinnedFile;
  /** One for both languages, or that of the source first. */
  readonly vocabs: readonly PinnedFile[];
  /** How its weights are stored. */
  readonly precision: "int8shiftAlphaAll" | "int8shiftAll";
}

/** What is used of the engine. */
interface Memory {
  getByteArrayView(): Int8Array;
}
interface List<T> {
  push_back(item: T): void;
  delete(): void;
}
interface Responses {
  get(at: number): { getTranslatedText(): string };
  delete(): void;
}
interface Service {
  translate(model: object, texts: List<string>, options: List<object>): Responses;
  translateViaPivoting(first: object, second: object, texts: List<string>, options: List<object>): Responses;
}
interface Engine {
  readonly asm: Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
  readonly AlignedMemory: new (length: number, alignment: number) => Memory;
  readonly AlignedMemoryList: new () => List<Memory>;
  readonly VectorString: new () => List<string>;
  readonly VectorResponseOptions: new () => List<object>;
  readonly TranslationModel: new (
    config: string,
    model: Memory,
    shortlist: Memory,
    vocabs: List<Memory>,
    quality: null,
  ) => object;
  readonly BlockingService: new (options: { cacheSize: number }) => Service;
}

const WORKER = ["node_modules", "@browsermt", "bergamot-translator", "worker"];
const GLUE = "bergamot-translator-worker.js";
const WASM = "bergamot-translator-worker.wasm";
/** Names that the engine imports for multiplying matrices, and those by which it exports its own. */
const MULTIPLICATION: Readonly<Record<string, string>> = {
  int8_prepare_a: "int8PrepareAFallback",
  int8_prepare_b: "int8PrepareBFallback",
  int8_prepare_b_from_transposed: "int8PrepareBFromTransposedFallback",
  int8_prepare_b_from_quantized_transposed: "int8PrepareBFromQuantizedTransposedFallback",
  int8_prepare_bias: "int8PrepareBiasFallback",
  int8_multiply_and_add_bias: "int8MultiplyAndAddBiasFallback",
  int8_select_columns_of_b: "int8SelectColumnsOfBFallback",
};
const [MODEL_ALIGNMENT, ALIGNMENT] = [256, 64];

/** Whether the package is installed in a folder. */
export function hasBergamot(folder: string): boolean {
  return existsSync(join(folder, ...WORKER, WASM));
}

/** Translates with models that were named; each is loaded when it is first needed. */
export class BergamotEngine {
  readonly #engine: Engine;
  readonly #service: Service;
  readonly #models = new Map<string, object>();

  private constructor(engine: Engine) {
    this.#engine = engine;
    this.#service = new engine.BlockingService({ cacheSize: 0 });
  }

  /** Loads the engine of a folder, for which {@link hasBergamot} holds. */
  static async load(folder: string): Promise<BergamotEngine> {
    const worker = join(folder, ...WORKER);
    const program = await WebAssembly.compile(readFileSync(join(worker, WASM)));
    const glue = readFileSync(join(worker, GLUE), "utf8");
    const { promise, resolve, reject } = Promise.withResolvers<Engine>();
    const module = {
      print: () => undefined,
      printErr: () => undefined,
      onAbort: () => reject(new WarifuError("SERVICE_UNREACHABLE", "the engine that translates does not start")),
      onRuntimeInitialized: () => resolve(module as unknown as Engine),
      instantiateWasm(imports: WebAssembly.Imports, accept: (instance: WebAssembly.Instance) => void): object {
        const multiply = multiplicationOf(module as unknown as Engine);
        WebAssembly.instantiate(program, { ...imports, wasm_gemm: multiply }).then(accept, reject);
        return {};
      },
    };
    const run = compileFunction(glue, ["Module", "require", "__dirname"], { filename: GLUE });
    (run as (...given: readonly unknown[]) => void)(module, createRequire(join(worker, GLUE)), worker);
    return new BergamotEngine(await promise);
  }

  /**
   * Translates by one model, or by two, one after the other.
   * @throws CONFIG_INVALID a file is not there, or has another hash
   */
  translate(texts: readonly string[], path: readonly BergamotModel[]): string[] {
    const [first, second] = path.map((model) => this.#modelOf(model));
    const { VectorString, VectorResponseOptions } = this.#engine;
    const [input, options] = [new VectorString(), new VectorResponseOptions()];
    for (const text of texts) {
      input.push_back(text);
      options.push_back({ alignment: false, html: false, qualityScores: false });
    }
    const responses = second
      ? this.#service.translateViaPivoting(first as object, second, input, options)
      : this.#service.translate(first as object, input, options);
    const translated = texts.map((_, at) => responses.get(at).getTranslatedText());
    for (const list of [input, options, responses]) list.delete();
    return translated;
  }

  #modelOf({ from, to, model, shortlist, vocabs, precision }: BergamotModel): object {
    const name = `${from}-${to}`;
    const loaded = this.#models.get(name);
    if (loaded) return loaded;
    const { AlignedMemoryList, TranslationModel } = this.#engine;
    const words = new AlignedMemoryList();
    for (const vocab of vocabs) words.push_back(this.#memoryOf(vocab, ALIGNMENT));
    const memories = [this.#memoryOf(model, MODEL_ALIGNMENT), this.#memoryOf(shortlist, ALIGNMENT)] as const;
    const made = new TranslationModel(configOf(precision), ...memories, words, null);
    this.#models.set(name, made);
    return made;
  }

  #memoryOf({ file, sha256 }: PinnedFile, alignment: number): Memory {
    const bytes = readPinned(file, sha256);
    const memory = new this.#engine.AlignedMemory(bytes.length, alignment);
    memory.getByteArrayView().set(bytes);
    return memory;
  }
}

function multiplicationOf(engine: Engine): WebAssembly.ModuleImports {
  const calls = Object.entries(MULTIPLICATION).map(([name, own]) => {
    const call = (...args: readonly unknown[]): unknown => engine.asm[own]?.(...args);
    return [name, call] as const;
  });
  return Object.fromEntries(calls);
}

function readPinned(file: string, sha256: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `the file ${file} of a model cannot be read`, { cause });
  }
  if (createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
  throw new WarifuError("CONFIG_INVALID", `the file ${file} of a model does not have the SHA-256 that is named for it`);
}

/** As the engine's own worker sets it: small beams are what these models were made for. */
function configOf(precision: BergamotModel["precision"]): string {
  return [
    ...["beam-size: 1", "normalize: 1.0", "word-penalty: 0", "cpu-threads: 0", "skip-cost: true"],
    ...[`gemm-precision: ${precision}`, "alignment: soft", "quiet: true", "quiet-translation: true"],
    ...["max-length-break: 128", "mini-batch-words: 1024", "workspace: 128", "max-length-factor: 2.0", ""],
  ].join("\n");
}
