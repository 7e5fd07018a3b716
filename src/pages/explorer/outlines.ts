/**
 * Outlines of cities for the map, as rings of degrees. They are coarse, so that they fit the squares drawn over them, and are
 * part of the page: nobody else is asked for a map. An outline for another city is a ring more here; without one, squares
 * are drawn on a plain ground.
 *
 * Santander: Instituto Geográfico Nacional (CC BY 4.0, scne.es), as in the npm package es-atlas 0.6.0, municipality 39075:
 * every point of it, which lie on a grid of 0.00225 by 0.00162 degrees, some 180 m.
 * Fujisawa: National Land Numerical Information of Japan, administrative areas (N03, as of 2021-01-01), Ministry of Land,
 * Infrastructure, Transport and Tourism, area 14205, under the terms of nlftp.mlit.go.jp/ksj/other/agreement.html (free to
 * use and to change, if source and change are named). Processed: at a hundredth of its points, as in the repository
 * smartnews-smri/japan-topography, which asks for no credit of its own, and rounded to four decimals.
 */

/** A point, degrees. */
export type Point = readonly [longitude: number, latitude: number];

/** A city. */
export interface Outline {
  readonly name: string;
  /** The land, and islands. */
  readonly rings: readonly (readonly Point[])[];
}

export const OUTLINES: readonly Outline[] = [
  {
    name: "Santander",
    rings: [
      // prettier-ignore
      [
        [-3.8815, 43.4757], [-3.8635, 43.4757], [-3.8118, 43.4951], [-3.7848, 43.4919], [-3.7713, 43.4676],
        [-3.8095, 43.4563], [-3.8163, 43.4369], [-3.8298, 43.4337], [-3.8838, 43.4386], [-3.8883, 43.4434],
        [-3.8703, 43.4579],
      ],
    ],
  },
  {
    name: "藤沢 Fujisawa",
    rings: [
      // prettier-ignore
      [
        [139.4843, 35.3874], [139.4788, 35.3918], [139.4757, 35.4103], [139.478, 35.4199], [139.4728, 35.4241],
        [139.4656, 35.4244], [139.4611, 35.4227], [139.4478, 35.428], [139.4436, 35.4276], [139.4566, 35.4172],
        [139.4565, 35.4147], [139.4488, 35.4075], [139.4427, 35.4074], [139.4425, 35.4131], [139.43, 35.4196],
        [139.4249, 35.4197], [139.4241, 35.4163], [139.413, 35.4191], [139.4134, 35.4159], [139.4069, 35.4077],
        [139.4013, 35.4007], [139.3955, 35.4013], [139.394, 35.3976], [139.3959, 35.3952], [139.3955, 35.3908],
        [139.4031, 35.3901], [139.3996, 35.3845], [139.4018, 35.3799], [139.405, 35.3773], [139.4064, 35.3797],
        [139.4159, 35.3847], [139.4282, 35.384], [139.4325, 35.3795], [139.4318, 35.3727], [139.4392, 35.3696],
        [139.44, 35.3652], [139.4365, 35.3634], [139.4357, 35.3592], [139.4373, 35.3541], [139.4398, 35.3526],
        [139.4426, 35.3473], [139.444, 35.3416], [139.4435, 35.3319], [139.438, 35.3191], [139.4545, 35.3178],
        [139.4687, 35.315], [139.4766, 35.3114], [139.4829, 35.3047], [139.4887, 35.3076], [139.4915, 35.3135],
        [139.4971, 35.3196], [139.4971, 35.3244], [139.5006, 35.328], [139.5029, 35.3328], [139.5098, 35.3336],
        [139.5168, 35.3414], [139.5095, 35.346], [139.5083, 35.3508], [139.5008, 35.3568], [139.4954, 35.3577],
        [139.4859, 35.3594], [139.4886, 35.3659], [139.4899, 35.3718], [139.4936, 35.3751], [139.4915, 35.3796],
        [139.486, 35.3823],
      ],
      // Enoshima.
      // prettier-ignore
      [
        [139.4827, 35.3028], [139.4767, 35.2974], [139.4872, 35.2986],
      ],
    ],
  },
];
