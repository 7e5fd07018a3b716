/** What a kind of connector is declared with, and what the settings of all kinds share. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { messageOf, WarifuError } from "../core/errors.ts";
import { readSharedSecret } from "../keys/key-files.ts";
import type { Connector, ConnectorParts } from "./connector.ts";

/** Where a file of settings stands. */
export interface SettingsPlace {
  /** Folder of the file; paths in it are relative to that. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** A connector whose settings are read. */
export interface ConfiguredConnector {
  readonly name: string;
  readonly type: string;
  /** @throws CONFIG_INVALID what the settings name is not there, such as a type of record */
  open(parts: ConnectorParts): Connector;
}

/** A kind of connector. */
export interface ConnectorKind {
  readonly type: string;
  /** Settings of one connector. @throws z.ZodError; CONFIG_INVALID what they name cannot be read */
  read(value: unknown, place: SettingsPlace): ConfiguredConnector;
}

/** Members that the settings of every connector have. */
export const commonMembers = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be 1 to 63 of the characters a-z 0-9 -, the first a letter or digit"),
};

interface CommonSettings {
  readonly name: string;
  readonly type: string;
}

/** Declares a kind; `schema` has the {@link commonMembers} and the literal `type`. */
export function connectorKind<Settings extends CommonSettings>(
  type: Settings["type"],
  schema: z.ZodType<Settings>,
  open: (settings: Settings, place: SettingsPlace, parts: ConnectorParts) => Connector,
): ConnectorKind {
  return {
    type,
    read(value, place) {
      const settings = schema.parse(value);
      return { name: settings.name, type, open: (parts) => open(settings, place, parts) };
    },
  };
}

/**
 * The members of settings that say where a secret is: the secret itself is never among the settings. It is the first line of
 * a file that only its owner and group can read, or a variable of the environment.
 */
export const passwordMembers = {
  passwordFile: z.string().min(1).optional(),
  passwordEnv: z
    .string()
    .regex(/^(?!WARIFU_)[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of a variable that does not begin with WARIFU_")
    .optional(),
};

/**
 * The secret that {@link passwordMembers} point to; `undefined` if they point nowhere.
 * @throws CONFIG_INVALID it is not there, or open to others
 */
export function passwordIn(
  {
    passwordFile,
    passwordEnv,
  }: { readonly passwordFile?: string | undefined; readonly passwordEnv?: string | undefined },
  { folder, environment }: SettingsPlace,
): string | undefined {
  if (passwordFile !== undefined) return readSharedSecret(resolve(folder, passwordFile)).split(/\r?\n/)[0];
  if (passwordEnv === undefined) return undefined;
  const password = environment[passwordEnv];
  if (password !== undefined && password !== "") return password;
  throw new WarifuError("CONFIG_INVALID", `passwordEnv: the environment has no variable ${passwordEnv}`);
}

/** The bytes of a file that settings name. @throws CONFIG_INVALID */
export function fileIn(path: string, { folder }: SettingsPlace): Buffer {
  const full = resolve(folder, path);
  try {
    return readFileSync(full);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${full} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
