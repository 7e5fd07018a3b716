/** The process in which Bergamot runs (bergamot.ts): one message in, one out. It gets texts and names of files: no keys. */
import { codeOf, messageOf, type ErrorCode } from "../core/errors.ts";
import { BergamotEngine, type BergamotModel } from "./bergamot-engine.ts";

/** What is to be translated. */
export interface BergamotJob {
  /** Where the package is. */
  readonly folder: string;
  readonly texts: readonly string[];
  /** One model, or two by way of a third language. */
  readonly path: readonly BergamotModel[];
}

/** What came of it. */
export type BergamotAnswer =
  { readonly texts: readonly string[] } | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

let engine: Promise<BergamotEngine> | undefined;

process.on("message", (job: BergamotJob) => {
  void work(job).then((answer) => process.send?.(answer));
});

async function work({ folder, texts, path }: BergamotJob): Promise<BergamotAnswer> {
  try {
    return { texts: (await (engine ??= BergamotEngine.load(folder))).translate(texts, path) };
  } catch (error) {
    // Only our own errors say nothing of the text.
    const code = codeOf(error);
    const message = code === undefined ? "the engine that translates failed" : messageOf(error);
    return { failure: { code: code ?? "SERVICE_UNREACHABLE", message } };
  }
}
