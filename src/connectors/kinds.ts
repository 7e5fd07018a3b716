/** The kinds of connector that there are. */
import type { ConnectorKind } from "./kind.ts";

/** All of them. */
export const CONNECTOR_KINDS: readonly ConnectorKind[] = [];
