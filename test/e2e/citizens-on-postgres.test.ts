// The app of a city whose log is in PostgreSQL: what its citizens have and arrange is there too, so that whichever service holds the
// lease serves them, and a fresh data folder lacks nothing of theirs.

import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { auditLedger } from "../../src/audit/audit-folder.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { parseConfig, type Config } from "../../src/config.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { startService, type Service } from "../../src/main.ts";
import { post, postsIn } from "../http/support/posting.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { AppBrowser, joinedCitizen } from "../support/citizens.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { thePostgres } from "../support/postgres.ts";
import type { TestService } from "../support/service.ts";

const CITY = join(import.meta.dirname, "../../cities/santander.json");

describe("citizens of a city on PostgreSQL", () => {
  let chain: TestChain;
  let database: string;
  const running = new Set<Service>();

  before(async () => {
    chain = await startSwiftChain();
    database = (await thePostgres()).addressFor(temporaryFolder());
  });
  after(async () => {
    for (const service of running) await service.close();
    await chain?.stop();
  });

  async function configOf(dataDir: string): Promise<Config> {
    return parseConfig({
      ...{ WARIFU_ORIGIN: "city.test/ledger", WARIFU_DATA_DIR: dataDir, WARIFU_DATABASE: database },
      ...{ WARIFU_HTTP_PORT: String(await freePort()), WARIFU_LOG_LEVEL: "warn", WARIFU_CITY: CITY },
      ...{ WARIFU_RPC_URL: chain.rpcUrl, WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY, WARIFU_ANCHOR_SECONDS: "0.2" },
    });
  }

  async function start(config: Config): Promise<Service & Pick<TestService, "keys">> {
    const service = await startService(config);
    running.add(service);
    const keys = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as TestService["keys"];
    return { ...service, keys, close: service.close };
  }

  it("are served on by the next holder of the lease, with their accounts, sessions and lists", async () => {
    const folder = temporaryFolder();
    const config = await configOf(folder);
    const first = await start(config);
    const anna = await joinedCitizen(first, { pseudonym: "Anna" });
    const ben = await joinedCitizen(first, { pseudonym: "Ben" });
    const id = await post(anna.browser);
    expect((await ben.browser.ask(`/v1/posts/${id}/follow`, { method: "PUT" })).status).to.be.within(200, 204);
    await first.close();

    const other = temporaryFolder();
    for (const file of ["log.key", "vault.key", "issuer.key", "api-keys.json"])
      copyFileSync(join(folder, file), join(other, file));
    const next = await start({ ...(await configOf(other)), http: config.http });
    expect(postsIn(await ben.browser.ask("/v1/citizens/me/followed")).map((one) => one.id)).to.deep.equal([id]);
    const again = new AppBrowser(next);
    expect((await again.signIn(anna.passkey)).status).to.equal(200);
    const [mine] = postsIn(await again.ask("/v1/citizens/me/posts"));
    expect([mine?.id, mine?.text]).to.deep.equal([id, "El canario de la plaza vuelve a cantar"]);

    expect((await again.leave(anna.passkey)).status).to.be.within(200, 204);
    expect(postsIn(await ben.browser.ask("/v1/citizens/me/followed"))).to.deep.equal([]);
    await next.close();
    const { findings, outcome } = await auditLedger({ config, policy: parsePolicy(readFileSync(next.policyFile)) });
    expect([findings, outcome]).to.deep.equal([[], "holds"]);
  });
});
