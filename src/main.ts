/**
 * The composition root: the only place that knows every part. Starts in the order of dependence, stops in reverse.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino, type Logger } from "pino";
import { Access, ROLES } from "./keys/api-keys.ts";
import { openAnchorSigner, type SignerOptions } from "./keys/account-keys.ts";
import { alarmOfStop, Alarms, type Alarm } from "./alarms/alarms.ts";
import type { AnchoringEvent } from "./anchor/rounds.ts";
import { assertNotBehindChain, openChainSide } from "./service/chain-side.ts";
import { LOCAL_DEV_KEY } from "./chain/signers/development-keys.ts";
import type { Chain } from "./chain/chain.ts";
import { connectChain } from "./chain/nodes/connect-chain.ts";
import { assertLocalChainInstalled, startLocalChain } from "./chain/local/local-chain.ts";
import { ChainClock, type ChainClockParts } from "./write/chain-clock.ts";
import type { Config } from "./config.ts";
import { WarifuError, messageOf } from "./core/errors.ts";
import type { VerifierKey } from "./core/note.ts";
import { formatPolicy, type Policy } from "./core/policy.ts";
import { reportDamage } from "./service/damage-reports.ts";
import { witnessesIn } from "./cosign/witness-file.ts";
import { DEFAULT_HTTP_LIMITS } from "./serve/limits.ts";
import { loggable } from "./serve/logger.ts";
import { startHttpServer } from "./http/server.ts";
import { openLogSigner, openSecretKey, writePrivateFile } from "./keys/key-files.ts";
import { Ledger } from "./read/ledger.ts";
import { assertLedgerNotLost, assertNotEmptied } from "./service/lost-ledger.ts";
import { openLog, type OpenLog } from "./write/open-log.ts";
import { readProfileFolders } from "./profiles/profile-files.ts";
import { pagedRandomBytes } from "./keys/random.ts";
import { Scrubbing } from "./audit/scrubbing.ts";
import type { LogTree } from "./write/log-tree.ts";
import type { AnchorJournal, StoredAnchor } from "./store/anchor-journal.ts";
import { hasVault, openLedger, openVault } from "./store/open.ts";
import { ServiceLog } from "./service/service-log.ts";
import { assertPlainFiles } from "./files/plain-files.ts";
import { writeWholeFile } from "./files/whole-file.ts";
import { assertNotBehindWitnesses } from "./cosign/witnessed-size.ts";
import { witnessClient } from "./cosign/witness-client.ts";
import type { LogSigner } from "./core/checkpoint.ts";

/** How often is looked whether the files are still there. */
const FILES_EVERY_MS = 1_000;

const CLOCK_PARTS: ChainClockParts = { now: Date.now, elapsed: () => performance.now(), pause: sleep };

/** How often is looked for what was set aside long ago. */
const ERASE_EVERY_MS = 3_600_000;

/** A running service. */
export interface Service {
  readonly url: string;
  readonly ledger: Ledger;
  readonly policyFile: string;
  readonly apiKeysFile: string;
  readonly chainUrl: string;
  /** Settles with the reason when the service stops by itself (fail stop). */
  readonly stopped: Promise<WarifuError>;
  /** Opens the service's log anew, after its file was renamed. */
  reopenLog(): void;
  /** Drains, then stops everything. Safe to repeat. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Told of each step and of what happens with the chain, in words for people. */
  readonly tell?: (line: string) => void;
}

/**
 * Starts the service.
 * @throws CONFIG_INVALID, STORE_LOCKED, STORE_BEHIND, STORE_CORRUPT, CHAIN_WRONG, CHAIN_UNREACHABLE, CHAIN_REFUSED
 */
export async function startService(config: Config, options: StartOptions = {}): Promise<Service> {
  const tell = options.tell ?? (() => undefined);
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  };
  // Before the folder is made, which a program that cannot start should not leave behind.
  if (config.chain.rpcUrls === undefined) assertLocalChainInstalled();
  const voice = openVoice(config, tell);
  const following = setInterval(() => voice.log.follow(), FILES_EVERY_MS).unref();
  closers.push(async () => {
    clearInterval(following);
    voice.log.close();
  });
  try {
    return await compose(config, voice, closers, closeAll);
  } catch (error) {
    voice.logger.fatal(loggable(error), "the start was refused");
    await closeAll();
    throw error;
  }
}

/** How the service says what happens: to whoever started it, in its log, by its alarms. */
interface Voice {
  readonly tell: (line: string) => void;
  readonly log: ServiceLog;
  readonly logger: Logger;
  readonly alarms: Alarms;
}

