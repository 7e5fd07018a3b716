/**
 * Pictures of the sample posts: drawn here, so that they show nobody and belong to nobody, and the same each time. They are
 * real JPEG files, and go the way of every picture that a phone sends.
 */
import sharp from "sharp";

const [WIDTH, HEIGHT] = [640, 480];
const QUALITY = 72;

const SCENES = { bay, bakery, island, arcade } as const satisfies Readonly<Record<string, (chance: Chance) => string>>;
/** Names of pictures. */
export type SampleScene = keyof typeof SCENES;

/** A number from one to another; the same ones in the same order for the same seed. */
type Chance = (from: number, to: number) => number;

/** A picture as a camera would have made it: a JPEG file of about 20 kB. */
export async function samplePicture(scene: SampleScene): Promise<Buffer> {
  const seed = Object.keys(SCENES).indexOf(scene) + 1;
  const drawn = SCENES[scene](chanceOf(seed));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${drawn}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: QUALITY }).toBuffer();
}

/** The bay of Santander in the morning: sea, sand, and a lighthouse on its rock. */
function bay(chance: Chance): string {
  const waves = many(60, () => {
    const [x, y] = [chance(-20, WIDTH), chance(235, 350)];
    return `<path d="M${x} ${y}q14-7 28 0t28 0" fill="none" stroke="#d7ecf2" stroke-width="2" opacity="0.7"/>`;
  });
  const gulls = many(5, () => {
    const [x, y] = [chance(60, 420), chance(40, 150)];
    return `<path d="M${x} ${y}q10-10 18 0q8-10 18 0" fill="none" stroke="#44505c" stroke-width="3"/>`;
  });
  return [
    ...[box(0, 0, WIDTH, 230, "#a9d3ee"), disc(150, 120, 42, "#ffe9a8"), box(0, 225, WIDTH, 200, "#2f7f9e"), waves],
    `<path d="M430 240l60-50h90l60 60v20H430z" fill="#6d6a60"/>`,
    ...[box(522, 70, 34, 125, "#f6f3ea"), box(522, 105, 34, 22, "#c23b32"), box(516, 52, 46, 20, "#39434d"), gulls],
    `<path d="M0 380q160-50 330-18t310-14v132H0z" fill="#ecd9a6"/>`,
    many(140, () => disc(chance(0, WIDTH), chance(390, 480), chance(1, 3), "#d8c088")),
  ].join("");
}

/** A baker's window under a striped awning. */
function bakery(chance: Chance): string {
  const stripe = (at: number): string => box(70 + at * 50, 110, 50, 60, at % 2 === 0 ? "#c8443c" : "#fbf7ee");
  const loaf = (): string => {
    const [x, y] = [chance(130, 480), chance(290, 360)];
    return `<ellipse cx="${x}" cy="${y}" rx="${chance(22, 40)}" ry="${chance(12, 18)}" fill="#c98b45" stroke="#8d5a24" stroke-width="3"/>`;
  };
  return [
    ...[box(0, 0, WIDTH, HEIGHT, "#e7cda2"), box(70, 100, 500, 330, "#7b4a2a"), box(100, 170, 440, 210, "#fff4cf")],
    ...[Array.from({ length: 10 }, (_, at) => stripe(at)).join(""), box(100, 370, 440, 14, "#5b351d"), many(16, loaf)],
    ...[box(0, 430, WIDTH, 50, "#8e8a84"), many(24, () => box(chance(0, 620), chance(434, 470), 26, 3, "#77736d"))],
  ].join("");
}

/** Enoshima across the water, with its tower; Mount Fuji behind. */
function island(chance: Chance): string {
  const tree = (): string => {
    const x = chance(190, 470);
    const top = 290 - Math.max(0, 90 - Math.abs(x - 330) * 0.55);
    return disc(x, top + chance(0, 34), chance(12, 22), chance(0, 1) > 0.5 ? "#2f6b46" : "#3f8257");
  };
  const hill = `<path d="M180 304q150-190 300 0z" fill="#2f6b46"/>`;
  const glint = (): string => box(chance(0, 600), chance(330, 470), chance(16, 46), 3, "#f8d9a8");
  return [
    ...[box(0, 0, WIDTH, 300, "#f6c9a0"), box(0, 0, WIDTH, 120, "#e9a98f"), disc(520, 250, 46, "#fff0c2")],
    `<path d="M20 300L170 130l30 22 30-24L390 300z" fill="#7f8bb0"/><path d="M126 180l44-50 30 22 30-24 40 50-36-12-30 16-34-14z" fill="#f7f6f4"/>`,
    ...[box(0, 296, WIDTH, 184, "#4b7f9b"), many(46, glint), hill, many(70, tree), box(325, 130, 12, 90, "#e8e6e1")],
    ...[box(316, 118, 30, 18, "#c9473d"), box(470, 300, 170, 8, "#8d857a")],
  ].join("");
}

/** A shopping street in the evening, under paper lanterns. */
function arcade(chance: Chance): string {
  const lantern = (at: number): string => {
    const [x, y] = [40 + at * 80, 150 + Math.abs(at - 3.5) * -16];
    return `${box(x, y - 40, 2, 30, "#2c2a33")}<ellipse cx="${x}" cy="${y}" rx="18" ry="24" fill="#e8573f"/>${box(x - 14, y - 3, 28, 4, "#fbd37a")}`;
  };
  const shutter = (): string => box(chance(0, 60), chance(220, 360), chance(60, 130), 8, "#8a7f9c");
  const sign = (at: number): string =>
    box(470 + (at % 2) * 70, 190 + at * 30, 60, 24, ["#4aa3a2", "#e0b04a", "#c25b72"][at % 3] ?? "#4aa3a2");
  return [
    ...[box(0, 0, WIDTH, HEIGHT, "#3b3656"), `<path d="M200 480L300 250h60l110 230z" fill="#6a6480"/>`],
    ...[`<path d="M0 150l290 100v40L0 480z" fill="#57506f"/><path d="M640 150L370 250v40l270 190z" fill="#57506f"/>`],
    ...[many(14, shutter), Array.from({ length: 6 }, (_, at) => sign(at)).join("")],
    ...[
      Array.from({ length: 8 }, (_, at) => lantern(at)).join(""),
      many(30, () => disc(chance(0, 640), chance(5, 90), 1.5, "#fbe9c0")),
    ],
  ].join("");
}

function many(count: number, draw: () => string): string {
  return Array.from({ length: count }, draw).join("");
}

function box(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

function disc(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`;
}

/** A linear congruential generator, with the constants of Numerical Recipes. */
function chanceOf(seed: number): Chance {
  let state = seed;
  return (from, to) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((from + (state / 2 ** 32) * (to - from)) * 10) / 10;
  };
}
