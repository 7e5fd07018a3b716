/**
 * What all verbs share: how they run, and how errors are reported: one line, a piece of advice, an exit code, and with
 * --json a document that says the same.
 */
import type { Command } from "commander";
import { WarifuError, messageOf } from "../core/errors.ts";
import { adviceOn, EXIT, EXIT_CODES, type ExitCode } from "./exit-code.ts";
import { Output } from "./output.ts";
import { errorTexts } from "./texts/errors/en.ts";
import { frame } from "./texts/frame/en.ts";

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

/**
 * What an error is, with the code under which the documentation lists it; wrong use has a code too, but nothing to look up.
 * In English that is its message. Other languages name it by its code, and the message stands beside it, as the detail.
 */
export function lineOf({ code, message }: WarifuError): string {
  const line = errorTexts().meaning?.[code] ?? message;
  return code === "USAGE" ? line : `${line} [${code}]`;
}

/** The English message of an error that {@link lineOf} names in another language. */
export function detailOf({ message }: WarifuError): string | undefined {
  return errorTexts().meaning === undefined ? undefined : message;
}

function reportError(error: unknown, output: Output): ExitCode {
  if (error instanceof WarifuError) {
    output.error(lineOf(error), adviceOn(error.code), detailOf(error));
    output.document({ error: { code: error.code, message: error.message, details: error.details } });
    return EXIT_CODES[error.code];
  }
  if (error instanceof Error && "syscall" in error) {
    output.error(frame().systemRefused(error.message));
    output.document({ error: { message: error.message } });
    return EXIT.wrongUse;
  }
  output.error(frame().defect(messageOf(error)));
  if (error instanceof Error && error.stack !== undefined) output.trace(error.stack);
  output.document({ error: { message: messageOf(error) } });
  return EXIT.defect;
}
