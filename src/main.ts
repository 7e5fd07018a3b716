/**
 * The composition root: the only place that knows every part. Starts the parts in order of dependence and stops them in
 * reverse.
 */
import { join } from "node:path";
import { setImmediate as nextPass, setTimeout as sleep } from "node:timers/promises";
import type { FactOf } from "./alarms/alarm-fact.ts";
import { alarmOfStop, type Alarms } from "./alarms/alarms.ts";
import { Scrubbing } from "./audit/scrubbing.ts";
import type { Chain } from "./chain/chain.ts";
import { assertLocalChainInstalled } from "./chain/local/local-chain.ts";
import type { Config } from "./config.ts";
import { Connectors } from "./connectors/connectors.ts";
import type { LogSigner } from "./core/checkpoint.ts";
import type { WarifuError } from "./core/errors.ts";
import { formatPolicy, type Policy } from "./core/policy.ts";
import { pagedRandomBytes } from "./core/random.ts";
import { witnessClient } from "./cosign/witness-client.ts";
import { witnessesIn } from "./cosign/witness-file.ts";
import { assertNotBehindWitnesses } from "./cosign/witnessed-size.ts";
import { PROGRAM_DIR } from "./files/program-dir.ts";
import { writeWholeFile } from "./files/whole-file.ts";
import { startHttpServer } from "./http/server.ts";
import { readProfileFolders } from "./profiles/profile-files.ts";
import type { Ledger } from "./read/ledger.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "./serve/limits.ts";
import { loggable } from "./serve/logger.ts";
import { readPageFiles, verifierFilesIn } from "./serve/page-files.ts";
import { assertNotBehindChain, openChainSide } from "./service/chain-side.ts";
import { openCityPosts } from "./service/city-posts.ts";
import { closeAll, closeRefused } from "./service/close-all.ts";
import { reportDamage } from "./service/damage-reports.ts";
import { startDuties } from "./service/duties.ts";
import { hostLogs, type HostingOptions, type Logs, type Shared } from "./service/host-logs.ts";
import type { HostedSetUp } from "./service/logs-file.ts";
import { assertLedgerStillThere } from "./service/lost-ledger.ts";
import { openAccounts, openCity } from "./service/open-accounts.ts";
import { openChain } from "./service/open-chain.ts";
import { openCopying } from "./service/open-copying.ts";
import { openExchange } from "./service/open-exchange.ts";
import { openMirroring } from "./service/open-mirroring.ts";
import { openStores } from "./service/open-stores.ts";
import { readOperatorFiles } from "./service/operator-files.ts";
import { policyOf } from "./service/own-policy.ts";
import { openReadSide } from "./service/read-side.ts";
import { assertShareable, followOthers } from "./service/sharing.ts";
import type { Start } from "./service/start.ts";
import { openVoice, sayAnchoring, type Voice } from "./service/voice.ts";
import { ChainClock, type ChainClockParts } from "./write/chain-clock.ts";
import type { LogTree } from "./write/log-tree.ts";
import { openLog, type OpenLog } from "./write/open-log.ts";

/** How often to check that the files are still there. */
const FILES_EVERY_MS = 1_000;

/** Where the pages are, once they are built. */
const PAGES_DIR = join(PROGRAM_DIR, "web");

const CLOCK_PARTS: ChainClockParts = { now: Date.now, elapsed: () => performance.now(), pause: sleep };

/** How often to look for openings that were set aside long ago. */
const ERASE_EVERY_MS = 3_600_000;

/** A running service. */
export interface Service {
  readonly url: string;
  readonly ledger: Ledger;
  readonly alarms: Alarms;
  readonly policyFile: string;
  readonly apiKeysFile: string;
  readonly chainUrl: string;
  /** Settles with the reason when the service stops by itself (fail stop). */
  readonly stopped: Promise<WarifuError>;
  /** Reopens the service's log after its file was renamed. */
  reopenLog(): void;
  /** Drains, then stops everything. Safe to repeat. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Is told each step and what happens on the chain, in words for people. */
  readonly tell?: (line: string) => void;
  /** What this log shares with others of the same process; if absent, it has everything to itself. */
  readonly shared?: Shared;
}

/**
 * Starts the service.
 * @throws CONFIG_INVALID, STORE_LOCKED, STORE_BEHIND, STORE_CORRUPT, CHAIN_WRONG, CHAIN_UNREACHABLE, CHAIN_REFUSED
 */
