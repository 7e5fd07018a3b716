/**
 * The files that operators write for a city: its connectors, services, rules and law. All are read before anything is opened,
 * so that a mistake in one of them leaves nothing behind.
 */
import { readCity, type City } from "../citizens/city-file.ts";
import type { Config } from "../config.ts";
import type { ConfiguredConnector } from "../connectors/kind.ts";
import { configuredConnectors } from "../connectors/settings.ts";
import type { ModerationRules } from "../moderation/rules.ts";
import { readLaw, type Law } from "../privacy/law.ts";
import { readProcessing, type Activity } from "../privacy/processing.ts";
import { readJurisdictions, readTransferLaw, type Jurisdictions, type TransferLaw } from "../privacy/transfer-bases.ts";
import { readProfileFolders } from "../profiles/profile-files.ts";
import { readOidcSettings, type OidcSettings } from "../sign-in/oidc-settings.ts";
import type { Open311Settings } from "../sources/open311-services.ts";
import { readModerationRules } from "./moderation-rules-file.ts";
import { readOpen311File } from "./open311-file.ts";

/** What the files say. */
export interface OperatorFiles {
  readonly connectors: readonly ConfiguredConnector[];
  readonly open311: Open311Settings;
  /** How officers sign in through an identity provider; `undefined` if none is configured. */
  readonly oidc: OidcSettings | undefined;
  /** The city and its app; `undefined` for a log without citizens. */
  readonly city: City | undefined;
  readonly moderationRules: ModerationRules;
  /** The register of processing, if there is one to be shown. */
  readonly processing: readonly Activity[] | undefined;
  readonly law: Law;
  /** The bases on which records may go to other controllers. */
  readonly transfers: TransferLaw;
  readonly jurisdictions: Jurisdictions;
}

/** @throws CONFIG_INVALID naming the file and what is wrong with it */
export async function readOperatorFiles(config: Config): Promise<OperatorFiles> {
  const { dirs, jurisdiction } = config.law;
  return {
    connectors: await readConnectors(config),
    open311: readOpen311File(config.open311File),
    oidc: readOidcSettings(config.desk.oidcFile),
    city: readCity(config.cityFile),
    moderationRules: readModerationRules(config.moderationFile),
    processing: await readRegister(config),
    law: readLaw(dirs, jurisdiction),
    transfers: readTransferLaw(dirs, jurisdiction),
    jurisdictions: readJurisdictions(dirs),
  };
}

/** The clients of brokers and servers are loaded only where there are connectors. */
async function readConnectors({ connectorsFile }: Config): Promise<readonly ConfiguredConnector[]> {
  if (connectorsFile === undefined) return [];
  const { CONNECTOR_KINDS } = await import("../connectors/kinds.ts");
  return configuredConnectors(connectorsFile, process.env, CONNECTOR_KINDS);
}

async function readRegister({ processingDir, profileDirs }: Config): Promise<readonly Activity[] | undefined> {
  return processingDir === undefined ? undefined : readProcessing(processingDir, await readProfileFolders(profileDirs));
}
