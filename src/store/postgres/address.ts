/** Where a log's tables are: a database, and in it a schema for the ledger, one for the vault and one for what citizens arrange. */
import { WarifuError } from "../../core/errors.ts";

/** A place in a database. */
export interface DatabaseAddress {
  /** As node-postgres takes it. */
  readonly url: string;
  readonly schema: string;
  readonly vaultSchema: string;
  readonly citySchema: string;
}

const DEFAULT_SCHEMA = "warifu";
const NAME = /^[a-z][a-z0-9_]{0,40}$/;

/**
 * The place that a URL names: `postgres://user@host/database?schema=name`.
 * @throws CONFIG_INVALID, which never quotes the URL: it may hold a password
 */
export function addressIn(database: string): DatabaseAddress {
  const url = URL.parse(database);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new WarifuError("CONFIG_INVALID", "WARIFU_DATABASE: must be a postgres:// address");
  const schema = url.searchParams.get("schema") ?? DEFAULT_SCHEMA;
  if (!NAME.test(schema))
    throw new WarifuError(
      "CONFIG_INVALID",
      "WARIFU_DATABASE: the schema is lower-case letters, digits and underscores",
    );
  url.searchParams.delete("schema");
  return { url: url.href, schema, vaultSchema: `${schema}_vault`, citySchema: `${schema}_city` };
}

/**
 * The number of a lock of one log: `turn` is that of whoever writes, `open` is held together by all who have it open for writing.
 */
export function lockKey(name: "turn" | "open", { schema }: DatabaseAddress): string {
  return `hashtextextended('warifu ${name} ${schema}', 0)`;
}
