/** The kinds of connector that there are. */
import { georeportKind } from "./georeport/connector.ts";
import type { ConnectorKind } from "./kind.ts";
import { mqttKind } from "./mqtt/connector.ts";
import { soxKind } from "./sox/connector.ts";

/** All of them. */
export const CONNECTOR_KINDS: readonly ConnectorKind[] = [mqttKind, soxKind, georeportKind];
