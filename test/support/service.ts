// A whole service in a temporary folder: real SQLite ledger and vault, pipeline, ledger, HTTP server on a port of its own;
// anchored on a real chain when one is given. Everything is gone after stop().

import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { Access, ROLES, type Role } from "../../src/keys/api-keys.ts";
import { alarmOfStop, Alarms } from "../../src/alarms/alarms.ts";
import { Anchoring } from "../../src/anchor/schedule.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import type { Chain } from "../../src/chain/chain.ts";
import { connectChain } from "../../src/chain/nodes/connect-chain.ts";
import { fromBase64Url } from "../../src/core/bytes.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { parseJsonBytes, type JsonObject } from "../../src/core/json.ts";
import { verifierKey } from "../../src/core/note.ts";
import type { Policy } from "../../src/core/policy.ts";
import { readProfileFolders } from "../../src/profiles/profile-files.ts";
import { parseProfile, type Profile } from "../../src/profiles/profile.ts";
import { reportDamage } from "../../src/service/damage-reports.ts";
import type { Open311Parts } from "../../src/http/handling/route.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "../../src/serve/limits.ts";
import { Connectors } from "../../src/connectors/connectors.ts";
import type { ConfiguredConnector } from "../../src/connectors/kind.ts";
import { createLogger } from "../../src/serve/logger.ts";
import { startHttpServer } from "../../src/http/server.ts";
import { openCitizens, type Citizens } from "../../src/citizens/citizens.ts";
import { ownNamesOf, readCity, type City } from "../../src/citizens/city-file.ts";
import { Cosigner, type CosignerOptions } from "../../src/cosign/cosign.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import { Partners, PARTNERS_FILE } from "../../src/exchange/partners.ts";
import { HTTP_WIRE } from "../../src/exchange/wire.ts";
import { Publishing, type PublishingParts } from "../../src/derive/publishing.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import type { Activity } from "../../src/privacy/processing.ts";
import { Ledger } from "../../src/read/ledger.ts";
import type { TranslationSettings } from "../../src/translate/settings.ts";
import { Translating } from "../../src/translate/translating.ts";
import { derivedKeyNames } from "../../src/write/derived-keys.ts";
import { openLog, type OpenLog } from "../../src/write/open-log.ts";
import type { Pipeline } from "../../src/write/pipeline.ts";
import { readModerationRules } from "../../src/service/moderation-rules-file.ts";
import { readOpen311File } from "../../src/service/open311-file.ts";
import type { Open311Settings } from "../../src/sources/open311-services.ts";
import { openIssuer } from "../../src/keys/key-files.ts";
import { keyedNames } from "../../src/keys/keyed-names.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { citySecrets, idempotencyNameKey } from "../../src/keys/vault-secrets.ts";
import { openPosts } from "../../src/posts/open-posts.ts";
import type { Posts } from "../../src/posts/posts.ts";
import type { CityStore } from "../../src/store/city-store.ts";
import { openCityStore } from "../../src/store/open.ts";
import { openDesk, type Desk, type DeskOptions } from "../../src/sign-in/desk.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { lawsOf } from "./laws.ts";
import { committerOf } from "./ledger.ts";
import { openSqliteVault } from "../../src/store/sqlite/vault.ts";
import type { Vault } from "../../src/store/vault.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { anchoringDefaults } from "./anchoring-options.ts";
import type { TestChain } from "./chains.ts";

/** How the service differs from its defaults. */
export interface ServiceOptions {
  readonly origin?: string;
  /** Without it, nothing finds faces. */
  readonly faceHider?: PublishingParts["faceHider"];
  /** In addition to those that come with the program. */
  readonly profiles?: readonly JsonObject[];
  /** Without one, nothing is ever anchored. */
  readonly chain?: Pick<TestChain, "rpcUrl">;
  /** Account that anchors: two services on one chain have one each. */
  readonly anchorKey?: string;
  readonly limits?: Partial<HttpLimits>;
  readonly maxBatch?: number;
  readonly maxQueue?: number;
  readonly recordsPerSecond?: number;
  /** Level of the log, which `logText` returns. */
  readonly logLevel?: string;
  readonly policy?: () => Policy;
  readonly now?: () => number;
  readonly publicUrls?: readonly string[];
  /** Any free one without it. */
  readonly port?: number;
  /** They are connected by `connectors.start()`. */
  readonly connectors?: readonly ConfiguredConnector[];
  readonly open311?: Open311Settings;
  /** Where the package that reads content credentials is. */
  readonly packages?: string;
  readonly jurisdiction?: string;
  /** Without it, nothing translates. */
  readonly translation?: TranslationSettings;
  /** The register of processing; without it, none is shown. */
  readonly processing?: readonly Activity[];
  /** Folder of built pages. */
  readonly pagesDir?: string;
  /** Where the desk is and how long sessions last, if not as by default. */
  readonly desk?: Pick<DeskOptions, "url" | "times" | "oidc">;
  /** With it, citizens join: a name of a file in cities/, or a city of the test's own. */
  readonly city?: "santander" | "fujisawa" | City;
  /** Where the app is, if not at `localhost`. */
  readonly appUrl?: string;
  /** Who cosigns what is anchored; nobody without it. */
  readonly witnesses?: Pick<CosignerOptions, "witnesses" | "quorum" | "ask">;
}

