/**
 * Where Node keeps what it has compiled, for the threads and processes that this one starts: they do not inherit it. Measured
 * on Node 24: a thread that opens a ledger takes 0.15 instead of 0.5 seconds of CPU to start.
 */
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";

/** What their environment needs to have the same cache; empty where this process has none. */
export function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
  // The folder of this version of Node, in the one that was named.
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
