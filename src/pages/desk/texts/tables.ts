/** What the view of de-identified tables says. */
import type { Catalogue } from "../../../texts/languages.ts";

const EN = {
  title: "De-identified tables",
  lead: "Counts by values that were made coarser, so that nobody can be singled out. There is one table of a type and day, for ever: a second one could be held against the first.",
  make: "Make a table",
  type: "Type of record",
  none: "No type of record says how its claims are made coarser.",
  from: "From (UTC)",
  to: "To, with this day (UTC)",
  k: "People in each cell, at least",
  claims: "Claims",
  claimsHint: "None: all that the profile lets leave.",
  says: ["that a table was made, of which type and days, from which claims and with which limits"],
  confirm: "These days cannot be in another table. A table that is public cannot be taken back.",
  send: "Make the table",
  made: (rows: number, cells: number, leftOut: number) =>
    `Records in it: ${rows}, in ${cells} cells. Left out at most: ${leftOut}.`,
};

const ES: typeof EN = {
  title: "Tablas sin identificar",
  lead: "Recuentos por valores generalizados, en los que no se distingue a nadie. Hay una sola tabla por tipo y día, para siempre: una segunda se podría comparar con la primera.",
  make: "Hacer una tabla",
  type: "Tipo de registro",
  none: "Ningún tipo de registro dice cómo se generalizan sus datos.",
  from: "Desde (UTC)",
  to: "Hasta este día incluido (UTC)",
  k: "Personas en cada celda, como mínimo",
  claims: "Datos",
  claimsHint: "Ninguno: todos los que el perfil deja salir.",
  says: ["que se hizo una tabla, de qué tipo y días, con qué datos y qué límites"],
  confirm: "Estos días no podrán estar en otra tabla. Una tabla publicada no se puede retirar.",
  send: "Hacer la tabla",
  made: (rows, cells, leftOut) =>
    `Registros en ella: ${rows}, en ${cells} celdas. Fuera quedan como mucho: ${leftOut}.`,
};

const JA: typeof EN = {
  title: "非識別化した表",
  lead: "値を粗くして数えた表で、個人を見分けられません。種類と日ごとに一つだけです。二つ目があると一つ目と比べられるためです。",
  make: "表を作る",
  type: "記録の種類",
  none: "値の粗くし方を定めた記録の種類がありません。",
  from: "開始日(UTC)",
  to: "終了日(この日を含む、UTC)",
  k: "各セルの最少人数",
  claims: "項目",
  claimsHint: "選ばなければ、プロファイルが許すすべて。",
  says: ["表を作ったこと、種類と期間、項目、条件"],
  confirm: "この期間は別の表に含められません。公開した表は取り消せません。",
  send: "表を作る",
  made: (rows, cells, leftOut) => `含まれる記録：${rows}件(${cells}セル)。除かれた記録：最大${leftOut}件。`,
};

export const TABLES: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