/** A service that runs. */
export interface TestService {
  readonly url: string;
  readonly folder: string;
  readonly ledger: Ledger;
  /** Its rounds are the test's. */
  readonly exchange: Exchange;
  readonly log: OpenLog;
  readonly store: LedgerStore;
  readonly vault: Vault;
  readonly pipeline: Pipeline;
  readonly connectors: Connectors;
  readonly access: Access;
  readonly desk: Desk;
  /** Of a service with a city. */
  readonly citizens: Citizens | undefined;
  readonly posts: Posts | undefined;
  readonly cityStore: CityStore | undefined;
  readonly publishing: Publishing;
  readonly anchoring: Anchoring;
  readonly policy: Policy;
  readonly open311: Open311Parts;
  /** One API key a role. */
  readonly keys: Readonly<Record<Role, string>>;
  readonly alarms: Alarms;
  /** Rounds of anchoring until everything that was submitted is final. */
  anchorAll(): Promise<void>;
  /** Everything that was logged so far. */
  logText(): string;
  /** Ends everything, HTTP first, and removes the folder. */
  stop(): Promise<void>;
}

const SHIPPED_RULES = readModerationRules(join(import.meta.dirname, "../../profiles/moderation/rules.json"));
const SHIPPED_SERVICES = readOpen311File(join(import.meta.dirname, "../../profiles/open311/services.json"));
const CITIES = join(import.meta.dirname, "../../cities");
const CITIZENS_PROFILES = await readProfileFolders([join(import.meta.dirname, "../../profiles/citizens")]);
const TEST_ORIGIN = "test.example/ledger";

