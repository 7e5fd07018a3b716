/**
 * How the service reports what happens: to the person who started it, in its log, and by its alarms. The log is in the
 * data folder, so the folder is created here, and closed to others.
 */
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Logger } from "pino";
import { Alarms, type Alarm } from "../alarms/alarms.ts";
import type { AnchoringEvent } from "../anchor/schedule.ts";
import type { Config } from "../config.ts";
import { messageOf } from "../core/errors.ts";
import { assertPlainFiles } from "../files/plain-files.ts";
import { createLogger } from "../serve/logger.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";
import { ServiceLog } from "./service-log.ts";

/** Where to report. */
export interface Voice {
  readonly tell: (line: string) => void;
  readonly log: ServiceLog;
  readonly logger: Logger;
  readonly alarms: Alarms;
}

/**
 * @param tell called with each step, in words for people
 * @throws CONFIG_INVALID the log cannot be opened, or something else is in the place of a file
 */
export function openVoice({ dataDir, logLevel, files }: Config, tell: Voice["tell"]): Voice {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const own = readdirSync(dataDir).map((name) => join(dataDir, name));
  const isOurs = (path: string): boolean => OWN_FILE.test(basename(path)) || Object.values(files).includes(path);
  // The log checks its own file: it accepts a device too.
  const logFile = join(dataDir, "service.log");
  assertPlainFiles([files.head, ...own.filter((path) => isOurs(path) && path !== logFile)]);
  closeToOthers(dataDir);
  const log = new ServiceLog(logFile, (failure) =>
    alarms.set("log-unwritable", failure === undefined ? undefined : { id: "log-unwritable", message: failure }),
  );
  const logger = createLogger(logLevel, log);
  const alarms = new Alarms(Date.now, (alarm, isOn) => sayAlarm(alarm, isOn, logger, tell), dataDir);
  return { tell, log, logger, alarms };
}

/**
 * A folder that already existed may be open to all: what is written into it from now on is not, and what an earlier
 * start left open is closed. A link is left alone.
 */
function closeToOthers(dataDir: string): void {
  process.umask(0o077);
  for (const { name, parentPath } of readdirSync(dataDir, { withFileTypes: true }).filter((one) => one.isFile())) {
    const path = join(parentPath, name);
    if ((statSync(path).mode & 0o077) !== 0 && OWN_FILE.test(name)) chmodSync(path, 0o600);
  }
}

/** The names of the files that the service itself keeps in its folder. */
const OWN_FILE =
  /^(?:(?:ledger|vault|chain-index)\.sqlite(?:-wal|-shm)?|writer\.lock(?:-journal)?|head|shown-checkpoint|service\.log|chain\.log|policy\.json)(?:\.new)?$/;

/**
 * One line when an alarm goes on, one when it goes off. A stop is not repeated here: its reason is reported to the
 * caller.
 */
function sayAlarm(
  { code, severity, message }: Alarm,
  isOn: boolean,
  logger: Logger,
  tell: (line: string) => void,
): void {
  const kind = severity === "red" ? "red alarm" : "warning";
  if (code !== "log-stopped") tell(isOn ? `${kind} ${code}: ${message}` : `${kind} ${code} is over`);
  if (!isOn) logger.info({ alarm: code }, "alarm over");
  else if (severity === "red") logger.error({ alarm: code, reason: message }, "alarm");
  else logger.warn({ alarm: code, reason: message }, "alarm");
}

/** What happens with the chain, in words; the policy names the contract, so a new one is written immediately. */
export function sayAnchoring(
  event: AnchoringEvent,
  { tell, logger }: Pick<Voice, "tell" | "logger">,
  onDeployed: () => Promise<void>,
): void {
  switch (event.event) {
    case "deployed":
      if (event.chainWasLost)
        tell(`the local chain was restarted empty: ${event.orphaned} anchors went with it, anchoring again`);
      tell(`contract deployed: ${event.contract}`);
      logger.info({ contract: event.contract, orphaned: event.orphaned }, "contract deployed");
      onDeployed().catch((error: unknown) => logger.error({ reason: messageOf(error) }, "policy not written"));
      return;
    case "anchored":
      logger.info({ step: event.step, ...anchorFields(event.anchor) }, "anchor sent");
      return;
    case "confirmed":
      logger.info({ change: event.confirmation.change, ...anchorFields(event.confirmation.anchor) }, "anchor moved");
      if (event.confirmation.change === "finalized")
        tell(`anchored: ${event.confirmation.anchor.treeSize} entries are final on the chain`);
      return;
    case "unreachable":
      logger.warn({ code: event.error.code, reason: event.error.message }, "the chain could not be used");
  }
}

function anchorFields({ treeSize, nonce, transactionHash, maxFeePerGas }: StoredAnchor): object {
  return { treeSize, nonce, transaction: transactionHash, maxFeePerGas: String(maxFeePerGas) };
}
