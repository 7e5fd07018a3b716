/**
 * Most leaves that one anchor may add to a contract, where nobody says otherwise: whoever deploys it. A larger backlog takes
 * several anchors.
 */
export const DEFAULT_MAX_GROWTH = 100_000_000;
