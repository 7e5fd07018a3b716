/**
 * A sweep as an SVG picture: a panel for each figure, with the median as a line and the spread as a band. The same points
 * give the same bytes. It needs nothing but itself, and says in words what it shows.
 */
import type { Spread } from "./statistics.ts";

/** What one panel shows. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  /** In rising order of `x`. */
  readonly points: readonly (Spread & { readonly x: number })[];
}

/** A picture of panels below each other. */
export interface Plot {
  readonly title: string;
  /** What the panels have to the right. */
  readonly parameter: string;
  readonly panels: readonly Panel[];
}

const [WIDTH, HEIGHT] = [720, 260];
const [LEFT, RIGHT, TOP, BOTTOM] = [90, 20, 34, 46];
const TITLE_HEIGHT = 40;
/** From here on a sweep is drawn on a logarithmic scale. */
const LOG_FROM = 20;

type Scale = (value: number) => number;

/** @returns the text of an SVG file */
export function svgOf({ title, parameter, panels }: Plot): string {
  const height = TITLE_HEIGHT + panels.length * HEIGHT;
  const drawn = panels.map((panel, at) => drawPanel(panel, parameter, TITLE_HEIGHT + at * HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title summary"` +
      ` font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="summary">${escaped(panels.map((panel) => inWords(panel, parameter)).join(" "))}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(LEFT, 26, title, 'font-size="16" font-weight="600"'),
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ title, unit, points }: Panel, parameter: string, top: number): string {
  const x = scale(
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  );
  const highest = niceAbove(Math.max(0, ...points.map(({ max }) => max)));
  const y: Scale = (value) => top + HEIGHT - BOTTOM - (value / highest) * (HEIGHT - TOP - BOTTOM);
  const place = (point: { x: number }, value: number): string => `${short(x(point.x))},${short(y(value))}`;
  const band = [
    ...points.map((point) => place(point, point.max)),
    ...points.toReversed().map((point) => place(point, point.min)),
  ];
  return [
    text(LEFT, top + 20, unit === "" ? title : `${title}, ${unit}`, 'font-weight="600"'),
    ...[0, highest / 2, highest].map((value) => gridLine(value, y(value))),
    ...points.map((point) => text(x(point.x), top + HEIGHT - BOTTOM + 18, shown(point.x), 'text-anchor="middle"')),
    text((LEFT + WIDTH - RIGHT) / 2, top + HEIGHT - 8, parameter, 'text-anchor="middle" fill="#555"'),
    `<polygon points="${band.join(" ")}" fill="#0b6e99" fill-opacity="0.2"/>`,
    `<polyline points="${points.map((point) => place(point, point.median)).join(" ")}" fill="none" stroke="#0b6e99" stroke-width="2"/>`,
    ...points.map(
      (point) => `<circle cx="${short(x(point.x))}" cy="${short(y(point.median))}" r="3.5" fill="#0b6e99"/>`,
    ),
  ].join("\n");
}

function gridLine(value: number, y: number): string {
  return (
    `<line x1="${LEFT}" y1="${short(y)}" x2="${WIDTH - RIGHT}" y2="${short(y)}" stroke="#ccc"/>\n` +
    text(LEFT - 8, y + 4, shown(value), 'text-anchor="end"')
  );
}

/** Logarithmic when the values reach far, so that each has its place. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least === most) return () => (from + to) / 2;
  const at: Scale = least > 0 && most / least >= LOG_FROM ? Math.log : (value) => value;
  return (value) => from + ((at(value) - at(least)) / (at(most) - at(least))) * (to - from);
}

/** The least of 1, 2, 5, 10, … that is not below. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

function inWords({ title, unit, points }: Panel, parameter: string): string {
  const each = points.map(
    ({ x, median, min, max }) =>
      `${shown(median)}${min === max ? "" : ` (${shown(min)} to ${shown(max)})`} at ${parameter} ${shown(x)}`,
  );
  return `${title}${unit === "" ? "" : `, ${unit}`}: ${each.join("; ")}.`;
}

function shown(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${short(x)}" y="${short(y)}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