export async function startService(config: Config, options: StartOptions = {}): Promise<Service> {
  // Before the folder is created, which a program that cannot start should not leave behind.
  if (config.chain.rpcUrls === undefined) assertLocalChainInstalled();
  assertShareable(config);
  if (options.shared?.leastSize !== undefined) await assertLedgerStillThere(config);
  const closing = new AsyncDisposableStack();
  const voice = openVoice(config, options.tell ?? (() => undefined));
  const following = setInterval(() => voice.log.follow(), FILES_EVERY_MS).unref();
  closing.defer(async () => {
    clearInterval(following);
    voice.log.close();
  });
  try {
    return await compose(config, { ...voice, shared: options.shared }, closing);
  } catch (error) {
    voice.logger.fatal(loggable(error), "the start was refused");
    await closeRefused(closing);
    throw error;
  }
}

/**
 * Starts several logs behind one server, each a service of its own.
 * @throws as {@link hostLogs}
 */
export function startLogs(
  config: Config,
  setUps: readonly HostedSetUp[],
  options: Pick<StartOptions, "tell"> & Pick<HostingOptions, "pauses"> = {},
): Promise<Logs> {
  const { tell = () => undefined, pauses } = options;
  return hostLogs({ config, setUps, tell, pauses, limits: limitsIn(config.http), start: startService });
}

/** Where the service reports, and what it shares. */
type OwnVoice = Voice & Pick<Start, "shared">;

/**
 * Puts the service together: what is stored, then the chain, then the ledger that answers questions, then what uses it; the
 * server last, when there is something to serve.
 */
async function compose(config: Config, voice: OwnVoice, closing: AsyncDisposableStack): Promise<Service> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<WarifuError>();
  const onStop = alarmOfStop(voice.alarms, stop);
  const start: Start = { ...voice, config, closing, randomBytes: pagedRandomBytes(), onStop };
  const files = await readOperatorFiles(config);

  const stores = await openStores(start);
  const { store, vault, signer } = stores;
  const { chain, rpcUrl } = await openChain(config, store, closing, voice.tell);
  const log = await openForWriting(start, stores, chain);
  await lookAfter(log, start);
  const { side, policy } = await faceChain(start, signer, chain, log);

  const { access, desk } = await openAccounts({ ...start, store, oidc: files.oidc });
  const connectors = new Connectors(files.connectors, { ...log, ...voice, now: Date.now });
  const ledger = openReadSide(start, files, { log, chain, side, connectors, key: signer.key });
  followOthers(store, { writer: log.writer, access }, closing);
  if (!config.isFrontEnd) startDuties(ledger, start, { ...log, chain, vault });

  const citizens = files.city && (await openCity({ ...start, city: files.city, store, rights: ledger.rights, log }));
  const onFailure = (error: unknown): void => voice.logger.warn(loggable(error), "posts are not read yet");
  const posts = await openCityPosts({ ...start, citizens, ledger, log, vault, onFailure });
  const exchange = openExchange({ config, log, ledger, alarms: voice.alarms }, closing);
  sendOut({ ...start, log, files: ledger.files, logKey: signer.key });

  const options = {
    ...{ ...httpOptions(start), ledger, exchange, access, desk, citizens, posts, policy, processing: files.processing },
    open311: { settings: files.open311, readAt: Math.floor(Date.now() / 1_000) },
  };
  // In a pass of its own: to put the routes together takes long enough, and other logs of this process are served already.
  await nextPass();
  const server = await startHttpServer(options, voice.shared?.listenWith);
  for (const part of [server, connectors]) closing.defer(() => part.close());
  connectors.start();
  return {
    ...{ url: server.url, ledger, alarms: voice.alarms, chainUrl: rpcUrl, stopped },
    policyFile: config.files.policy,
    apiKeysFile: config.files.apiKeys,
    reopenLog: () => voice.log.reopen(),
    close: () => closeAll(closing),
  };
}

/** Keeps copies of the log's files up to date, on object storage and at mirrors. */
function sendOut(parts: Parameters<typeof openCopying>[0] & Parameters<typeof openMirroring>[0]): void {
  openCopying(parts);
  openMirroring(parts);
}

