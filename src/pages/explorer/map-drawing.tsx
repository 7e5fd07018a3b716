/**
 * One map: outlines, and squares that are the stronger the more records they have. Who cannot see it has the same in a list,
 * so the drawing itself says only what it is of.
 */
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Square } from "./api-sources.ts";
import type { Point } from "./outlines.ts";
import { recordsIn, type Box, type Region } from "./regions.ts";
import { MAP } from "./texts/map.ts";

const [WIDTH, MOST_HEIGHT] = [600, 380];
/** From so many records on, each is a step stronger. */
const STEPS = [1, 2, 5, 20, 100] as const;

interface MapDrawingProps {
  readonly region: Region;
  readonly gridDegrees: number;
}

export function MapDrawing({ region: { box, squares, outlines }, gridDegrees }: MapDrawingProps) {
  const texts = textsIn(MAP);
  const { point, height, length } = projectionOf(box);
  const name = outlines.map((outline) => outline.name).join(", ");
  return (
    <figure class="map">
      <figcaption>{texts.caption(name, recordsIn(squares))}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true" focusable="false">
        {outlines.map(({ name: city, rings }) => (
          <path key={city} class="map-outline" d={rings.map((ring) => pathOf(ring, point)).join("")} />
        ))}
        {squares.map((square) => (
          <SquareShape key={`${square.south} ${square.west}`} square={square} side={gridDegrees} point={point} />
        ))}
        <Scale length={length} height={height} />
      </svg>
    </figure>
  );
}

interface SquareShapeProps {
  readonly square: Square;
  readonly side: number;
  readonly point: (place: Point) => string;
}

function SquareShape({ square: { south, west, records, types }, side, point }: SquareShapeProps) {
  const corners: readonly Point[] = [
    [west, south],
    [west + side, south],
    [west + side, south + side],
    [west, south + side],
  ];
  return (
    <path class={`map-square map-step-${stepOf(records)}`} d={pathOf(corners, point)}>
      <title>{`${Object.keys(types).join(", ")}: ${numberInWords(records)}`}</title>
    </path>
  );
}

function pathOf(ring: readonly Point[], point: (place: Point) => string): string {
  return `M${ring.map(point).join("L")}Z`;
}

function stepOf(records: number): number {
  return STEPS.filter((least) => records >= least).length;
}

/** What the strengths stand for. */
export function Steps() {
  const texts = textsIn(MAP);
  return (
    <ul class="map-steps" aria-label={texts.steps}>
      {STEPS.map((least, at) => (
        <li key={least}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <rect class={`map-square map-step-${at + 1}`} x="1" y="1" width="14" height="14" />
          </svg>
          {rangeFrom(least, STEPS[at + 1])}
        </li>
      ))}
    </ul>
  );
}

function rangeFrom(least: number, next: number | undefined): string {
  if (next === undefined) return `${numberInWords(least)}+`;
  return next - 1 === least ? numberInWords(least) : `${numberInWords(least)}–${numberInWords(next - 1)}`;
}

const KILOMETRE_DEGREES = 1 / 111.32;

/** A kilometre, or as many as fit. */
function Scale({ length, height }: { readonly length: (kilometres: number) => number; readonly height: number }) {
  const kilometres = [100, 50, 20, 10, 5, 2].find((one) => length(one) < WIDTH / 3) ?? 1;
  const [left, low] = [14, height - 14];
  const right = left + length(kilometres);
  return (
    <g class="map-scale">
      <path d={`M${left} ${low - 6}V${low}H${right}V${low - 6}`} />
      <text x={left + 6} y={low - 8}>{`${numberInWords(kilometres)} km`}</text>
    </g>
  );
}

/**
 * Degrees of longitude are shorter the further a place is from the equator: by the cosine of its latitude. What is high is in
 * the middle of the width.
 */
function projectionOf({ west, south, east, north }: Box) {
  const shorter = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(WIDTH / ((east - west) * shorter), MOST_HEIGHT / (north - south));
  const left = (WIDTH - (east - west) * shorter * scale) / 2;
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    height: Math.round((north - south) * scale),
    length: (kilometres: number): number => round(kilometres * KILOMETRE_DEGREES * scale),
    point: ([x, y]: Point): string => `${round(left + (x - west) * shorter * scale)} ${round((north - y) * scale)}`,
  };
}
