/**
 * Outlines of cities for the map, as rings of degrees. They are coarse, so that they fit the squares drawn over them, and are
 * part of the page: nobody else is asked for a map. An outline for another city is a ring more here; without one, squares
 * are drawn on a plain ground.
 *
 * Santander: Instituto Geográfico Nacional (CC BY 4.0, scne.es), as in the npm package es-atlas 0.6.0, municipality 39075.
 * Fujisawa: Japan Meteorological Agency, areas of municipalities, as in the PyPI package reversejp 0.1.1, area 1420500; traced
 * at steps of 0.00025 degrees and made coarser, without the island.
 */

/** A point, degrees. */
export type Point = readonly [longitude: number, latitude: number];

/** A city. */
export interface Outline {
  readonly name: string;
  readonly ring: readonly Point[];
}

export const OUTLINES: readonly Outline[] = [
  {
    name: "Santander",
    // prettier-ignore
    ring: [
      [-3.8815, 43.4757], [-3.8635, 43.4757], [-3.8118, 43.4951], [-3.7848, 43.4919], [-3.7713, 43.4676], [-3.8095, 43.4563],
      [-3.8163, 43.4369], [-3.8298, 43.4337], [-3.8838, 43.4386], [-3.8883, 43.4434], [-3.8703, 43.4579],
    ],
  },
  {
    name: "藤沢 Fujisawa",
    // prettier-ignore
    ring: [
      [139.511, 35.349], [139.511, 35.35], [139.504, 35.351], [139.503, 35.355], [139.486, 35.359], [139.489, 35.371],
      [139.494, 35.376], [139.485, 35.387], [139.479, 35.392], [139.475, 35.401], [139.478, 35.42], [139.472, 35.424],
      [139.467, 35.425], [139.466, 35.428], [139.466, 35.424], [139.462, 35.423], [139.448, 35.428],
      [139.444, 35.427], [139.457, 35.417], [139.455, 35.413], [139.458, 35.411], [139.444, 35.407],
      [139.443, 35.407], [139.442, 35.413], [139.434, 35.419], [139.425, 35.42], [139.424, 35.416], [139.413, 35.419],
      [139.404, 35.402], [139.395, 35.401], [139.396, 35.391], [139.396, 35.39], [139.403, 35.39], [139.399, 35.385],
      [139.405, 35.377], [139.417, 35.385], [139.431, 35.384], [139.433, 35.38], [139.429, 35.371], [139.433, 35.373],
      [139.434, 35.368], [139.441, 35.368], [139.436, 35.36], [139.444, 35.342], [139.438, 35.319], [139.439, 35.316],
      [139.437, 35.313], [139.44, 35.314], [139.472, 35.309], [139.503, 35.333], [139.51, 35.334], [139.517, 35.342],
      [139.51, 35.343],
    ],
  },
];
