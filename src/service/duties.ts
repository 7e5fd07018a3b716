/** What a service does by itself, without being asked: for the people whom records are about, and to remind its operators. */
import { ClosingReminder, type ClosingParts } from "../anchor/closing-reminder.ts";
import { Reminders } from "../privacy/reminders.ts";
import type { Ledger } from "../read/ledger.ts";
import { loggable } from "../serve/logger.ts";
import type { Start } from "./start.ts";

/** Starts to erase records whose time is over, and to remind of what is due. */
export function startDuties(
  ledger: Ledger,
  { config, closing, alarms, logger }: Pick<Start, "config" | "closing" | "alarms" | "logger">,
  log: Pick<ClosingParts, "store" | "tree" | "vault" | "chain">,
): void {
  closing.defer(() => ledger.retention.close());
  ledger.retention.start((error) => logger.warn(loggable(error), "records whose time is over were not erased"));
  const { desk, breaches } = ledger.rights;
  const reminders = new Reminders({ desk, breaches, moderation: ledger.moderating }, alarms);
  const onFailure = (error: unknown): void => logger.warn(loggable(error), "whether closing is due is not known");
  const closer = new ClosingReminder({ ...log, term: config.term, alarms, now: Date.now, onFailure });
  for (const one of [reminders, closer]) {
    closing.defer(async () => one.close());
    one.start();
  }
}
