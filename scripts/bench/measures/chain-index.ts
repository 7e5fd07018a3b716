/** The index of anchors in its steady state. */
import { measureIndexer } from "../indexer.ts";
import { figure, measure } from "../measure.ts";

export const chainIndex = measure({
  name: "index",
  title: "Index of anchors, steady state on anvil: one round per block, an anchor in every twentieth block",
  parameters: { blocks: { what: "blocks followed", usual: 200, quick: 60, least: 20, most: 100_000 } },
  run: async ({ blocks }) => {
    const cost = await measureIndexer(blocks);
    return [
      figure("blocks followed", cost.blocks),
      figure("following one block of the chain (index of anchors)", cost.cpuMsPerBlock, "ms CPU"),
      figure("requests to the node per block", cost.requestsPerBlock),
      figure("  of those, searches for events", cost.searchesPerBlock),
      figure("a round that finds no new block", cost.cpuMsPerIdleRound, "ms CPU"),
      figure("requests to the node in such a round", cost.requestsPerIdleRound),
    ];
  },
});
