/**
 * Hardhat's configuration for the local chain: its defaults. Those of the project (hardhat.config.ts) load plugins for
 * building and testing contracts, which take a third of a start. https://hardhat.org/docs/reference/configuration
 */
export default {};
