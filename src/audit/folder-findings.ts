/**
 * What an audit of a data folder has found so far: here a row that cannot be read is damage, whatever the error.
 */
import { codeOf, messageOf } from "../core/errors.ts";
import { AuditFindings } from "../verify/audit-findings.ts";

/** Findings about a store. */
export class StoreFindings extends AuditFindings {
  /** Runs a check; any error of it is a finding at `where`. */
  override async attempt<T>(where: string, check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      this.refute(codeOf(error) ?? "STORE_CORRUPT", where, messageOf(error));
      return undefined;
    }
  }
}
