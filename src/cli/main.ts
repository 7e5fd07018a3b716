/**
 * The `warifu` command with all of its verbs.
 */
import { runProgram, type Verbs } from "./program.ts";

/** In the order of the help text. Each loads what it needs when it is called: most need a small part of the program. */
export const VERBS: Verbs = {
  start: async () => (await import("./start.ts")).defineStart,
  submit: async () => (await import("./submit.ts")).defineSubmit,
  list: async () => (await import("./list.ts")).defineList,
  show: async () => (await import("./show.ts")).defineShow,
  prove: async () => (await import("./prove.ts")).defineProve,
  verify: async () => (await import("./verify.ts")).defineVerify,
  audit: async () => (await import("./audit.ts")).defineAudit,
  report: async () => (await import("./report.ts")).defineReport,
  receipt: async () => (await import("./receipt.ts")).defineReceipt,
  status: async () => (await import("./status.ts")).defineStatus,
  key: async () => (await import("./key.ts")).defineKey,
  officer: async () => (await import("./officer.ts")).defineOfficer,
  source: async () => (await import("./source.ts")).defineSource,
  disclose: async () => (await import("./disclose.ts")).defineDisclose,
  erase: async () => (await import("./erase.ts")).defineErase,
  translate: async () => (await import("./translate.ts")).defineTranslate,
  withhold: async () => (await import("./withhold.ts")).defineWithhold,
  exchange: async () => (await import("./exchange.ts")).defineExchange,
  privacy: async () => (await import("./privacy.ts")).definePrivacy,
  profile: async () => (await import("./profile.ts")).defineProfile,
  stamp: async () => (await import("./stamp.ts")).defineStamp,
  policy: async () => (await import("./policy.ts")).definePolicy,
  migrate: async () => (await import("./migrate.ts")).defineMigrate,
  "export-log": async () => (await import("./export-log.ts")).defineExportLog,
  "serve-log": async () => (await import("./serve-log.ts")).defineServeLog,
  witness: async () => (await import("./witness.ts")).defineWitness,
  contract: async () => (await import("./contract.ts")).defineContract,
};

/**
 * Runs the command.
 * @param argv the arguments, without the interpreter and the program
 * @returns the exit code
 */
export function main(argv: string[]): Promise<number> {
  return runProgram(argv, VERBS);
}