/** Starts a service. */
export async function startService(options: ServiceOptions = {}): Promise<TestService> {
  const { origin = TEST_ORIGIN, now = Date.now, maxBatch = 4_096, maxQueue = 65_536, recordsPerSecond } = options;
  const folder = mkdtempSync(join(tmpdir(), "warifu-service-"));
  const randomBytes = pagedRandomBytes();
  const store = openSqliteLedger(folder, origin);
  const masterKey = randomBytes(32);
  const vault = openSqliteVault(join(folder, "vault.sqlite"), { masterKey, randomBytes });
  const keyNames = derivedKeyNames(keyedNames(await idempotencyNameKey(vault, { masterKey })));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const key = verifierKey(origin, fromBase64Url(publicKey.export({ format: "jwk" }).x ?? "", "public key"));
  const signer = { key, sign: (message: Uint8Array) => sign(null, message, privateKey) };
  const own = (options.profiles ?? []).map(ownProfile);
  const profiles = new Map([...shippedProfiles(), ...(options.city ? CITIZENS_PROFILES : []), ...own]);
  const alarms = new Alarms(now);
  const onStop = alarmOfStop(alarms);
  const text = new MemoryLog();
  const logger = createLogger(options.logLevel ?? "debug", text);
  const onDamage = reportDamage(alarms, logger);
  const limits = { maxBatch, maxQueue, recordsPerSecond };
  const committer = committerOf(store, vault);
  const writing = {
    store,
    vault,
    committer,
    signer,
    keyNames,
    profiles,
    now,
    randomBytes,
    ...limits,
    onStop,
    onDamage,
  };
  const log = await openLog(writing);
  const chain = options.chain
    ? await connectChain({ rpcUrl: options.chain.rpcUrl, anchorKey: options.anchorKey ?? LOCAL_DEV_KEY })
    : noChain();
  const { tree, publisher, pipeline } = log;
  const cosigner = options.witnesses && new Cosigner({ ...options.witnesses, logKey: key, tree, now });
  const anchoring = new Anchoring({
    ...{ ...anchoringDefaults(now), store, chain, tree, publisher, alarms, onStop },
    ...(cosigner && { cosign: async (checkpoint) => (await cosigner.cosign(checkpoint)).note }),
  });
  if (options.chain) await anchoring.start();
  const access = await Access.open(store, randomBytes, now);
  const desk = await openDesk({ store, randomBytes, now, ...options.desk });
  const keys = {} as Record<Role, string>;
  for (const role of ROLES) keys[role] = (await access.issue(`test ${role}`, role)).key;
  const connectors = new Connectors(options.connectors ?? [], { pipeline, profiles, store, alarms, logger, now });
  const decoding = new PictureProcess({
    longestCredentialsMs: 60_000,
    ...(options.packages !== undefined && { packages: options.packages }),
  });
  const publishing = new Publishing({ log, process: decoding, now, faceHider: options.faceHider ?? (() => undefined) });
  const translating = new Translating(options.translation ?? { translators: [], places: [] });
  const city = typeof options.city === "string" ? readCity(join(CITIES, `${options.city}.json`)) : options.city;
  const ledger = new Ledger({
    log,
    translating,
    ...lawsOf(options.jurisdiction ?? "eu"),
    ownNames: city && ownNamesOf(city),
    moderationRules: SHIPPED_RULES,
    anchoring,
    chain,
    key,
    alarms,
    cosigner,
    connectors,
    pictures: { process: decoding, publishing },
    ...{ randomBytes, issuer: openIssuer(join(folder, "issuer.key")) },
    retentionFile: join(folder, "retention.json"),
  });
  const url = options.appUrl;
  const citizens = city && (await openCitizens({ city, store, rights: ledger.rights, log, randomBytes, now, url }));
  const cityStore = citizens && (await openCityStore({ dataDir: folder }));
  const postsParts = cityStore && {
    ...{ log, ledger, store: cityStore, keys: await citySecrets(vault, randomBytes), now },
    uploadFolder: join(folder, "uploads"),
  };
  const posts =
    citizens && postsParts && openPosts({ ...postsParts, citizens, onFailure: (error) => logger.warn({ error }) });
  const policy: Policy = {
    log: key,
    chain: { id: chain.chainId, contract: chain.contract, accept: "evidence" },
    trustedBlocks: [],
    rpc: [],
    sources: [],
    witnesses: { keys: [], quorum: 0 },
  };
  const exchange = new Exchange({
    ...{ log, ledger, alarms, now, wire: HTTP_WIRE, partners: new Partners(join(folder, PARTNERS_FILE)) },
    verify: (bytes, judgedBy) => verifyBundle(bytes, judgedBy),
  });
  const open311 = {
    settings: options.open311 ?? SHIPPED_SERVICES,
    readAt: Math.floor(now() / 1_000),
  };
  const server = await startHttpServer({
    ledger,
    exchange,
    access,
    desk,
    citizens,
    posts,
    policy: options.policy ?? (() => policy),
    host: "127.0.0.1",
    port: options.port ?? 0,
    publicUrls: options.publicUrls,
    open311,
    pagesDir: options.pagesDir,
    processing: options.processing,
    limits: { ...DEFAULT_HTTP_LIMITS, ...options.limits },
    logger,
    alarms,
    now,
  });
  return {
    url: server.url,
    folder,
    ledger,
    exchange,
    log,
    store,
    vault,
    pipeline,
    connectors,
    access,
    desk,
    citizens,
    posts,
    cityStore,
    publishing,
    anchoring,
    policy,
    open311,
    keys,
    alarms,
    logText: () => text.text,
    async anchorAll() {
      while (anchoring.status.finalizedSize < tree.publishedSize) await anchoring.round();
    },
    async stop() {
      try {
        await connectors.close();
        await server.close();
        await posts?.close();
        await cityStore?.close();
        await publishing.close();
        await decoding.close();
        await translating.close();
        await anchoring.close();
        await pipeline.close();
        await log.lines.close();
        await store.close();
      } finally {
        await vault.close();
        await chain.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

let shipped: ReadonlyMap<string, Profile> | undefined;

/** The profiles that are shipped, by type: their schemas are compiled once. */
export function shippedProfiles(): Map<string, Profile> {
  const read = (type: string): Profile =>
    parseProfile(parseJsonBytes(readFileSync(new URL(`../../profiles/${type}.json`, import.meta.url)), type));
  shipped ??= new Map(["sensor-reading", "citizen-report"].map((type) => [type, read(type)]));
  return new Map(shipped);
}

function ownProfile(document: JsonObject): [string, Profile] {
  const profile = parseProfile(document);
  return [profile.document.type, profile];
}

class MemoryLog extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A chain that never answers, for tests that are not about anchoring. */
function noChain(): Chain {
  const unreachable = async (): Promise<never> => {
    throw new WarifuError("CHAIN_UNREACHABLE", "this test has no chain");
  };
  return {
    chainId: 31_337,
    contract: "0x0000000000000000000000000000000000000000",
    isLocal: true,
    finality: "tag",
    headerForm: unreachable,
    hasContract: unreachable,
    codeHash: unreachable,
    logId: unreachable,
    head: unreachable,
    sign: unreachable,
    send: unreachable,
    account: "0x0000000000000000000000000000000000000000",
    gasLimitOf: () => 0,
    maxGrowth: async () => 2 ** 26,
    nextNonce: unreachable,
    finalNonce: unreachable,
    balance: unreachable,
    marketFees: unreachable,
    health: () => ({ endpoints: [], conflicts: [] }),
    transactionState: unreachable,
    block: unreachable,
    blockByHash: unreachable,
    anchorEventsIn: unreachable,
    blockHashAt: unreachable,
    finalizedHeight: unreachable,
    anchorEvents: unreachable,
    evidenceOf: unreachable,
    deploy: unreachable,
    close: async () => undefined,
  };
}
