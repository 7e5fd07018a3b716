/** Where the program is: the files that come with it are found from there. */
import { resolve } from "node:path";

/** The program's own folder: the checkout, or the installed package. */
export const PROGRAM_DIR: string = programDir();

/** The sources are in `src/`, the built program in `dist/src/`; the folder wanted is the one above either. */
function programDir(): string {
  return resolve(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "../.." : "../../..");
}
