/**
 * Most leaves that one anchor may add, unless the deployer of the contract chooses another limit. A larger backlog takes
 * several anchors.
 */
export const DEFAULT_MAX_GROWTH = 100_000_000;
