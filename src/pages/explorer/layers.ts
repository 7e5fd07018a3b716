/** Puts the nodes of a graph into layers, so that whatever something depends on is in a layer before it. */
import type { GraphEdge, GraphNode } from "./api.ts";

/** The nodes by layer, in their given order; a circle, which there should not be, is cut where it is met. */
export function layersOf<N extends Pick<GraphNode, "id">>(
  nodes: readonly N[],
  edges: readonly Pick<GraphEdge, "from" | "to">[],
): N[][] {
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    depths.set(id, 0);
    const below = edges.filter(({ from }) => from === id).map(({ to }) => depthOf(to) + 1);
    const depth = Math.max(0, ...below);
    depths.set(id, depth);
    return depth;
  };
  const layers: N[][] = [];
  for (const node of nodes) (layers[depthOf(node.id)] ??= []).push(node);
  return layers.map((layer) => layer ?? []);
}
