/** Opens the exchange of records with partner cities. What they send is verified like anybody's bundle. */
import { join } from "node:path";
import type { Alarms } from "../alarms/alarms.ts";
import { rpcChainView } from "../chain/nodes/chain-view.ts";
import type { Config } from "../config.ts";
import { confirmationsOf } from "../core/policy.ts";
import { Exchange } from "../exchange/exchange.ts";
import { Partners, PARTNERS_FILE } from "../exchange/partners.ts";
import { HTTP_WIRE } from "../exchange/wire.ts";
import type { Ledger } from "../read/ledger.ts";
import type { Verify } from "../read/receiving.ts";
import { verifyBundle } from "../verify/verify-bundle.ts";
import type { OpenLog } from "../write/open-log.ts";

/** The parts that the exchange uses. */
interface ExchangeSetUp {
  readonly config: Pick<Config, "dataDir" | "isFrontEnd">;
  readonly log: OpenLog;
  readonly ledger: Ledger;
  readonly alarms: Alarms;
}

/** Opens the exchange, and starts rounds with all partners. @throws CONFIG_INVALID the file of partners is wrong */
export function openExchange({ config, log, ledger, alarms }: ExchangeSetUp, closing: AsyncDisposableStack): Exchange {
  const partners = new Partners(join(config.dataDir, PARTNERS_FILE));
  const exchange = new Exchange({ log, ledger, partners, alarms, verify, wire: HTTP_WIRE, now: Date.now });
  closing.defer(() => exchange.close());
  if (!config.isFrontEnd) exchange.start();
  return exchange;
}

/** Asks the nodes named by the policy for the partner's log; if it names none, its trusted blocks or its rule decide. */
const verify: Verify = (bytes, policy) => {
  const view =
    policy.rpc.length === 0 ? undefined : rpcChainView(policy.rpc, { confirmations: confirmationsOf(policy) });
  return verifyBundle(bytes, policy, view);
};
