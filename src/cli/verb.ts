/**
 * What all verbs share: how they run, and how errors are reported: one line, a piece of advice, an exit code, and with
 * --json a document that says the same.
 */
import type { Command } from "commander";
import { WarifuError, messageOf } from "../core/errors.ts";
import { ADVICE, EXIT, EXIT_CODES, type ExitCode } from "./exit-code.ts";
import { Output } from "./output.ts";

/** Options that every verb understands. */
export interface CommonOptions {
  readonly json?: boolean;
}

/** Runs a verb; what it returns becomes the exit code of the command. */
export type Act = (options: CommonOptions, verb: (output: Output) => Promise<ExitCode>) => Promise<void>;

/** Adds a verb to the program. */
export type DefineVerb = (program: Command, act: Act) => void;

/** Runs a verb to its exit code; never throws. */
export async function runVerb(options: CommonOptions, verb: (output: Output) => Promise<ExitCode>): Promise<ExitCode> {
  const output = new Output(options.json === true);
  try {
    return await verb(output);
  } catch (error) {
    return reportError(error, output);
  }
}

/** The message, with the code under which the documentation lists it; wrong use has a code too, but nothing to look up. */
export function lineOf({ code, message }: WarifuError): string {
  return code === "USAGE" ? message : `${message} [${code}]`;
}

function reportError(error: unknown, output: Output): ExitCode {
  if (error instanceof WarifuError) {
    output.error(lineOf(error), ADVICE[error.code]);
    output.document({ error: { code: error.code, message: error.message, details: error.details } });
    return EXIT_CODES[error.code];
  }
  if (error instanceof Error && "syscall" in error) {
    output.error(`the system refused: ${error.message}`);
    output.document({ error: { message: error.message } });
    return EXIT.wrongUse;
  }
  output.error(`this is a defect of the program, please report it: ${messageOf(error)}`);
  if (error instanceof Error && error.stack !== undefined) output.trace(error.stack);
  output.document({ error: { message: messageOf(error) } });
  return EXIT.defect;
}
