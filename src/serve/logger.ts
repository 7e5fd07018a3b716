/**
 * The service's log: JSON lines by pino. No body, claim, key, query or path of a request is ever passed to it;
 * redaction backs up that rule and does not replace it.
 */
import { pino, type DestinationStream, type Logger } from "pino";
import { WarifuError } from "../core/errors.ts";

const SECRETS = ["authorization", "cookie", "apiKey", "key", "secret", "privateKey", "password"];
const REDACTED_PATHS = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * A logger that writes to `destination`, or to standard output.
 * @param level a level of pino, or "silent"
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, redact: { paths: REDACTED_PATHS, censor: "[redacted]" } };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * What the log may contain of an error. The message of an error that is not ours may quote what was sent, so it is
 * omitted.
 */
export function loggable(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    frames,
    ...(error instanceof WarifuError ? { code: error.code, message: error.message } : {}),
    ...(error.cause === undefined ? {} : { cause: loggable(error.cause) }),
  };
}
