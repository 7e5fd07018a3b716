/**
 * What was measured as an SVG picture: a panel for each figure, with a box for each point: from quartile to quartile, whiskers
 * from least to most, the median across it, and a line through the medians. The same points give the same bytes. It needs
 * nothing but itself, and says in words what it shows.
 */
import type { Spread } from "../../src/core/spread.ts";

/** What all runs at one point of a sweep gave. */
export interface Point extends Spread {
  readonly x: number;
}

/** What one panel shows. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  /** In rising order of `x`. */
  readonly points: readonly Point[];
}

/** A picture of panels below each other. */
export interface Plot {
  readonly title: string;
  /** What the panels have to the right; absent where nothing was swept. */
  readonly parameter: string | undefined;
  readonly panels: readonly Panel[];
}

const [WIDTH, HEIGHT] = [720, 260];
// Room for half a box beside the outermost points.
const [LEFT, RIGHT, TOP, BOTTOM] = [104, 34, 34, 46];
/** Of the title's lines; one more is for the legend. */
const [LINE_HEIGHT, LINE_CHARACTERS] = [22, 68];
const MARGIN = 24;
const BOX_WIDTH = 16;
/** From here on a sweep is drawn on a logarithmic scale. */
const LOG_FROM = 20;
const COLOUR = "#0b6e99";

type Scale = (value: number) => number;

/** @returns the text of an SVG file */
export function svgOf(plot: Plot): string {
  const { title, panels } = plot;
  const lines = linesOf(title);
  const legendAt = 26 + lines.length * LINE_HEIGHT;
  const begin = legendAt + 16;
  const height = begin + panels.length * HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title summary"` +
      ` font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="summary">${escaped([legendOf(plot), ...panels.map((panel) => inWords(panel, plot))].join(" ").trim())}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...lines.map((words, at) => text(MARGIN, 26 + at * LINE_HEIGHT, words, 'font-size="16" font-weight="600"')),
    text(MARGIN, legendAt, legendOf(plot), 'fill="#555"'),
    ...panels.map((panel, at) => drawPanel(panel, plot, begin + at * HEIGHT)),
    "</svg>\n",
  ].join("\n");
}

/** SVG breaks no lines. */
function linesOf(title: string): string[] {
  const lines: string[] = [];
  for (const word of title.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length === 0 || longer.length > LINE_CHARACTERS) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Boxes are explained where there are any. */
function legendOf({ panels }: Plot): string {
  const differ = panels.some(({ points }) => points.some(({ min, max }) => min !== max));
  return differ ? "Median, box from quartile to quartile, whiskers from least to most." : "";
}

function drawPanel({ title, unit, points }: Panel, { parameter }: Plot, top: number): string {
  const bottom = top + HEIGHT - BOTTOM;
  const x = scale(
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  );
  const highest = niceAbove(Math.max(0, ...points.map(({ max }) => max)));
  const y: Scale = (value) => bottom - (value / highest) * (HEIGHT - TOP - BOTTOM);
  const medians = points.map((point) => `${short(x(point.x))},${short(y(point.median))}`).join(" ");
  return [
    text(LEFT, top + 20, withUnit(title, unit), 'font-weight="600"'),
    ...[0, highest / 2, highest].map((value) => gridLine(value, y(value))),
    ...(parameter === undefined ? [] : axisOf(points, parameter, x, bottom)),
    ...(points.length > 1 ? [`<polyline points="${medians}" fill="none" stroke="${COLOUR}" stroke-width="2"/>`] : []),
    ...points.map((point) => boxOf(point, x(point.x), y)),
  ].join("\n");
}

function axisOf(points: readonly Point[], parameter: string, x: Scale, bottom: number): string[] {
  return [
    ...points.map((point) => text(x(point.x), bottom + 18, point.x.toLocaleString("en"), 'text-anchor="middle"')),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 38, parameter, 'text-anchor="middle" fill="#555"'),
  ];
}

/** A point alone where all runs gave the same. */
function boxOf({ min, lower, median, upper, max }: Point, x: number, y: Scale): string {
  const dot = `<circle cx="${short(x)}" cy="${short(y(median))}" r="3.5" fill="${COLOUR}"/>`;
  if (min === max) return dot;
  const half = BOX_WIDTH / 2;
  const line = (fromX: number, fromY: number, toX: number, toY: number, width = 1.5): string =>
    `<line x1="${short(fromX)}" y1="${short(fromY)}" x2="${short(toX)}" y2="${short(toY)}" stroke="${COLOUR}" stroke-width="${width}"/>`;
  return [
    line(x, y(min), x, y(lower)),
    line(x, y(upper), x, y(max)),
    ...[min, max].map((end) => line(x - half / 2, y(end), x + half / 2, y(end))),
    `<rect x="${short(x - half)}" y="${short(y(upper))}" width="${BOX_WIDTH}" height="${short(y(lower) - y(upper))}"` +
      ` fill="#cfe3ec" stroke="${COLOUR}" stroke-width="1.5"/>`,
    line(x - half, y(median), x + half, y(median), 3),
  ].join("\n");
}

function gridLine(value: number, y: number): string {
  return (
    `<line x1="${LEFT}" y1="${short(y)}" x2="${WIDTH - RIGHT}" y2="${short(y)}" stroke="#ccc"/>\n` +
    text(LEFT - 20, y + 4, shown(value), 'text-anchor="end"')
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

function inWords({ title, unit, points }: Panel, { parameter }: Plot): string {
  const each = points.map((point) => {
    const place = parameter === undefined ? "" : ` at ${parameter} ${point.x.toLocaleString("en")}`;
    return `${spreadInWords(point)}${place}`;
  });
  return `${withUnit(title, unit)}: ${each.join("; ")}.`;
}

/** A figure's name with its unit, unless it says that itself. */
export function withUnit(title: string, unit: string): string {
  return unit === "" || title.split(/\W+/).includes(unit) ? title : `${title}, ${unit}`;
}

function spreadInWords({ min, lower, median, upper, max }: Spread): string {
  const range = `quartiles ${shown(lower)} and ${shown(upper)}, ${shown(min)} to ${shown(max)}`;
  return min === max ? shown(median) : `${shown(median)} (${range})`;
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
