/** What `warifu profile` says, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { ProfileTexts } from "./en.ts";

const count = counterIn("es");

export const ES: ProfileTexts = {
  profile: {
    summary: "comprueba el perfil de un tipo de registro",
    description: "Comprueba el perfil de un tipo de registro.",
    after: `
Un perfil dice qué pueden contener los registros de un tipo, qué datos ve cualquiera y cuánto tiempo se guardan. Se
comprueba aquí como al iniciar el servicio; docs/formats.md explica sus miembros, y los perfiles de este programa están en
la carpeta profiles.

Código de salida 0: se puede usar; 2: no se puede, y por qué.

Ejemplos:
  warifu profile check profiles/noise-complaint.json`,
  },
  check: {
    file: "el perfil, un archivo JSON",
    summary: "dice si un perfil se puede usar, y qué hace público",
    description: "Dice si un perfil se puede usar, qué haría público y qué ocultaría.",
  },
  usable: (vct) => `${vct} se puede usar`,
  publicForEver: (names) => `público para siempre: ${names}`,
  concealed: (names) => `oculto:               ${names}`,
  everyClaim: "todos los datos",
  nothing: "nada",
  kept: (days, concernsPeople) =>
    `${days === null ? "se guarda sin límite" : `se guarda ${count(days, { one: "# día", many: "# de días", other: "# días" })}`}; ` +
    (concernsPeople ? "se refiere a personas" : "no se refiere a ninguna persona"),
};
