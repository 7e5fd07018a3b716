/**
 * The file that names the connectors: `{"format": "warifu-connectors/1", "connectors": [{"type": …, "name": …, …}]}`. It is
 * read strictly, before anything is opened: a member that is not known is an error, and secrets are named, not held.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes, type JsonValue } from "../core/json.ts";
import type { ConfiguredConnector, ConnectorKind, SettingsPlace } from "./kind.ts";

/** Format of the file. */
const CONNECTORS_FORMAT = "warifu-connectors/1";
const MOST_CONNECTORS = 64;

const fileSchema = z.strictObject({
  format: z.literal(CONNECTORS_FORMAT),
  connectors: z.array(z.looseObject({ type: z.string() })).max(MOST_CONNECTORS),
});

/**
 * The connectors that a file names.
 * @throws CONFIG_INVALID naming each member that is wrong, never its value
 */
export function configuredConnectors(
  file: string,
  environment: NodeJS.ProcessEnv,
  kinds: readonly ConnectorKind[],
): readonly ConfiguredConnector[] {
  if (!existsSync(file)) throw new WarifuError("CONFIG_INVALID", `WARIFU_CONNECTORS: there is no file ${file}`);
  try {
    const value = parseJsonBytes(withoutByteOrderMark(readFileSync(file)), "the settings");
    return connectorsIn(value, { folder: dirname(file), environment }, kinds);
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? inWords(cause) : messageOf(cause);
    throw new WarifuError("CONFIG_INVALID", `the connectors of ${file} cannot be used: ${reason}`, { cause });
  }
}

function connectorsIn(value: JsonValue, place: SettingsPlace, kinds: readonly ConnectorKind[]): ConfiguredConnector[] {
  const { connectors } = fileSchema.parse(value);
  const read = connectors.map((settings, at) => {
    const kind = kinds.find(({ type }) => type === settings.type);
    const known = kinds.map(({ type }) => type).join(", ");
    if (!kind) throw invalid(`connectors[${at}].type: there is no such kind of connector; there are ${known}`);
    return within(`connectors[${at}]`, () => kind.read(settings, place));
  });
  const twice = read.find(({ name }, at) => read.findIndex((one) => one.name === name) < at);
  if (twice) throw invalid(`two connectors are called ${twice.name}: what came over each is told apart by its name`);
  return read;
}

function within<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof z.ZodError) throw invalid(inWords(error, path));
    throw error;
  }
}

function inWords({ issues }: z.ZodError, prefix = ""): string {
  return issues.map((issue) => `${pathOf(prefix, issue.path)}: ${reasonOf(issue)}`).join("; ");
}

function pathOf(prefix: string, path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return `${prefix}${steps}`.replace(/^\./, "") || "the file";
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `there is no member ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) return "is missing";
  return issue.message;
}

function invalid(message: string): WarifuError {
  return new WarifuError("CONFIG_INVALID", message);
}
