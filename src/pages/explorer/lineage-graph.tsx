/**
 * Where a record came from and what came of it, drawn from left to right: an arrow leads from what depends to what it depends
 * on, so that origins stand at the left. The same is in a list, which is what screen readers read.
 */
import { textsIn } from "../texts/language.ts";
import type { Graph, GraphNode } from "./api.ts";
import { layersOf } from "./layers.ts";
import { EXPLORER } from "./texts/explorer.ts";

/** More than this cannot be told apart in a drawing. */
const MOST_DRAWN = 40;
const [BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN] = [208, 52, 28, 20, 6];
/** How wide a label may be, in letters; an ideograph or kana is as wide as two. */
const MOST_LETTERS = 25;
const WIDE = /[\u{2e80}-\u{9fff}\u{f900}-\u{faff}\u{ff00}-\u{ff60}]/u;

interface Placed extends GraphNode {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export function LineageGraph({ graph }: { readonly graph: Graph }) {
  const { record: texts, graph: words } = textsIn(EXPLORER);
  const placed = place(graph);
  const nameOf = (id: string): string => placed.find((node) => node.id === id)?.text ?? id;
  return (
    <>
      {placed.length > MOST_DRAWN ? <p>{texts.tooLarge}</p> : <Drawing graph={graph} nodes={placed} />}
      <details class="more">
        <summary>{texts.lineageList}</summary>
        <ul class="statements">
          {graph.edges.map(({ from, to, kind }) => (
            <li key={`${from} ${kind} ${to}`}>
              {nameOf(from)} <em>{words.relations[kind] ?? kind}</em> {nameOf(to)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function Drawing({ graph, nodes }: { readonly graph: Graph; readonly nodes: readonly Placed[] }) {
  const { record: texts } = textsIn(EXPLORER);
  const width = Math.max(...nodes.map(({ x }) => x)) + BOX_WIDTH + MARGIN;
  const height = Math.max(...nodes.map(({ y }) => y)) + BOX_HEIGHT + MARGIN;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return (
    // A region that scrolls must be reachable by keyboard.
    <div class="graph" role="region" aria-label={texts.lineageLabel} tabIndex={0}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path class="graph-head" d="M0 0L8 4L0 8z" />
        </marker>
        {graph.edges.map(({ from, to, kind }) => (
          <Arrow key={`${from} ${kind} ${to}`} from={byId.get(from)} to={byId.get(to)} />
        ))}
        {nodes.map((node) => (
          <Box key={node.id} node={node} />
        ))}
      </svg>
    </div>
  );
}

function Arrow({ from, to }: { readonly from: Placed | undefined; readonly to: Placed | undefined }) {
  if (!from || !to) return null;
  const [x1, y1, x2, y2] = [from.x, from.y + BOX_HEIGHT / 2, to.x + BOX_WIDTH + 2, to.y + BOX_HEIGHT / 2];
  const bend = Math.max(24, (x1 - x2) / 2);
  return (
    <path
      class="graph-edge"
      d={`M${x1} ${y1}C${x1 - bend} ${y1} ${x2 + bend} ${y2} ${x2} ${y2}`}
      marker-end="url(#arrow)"
    />
  );
}

function Box({ node: { kind, text, x, y } }: { readonly node: Placed }) {
  const { kinds } = textsIn(EXPLORER).graph;
  const corner = { entity: 8, activity: 0, agent: BOX_HEIGHT / 2 }[kind];
  return (
    <g class={`graph-${kind}`}>
      <rect x={x} y={y} width={BOX_WIDTH} height={BOX_HEIGHT} rx={corner} />
      <text class="graph-kind" x={x + BOX_WIDTH / 2} y={y + 19}>
        {kinds[kind]}
      </text>
      <text class="graph-label" x={x + BOX_WIDTH / 2} y={y + 38}>
        {shortened(text)}
        <title>{text}</title>
      </text>
    </g>
  );
}

/** As much of a label as there is room for. */
function shortened(text: string): string {
  let width = 0;
  const fits = Array.from(text).findIndex((letter) => (width += WIDE.test(letter) ? 2 : 1) > MOST_LETTERS);
  return fits < 0
    ? text
    : `${Array.from(text)
        .slice(0, fits - 1)
        .join("")}…`;
}

/** Every node in its column, with its label in the reader's language. */
function place({ nodes, edges }: Graph): Placed[] {
  return layersOf(nodes, edges).flatMap((layer, column) =>
    layer.map((node, row) => ({
      ...node,
      text: labelOf(node),
      x: MARGIN + column * (BOX_WIDTH + GAP_X),
      y: MARGIN + row * (BOX_HEIGHT + GAP_Y),
    })),
  );
}

/** Labels are the service's own words, names of things, or sizes. */
function labelOf({ label, kind }: GraphNode): string {
  const { graph, steps } = textsIn(EXPLORER);
  if (kind === "activity") return steps[label] ?? label;
  const [, size] = /^checkpoint of (\d+) entries$/.exec(label) ?? [];
  if (size !== undefined) return graph.checkpoint(Number(size));
  const [, picture] = /^picture (\d+)$/.exec(label) ?? [];
  if (picture !== undefined) return graph.picture(Number(picture) + 1);
  const [, type] = /^warifu:([a-z0-9-]+):\d+$/.exec(label) ?? [];
  return graph.labels[label] ?? (type === undefined ? label : `${graph.labels["record"] ?? ""}: ${type}`);
}
