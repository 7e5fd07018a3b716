/**
 * A curve over time as a picture, with the same figures in a table for whoever cannot see it or wants them exactly. Drawn as
 * SVG: it takes the colours of the page, prints sharply and needs no library.
 */
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";
import { shortTime } from "../texts/formats.ts";
import { Table } from "./table.tsx";
import { Time } from "./time.tsx";

/** A value at a time, POSIX seconds. */
interface ChartPoint {
  readonly at: number;
  readonly value: number;
}

interface ChartProps {
  /** What the values are; the caption of picture and table. */
  readonly title: string;
  /** By time. */
  readonly points: readonly ChartPoint[];
  readonly format: (value: number) => string;
  /** Single things that happened, not a quantity that goes on in between. */
  readonly isDots?: boolean;
}

const [WIDTH, HEIGHT] = [600, 200];

export function Chart({ title, points, format, isDots = false }: ChartProps) {
  const { time, value, figures } = textsIn(SHARED);
  const [begin, end] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 1];
  const top = niceAbove(Math.max(...points.map((point) => point.value), 0));
  const x = (at: number): number => ((at - begin) / Math.max(1, end - begin)) * WIDTH;
  const y = (amount: number): number => HEIGHT - (amount / top) * HEIGHT;
  const line = points.map((point) => `${round(x(point.at))} ${round(y(point.value))}`).join("L");
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div class="chart-picture" aria-hidden="true">
        <div class="chart-scale">
          {[top, top / 2, 0].map((amount) => (
            <span key={amount}>{format(amount)}</span>
          ))}
        </div>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" focusable="false">
          <path class="chart-grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
          {!isDots && <path class="chart-area" d={`M0 ${HEIGHT}L${line}V${HEIGHT}Z`} />}
          <path
            class="chart-line"
            d={isDots ? points.map((point) => dot(x(point.at), y(point.value))).join("") : `M${line}`}
          />
        </svg>
        <div class="chart-times">
          {[begin, (begin + end) / 2, end].map((at) => (
            <span key={at}>{shortTime(at, end - begin)}</span>
          ))}
        </div>
      </div>
      <details>
        <summary>{figures}</summary>
        <Table
          caption={title}
          columns={[
            { title: time, cell: ({ at }: ChartPoint) => <Time at={at} /> },
            { title: value, isNumber: true, cell: (point) => format(point.value) },
          ]}
          rows={points.toReversed()}
          keyOf={({ at }, place) => `${at} ${place}`}
        />
      </details>
    </figure>
  );
}

/** A line of no length: its round ends make a dot that no scaling turns into an ellipse. */
function dot(x: number, y: number): string {
  return `M${round(x)} ${round(y)}h0`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The next of 1, 2, 4, 6, 8, 10, 20 … so that half of it is as plain a number. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return size * ([1, 2, 4, 6, 8, 10].find((step) => step * size >= value) ?? 10);
}