async function openForWriting(
  start: Start,
  { store, vault, committer, signer, keyNames }: Awaited<ReturnType<typeof openStores>>,
  chain: Chain,
): Promise<OpenLog> {
  const { config, closing, randomBytes, onStop, alarms, logger, tell } = start;
  start.shared?.assertOwn(chain);
  const clock = chain.isLocal ? undefined : await ChainClock.open(chain, CLOCK_PARTS);
  closing.defer(async () => clock?.close());
  const log = await openLog({
    ...{ store, shared: store.shared, vault, committer, signer, keyNames, randomBytes, onStop },
    now: Date.now,
    profiles: await readProfileFolders(config.profileDirs),
    verifier: verifierFilesIn(readPageFiles(PAGES_DIR)),
    maxBatch: config.maxBatch,
    maxQueue: config.maxQueue,
    maxSeqGap: config.maxSeqGap,
    recordsPerSecond: config.recordsPerSecond,
    term: config.term,
    onDamage: reportDamage(alarms, logger),
    onSetAside: (records) => {
      logger.warn({ records }, "openings set aside");
      tell(`openings of ${records} records that were never acknowledged were set aside in the vault`);
    },
    beforeWriting: async (tree) => {
      await assertNotBehindChain(chain, store, tree);
      await askWitnesses(start, signer, tree);
    },
    latestTime: clock && (() => clock.latest()),
  });
  closing.defer(() => log.lines.close());
  closing.defer(() => log.pipeline.close());
  // An error that keeps it from committing must end the start, not fail the first request.
  await committer.opened();
  tell(`ledger open: ${log.tree.publishedSize} entries, log ${config.origin}`);
  return log;
}

/** Starts what goes on alongside writing: stored data is checked, its files are watched, old openings set aside are erased. */
async function lookAfter(log: OpenLog, { closing, logger }: Start): Promise<void> {
  const scrubbing = new Scrubbing(log, logger);
  closing.defer(() => scrubbing.close());
  await scrubbing.start();
  const watching = watchFiles(log.writer);
  const erasing = setInterval(() => void log.writer.eraseSetAside().catch(() => undefined), ERASE_EVERY_MS).unref();
  closing.defer(async () => [watching, erasing].forEach(clearInterval));
}

/** Opens and starts anchoring and all that faces the chain; writes the policy file, again with each new contract. */
async function faceChain(start: Start, signer: LogSigner, chain: Chain, log: OpenLog) {
  const { config, closing, alarms, logger, onStop } = start;
  let policy: Policy;
  const writePolicy = async (): Promise<void> => {
    policy = await policyOf(config, chain, signer.key, side.cosigner.policy, side.stamping.certificates);
    writeWholeFile(config.files.policy, formatPolicy(policy));
  };
  const side = openChainSide({
    ...{ config, chain, log, signer, alarms, logger, onStop },
    now: Date.now,
    onEvent: (event) => sayAnchoring(event, start, writePolicy),
  });
  closing.defer(() => side.close());
  if (config.isFrontEnd) side.anchoring.watch();
  else await side.start();
  await writePolicy();
  return { side, policy: () => policy };
}

function httpOptions({ config: { http }, logger, alarms, shared }: Start) {
  const { host, port, publicUrls } = http;
  const { prefix, limitRequests } = shared ?? {};
  return { host, port, publicUrls, limits: limitsIn(http), logger, alarms, pagesDir: PAGES_DIR, prefix, limitRequests };
}

function limitsIn(http: Config["http"]): HttpLimits {
  const { ratePerMinute, openingsPerMinute, maxConnectionsPerAddress, trustedProxies } = http;
  return { ...DEFAULT_HTTP_LIMITS, ratePerMinute, openingsPerMinute, maxConnectionsPerAddress, trustedProxies };
}

/** Looks even while nothing is sent: whoever removed a data folder should learn of it before the next record comes. */
function watchFiles(writer: OpenLog["writer"]): NodeJS.Timeout {
  const look = (): void => {
    // If they are not, the writer stops, and says so itself.
    if (!writer.stopReason) writer.assertInPlace().catch(() => undefined);
  };
  return setInterval(look, FILES_EVERY_MS).unref();
}

/**
 * Refuses to start if a witness cosigned a size beyond the log's. Any other misbehaviour of witnesses is left to cosigning.
 * @throws STORE_BEHIND
 */
async function askWitnesses(
  {
    config: {
      witnesses: { file, quorum, timeoutMs },
    },
    logger,
    alarms,
  }: Start,
  signer: LogSigner,
  tree: LogTree,
): Promise<void> {
  const onSilence = (witness: string, reason: string): void =>
    logger.warn({ witness, reason }, "a witness did not say what it cosigned last");
  const ask = witnessClient({ timeoutMs });
  const onClaim = (fact: FactOf<"witness-ahead">): void => alarms.raise("witness-ahead", fact);
  await assertNotBehindWitnesses({ witnesses: witnessesIn(file), ask, signer, tree, quorum, onSilence, onClaim });
}
