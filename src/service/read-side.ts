/** The part of the service that answers questions: the ledger as its edges see it, put together from all other parts. */
import { join } from "node:path";
import type { Chain } from "../chain/chain.ts";
import { ownNamesOf } from "../citizens/city-file.ts";
import type { VerifierKey } from "../core/note.ts";
import { PROGRAM_DIR } from "../files/program-dir.ts";
import { openIssuer } from "../keys/key-files.ts";
import { Ledger, type LedgerParts } from "../read/ledger.ts";
import { translationSettings } from "../translate/settings.ts";
import { Translating } from "../translate/translating.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { ChainSide } from "./chain-side.ts";
import { openPictures } from "./open-pictures.ts";
import type { OperatorFiles } from "./operator-files.ts";
import type { Start } from "./start.ts";

/** What was opened before. */
interface OpenParts {
  readonly log: OpenLog;
  readonly chain: Chain;
  readonly side: ChainSide;
  readonly connectors: LedgerParts["connectors"];
  readonly key: VerifierKey;
}

/** @throws CONFIG_INVALID */
export function openReadSide(
  start: Start,
  files: OperatorFiles,
  { log, chain, side, connectors, key }: OpenParts,
): Ledger {
  const { config, alarms, randomBytes } = start;
  const { law, transfers, jurisdictions, moderationRules, city } = files;
  const { anchoring, cosigner, witnessing, stamping } = side;
  return new Ledger({
    ...{ log, chain, anchoring, cosigner, witnessing, stamping, connectors, key, alarms, randomBytes },
    ...{ law, transfers, jurisdictions, moderationRules },
    term: config.term,
    ownNames: city && ownNamesOf(city),
    pictures: openPictures(start, log),
    translating: openTranslating(start),
    issuer: openIssuer(config.files.issuerKey),
    retentionFile: join(config.dataDir, "retention.json"),
  });
}

/** The program or server that translates texts, if one is configured. */
function openTranslating({ closing, logger, config }: Start): Translating {
  const settings = translationSettings(config.translationFile, join(PROGRAM_DIR, "translation"));
  const translating = new Translating(settings, (reason) => logger.warn({ reason }, "texts not translated"));
  closing.defer(() => translating.close());
  return translating;
}