/** @throws CONFIG_INVALID the log cannot be opened, or what lies in the place of a file is none */
function openVoice({ dataDir, logLevel, files }: Config, tell: Voice["tell"]): Voice {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const own = readdirSync(dataDir).map((name) => join(dataDir, name));
  const isOurs = (path: string): boolean => OWN_FILE.test(basename(path)) || Object.values(files).includes(path);
  // The log looks for itself: it takes a device too.
  const logFile = join(dataDir, "service.log");
  assertPlainFiles([files.head, ...own.filter((path) => isOurs(path) && path !== logFile)]);
  closeToOthers(dataDir);
  const log = new ServiceLog(logFile, (failure) => alarms.set("log-unwritable", failure));
  const logger = pino({ level: logLevel }, log);
  const alarms = new Alarms(Date.now, (alarm, isOn) => sayAlarm(alarm, isOn, logger, tell), dataDir);
  return { tell, log, logger, alarms };
}

async function compose(
  config: Config,
  { tell, log, logger, alarms }: Voice,
  closers: (() => Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<Service> {
  const now = Date.now;
  const randomBytes = pagedRandomBytes();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<WarifuError>();
  const onStop = alarmOfStop(alarms, stop);

  if (!existsSync(dirname(config.files.head)))
    throw new WarifuError("CONFIG_INVALID", `WARIFU_HEAD_FILE: there is no folder ${dirname(config.files.head)}`);
  assertLedgerNotLost(config);
  const store = openLedger(config.dataDir, config.origin, { guardPath: config.files.head });
  closers.push(() => store.close());
  if (store.treeSize() === 0) assertNotEmptied(config);
  // Both before the vault is made: beside a vault or entries, a missing key is lost and not new.
  const mayMake = store.treeSize() === 0 && !hasVault(config.dataDir);
  const signer = openLogSigner(config.files.logKey, config.origin, { mayMake });
  const masterKey = openSecretKey(config.files.vaultKey, { mayMake });
  const vault = openVault(config.dataDir, { masterKey, randomBytes });
  closers.push(() => vault.close());

  const { chain, rpcUrl } = await openChain(config, store, closers, tell);
  const clock = chain.isLocal ? undefined : await ChainClock.open(chain, CLOCK_PARTS);
  closers.push(async () => clock?.close());
  const open = await openLog({
    store,
    vault,
    signer,
    profiles: readProfileFolders(config.profileDirs),
    ...{ now, randomBytes },
    maxBatch: config.maxBatch,
    maxQueue: config.maxQueue,
    maxSeqGap: config.maxSeqGap,
    onStop,
    onDamage: reportDamage(alarms, logger),
    onSetAside: (records) => {
      logger.warn({ records }, "openings set aside");
      tell(`openings of ${records} records that were never acknowledged were set aside in the vault`);
    },
    beforeWriting: async (tree) => {
      await assertNotBehindChain(chain, store, tree);
      await askWitnesses(config, signer, tree, { logger, alarms });
    },
    latestTime: clock && (() => clock.latest()),
  });
  const { writer } = open;
  closers.push(() => open.pipeline.close());
  const scrubbing = new Scrubbing(open, logger);
  closers.push(() => scrubbing.close());
  await scrubbing.start();
  const watching = watchFiles(writer);
  const erasing = setInterval(() => void writer.eraseSetAside().catch(() => undefined), ERASE_EVERY_MS).unref();
  closers.push(async () => [watching, erasing].forEach(clearInterval));
  tell(`ledger open: ${open.tree.publishedSize} entries, log ${config.origin}`);

  let policy: Policy;
  const writePolicy = async (): Promise<void> => {
    policy = await policyOf(config, chain, signer.key, side.cosigner.policy);
    writeWholeFile(config.files.policy, formatPolicy(policy));
  };
  const side = openChainSide({
    config,
    chain,
    log: open,
    signer,
    alarms,
    logger,
    now,
    onEvent: (event) => report(event, tell, logger, writePolicy),
    onStop,
  });
  const { anchoring, cosigner, witnessing } = side;
  closers.push(() => side.close());
  await side.start();
  await writePolicy();

  const access = await Access.open(store, randomBytes, now);
  await issueFirstKeys(access, config.files.apiKeys);
  const ledger = new Ledger({
    log: open,
    anchoring,
    chain,
    key: signer.key,
    alarms,
    cosigner,
    witnessing,
  });
  const server = await startHttpServer({
    ledger,
    access,
    policy: () => policy,
    host: config.http.host,
    port: config.http.port,
    limits: {
      ...DEFAULT_HTTP_LIMITS,
      ratePerMinute: config.http.ratePerMinute,
      openingsPerMinute: config.http.openingsPerMinute,
      maxConnectionsPerAddress: config.http.maxConnectionsPerAddress,
      trustedProxies: config.http.trustedProxies,
    },
    logger,
    alarms,
  });
  closers.push(() => server.close());
  return {
    url: server.url,
    ledger,
    policyFile: config.files.policy,
    apiKeysFile: config.files.apiKeys,
    chainUrl: rpcUrl,
    stopped,
    reopenLog: () => log.reopen(),
    close: closeAll,
  };
}

/**
 * A folder that was there before, made by somebody else, may be open to all: what is written into it from now on is not,
 * and what a former start left open is closed. A link is left alone.
 */
function closeToOthers(dataDir: string): void {
  process.umask(0o077);
  for (const { name, parentPath } of readdirSync(dataDir, { withFileTypes: true }).filter((one) => one.isFile())) {
    const path = join(parentPath, name);
    if ((statSync(path).mode & 0o077) !== 0 && OWN_FILE.test(name)) chmodSync(path, 0o600);
  }
}

/** The names of what the service itself keeps in its folder. */
const OWN_FILE =
  /^(?:(?:ledger|vault|chain-index)\.sqlite(?:-wal|-shm)?|writer\.lock(?:-journal)?|head|shown-checkpoint|service\.log|chain\.log|policy\.json)(?:\.new)?$/;

/** Also while nothing is sent: whoever removed a data folder should hear of it before the next record comes. */
function watchFiles(writer: OpenLog["writer"]): NodeJS.Timeout {
  const look = (): void => {
    // The writer itself tells whoever must know.
    if (!writer.stopReason) writer.assertInPlace().catch(() => undefined);
  };
  return setInterval(look, FILES_EVERY_MS).unref();
}

/** Only a size beyond the log's is a reason not to start; what witnesses do otherwise is for cosigning to find out. */
async function askWitnesses(
  { witnesses: { file, quorum, timeoutMs } }: Config,
  signer: LogSigner,
  tree: LogTree,
  { logger, alarms }: Pick<Voice, "logger" | "alarms">,
): Promise<void> {
  const onSilence = (witness: string, reason: string): void =>
    logger.warn({ witness, reason }, "a witness did not say what it cosigned last");
  const ask = witnessClient({ timeoutMs });
  const onClaim = (message: string): void => alarms.raise("witness-ahead", message);
  await assertNotBehindWitnesses({ witnesses: witnessesIn(file), ask, signer, tree, quorum, onSilence, onClaim });
}

async function openChain(
  config: Config,
  store: AnchorJournal,
  closers: (() => Promise<void>)[],
  tell: (line: string) => void,
): Promise<{ chain: Chain; rpcUrl: string }> {
  const rpcUrls = config.chain.rpcUrls ?? [await openLocalChain(config, closers, tell)];
  const contract = config.chain.contract ?? (await store.contract())?.contract;
  const signer: SignerOptions = config.chain.signer ?? { kind: "key", key: LOCAL_DEV_KEY };
  const { chainId, confirmations } = config.chain;
  const chain = await connectChain({
    rpcUrl: rpcUrls,
    signer: (id) => openAnchorSigner(signer, id),
    chainId,
    contract,
    confirmations,
  });
  closers.push(() => chain.close());
  if (contract === undefined && !chain.isLocal)
    throw new WarifuError(
      "CONFIG_INVALID",
      `on a chain that is not local (${chain.chainId}) the contract must be named: set WARIFU_CONTRACT to the one that \`warifu contract deploy\` made`,
    );
  return { chain, rpcUrl: rpcUrls[0] as string };
}

async function openLocalChain(
  config: Config,
  closers: (() => Promise<void>)[],
  tell: (line: string) => void,
): Promise<string> {
  const local = await startLocalChain({ port: config.chain.port, logFile: join(config.dataDir, "chain.log") });
  closers.push(() => local.stop());
  tell(`local chain started: ${local.rpcUrl} (Hardhat, in memory: it is empty at every start)`);
  return local.rpcUrl;
}

/** One line when an alarm goes on, one when it goes off. Of a stop, whoever waits for it is told the reason. */
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

/** What happens with the chain, in words; the policy names the contract, so a new one is written at once. */
function report(
  event: AnchoringEvent,
  tell: (line: string) => void,
  logger: Logger,
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

/** The policy that the service itself would verify by; an auditor takes origin, key and contract from elsewhere. */
async function policyOf(
  { chain: { confirmations } }: Config,
  chain: Chain,
  key: VerifierKey,
  witnesses: Policy["witnesses"],
): Promise<Policy> {
  return {
    log: key,
    chain: {
      id: chain.chainId,
      contract: chain.contract,
      codeHash: await chain.codeHash(),
      // On a chain of one's own there is nobody else to ask; on a public one the verifier must say whom to trust.
      accept: chain.isLocal ? "evidence" : "trusted-block",
      ...(confirmations !== undefined && { finality: confirmations }),
    },
    trustedBlocks: [],
    rpc: [],
    sources: [],
    witnesses,
  };
}

/** One key a role, at the first start only; the file is the only place where they stand in clear. */
async function issueFirstKeys(access: Access, path: string): Promise<void> {
  if (access.list().length > 0) return;
  const keys: Record<string, string> = {};
  for (const role of ROLES) keys[role] = (await access.issue(`first ${role}`, role)).key;
  writePrivateFile(path, `${JSON.stringify(keys, null, 2)}\n`);
}
