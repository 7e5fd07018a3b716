/** What the page with the map says. */
import type { Catalogue } from "../../../texts/languages.ts";
import { counterIn } from "../../../texts/plurals.ts";

const [inEnglish, inSpanish, inJapanese] = [counterIn("en"), counterIn("es"), counterIn("ja")];

const EN = {
  title: "Map",
  lead: "Where records are from, as far as they say so in public. Places are squares of about half a kilometre, however exact a record is.",
  loading: "Loading…",
  places: "Places of the newest records",
  type: "Type",
  anyType: "any",
  caption: (name: string, records: number) =>
    `${name === "" ? "" : `${name}: `}${inEnglish(records, { one: "# record", other: "# records" })}`,
  steps: "Records in a square",
  none: "No record that was looked at says where it is from.",
  looked: (looked: number) => inEnglish(looked, { one: "# record was looked at.", other: "# records were looked at." }),
  more: "Look further back",
  sameAsList: "The same as a list",
  squares: "Squares, by their south-western corner",
  square: "Latitude, longitude",
  areas: "Areas named by records without coordinates",
  area: "Area",
  records: "Records",
  types: "Types",
  newest: "Newest",
};

const ES: typeof EN = {
  title: "Mapa",
  lead: "De dónde son los registros, en lo que dicen en público. Los lugares son cuadros de medio kilómetro, por exacto que sea el registro.",
  loading: "Cargando…",
  places: "Lugares de los registros más recientes",
  type: "Tipo",
  anyType: "cualquiera",
  caption: (name, records) =>
    `${name === "" ? "" : `${name}: `}${inSpanish(records, { one: "# registro", many: "# de registros", other: "# registros" })}`,
  steps: "Registros en un cuadro",
  none: "Ningún registro consultado dice de dónde es.",
  looked: (looked) =>
    inSpanish(looked, {
      one: "Se ha consultado # registro.",
      many: "Se han consultado # de registros.",
      other: "Se han consultado # registros.",
    }),
  more: "Mirar más atrás",
  sameAsList: "Lo mismo en una lista",
  squares: "Cuadros, por su esquina suroeste",
  square: "Latitud, longitud",
  areas: "Zonas que nombran registros sin coordenadas",
  area: "Zona",
  records: "Registros",
  types: "Tipos",
  newest: "El más reciente",
};

const JA: typeof EN = {
  title: "地図",
  lead: "記録が公開している範囲での場所です。記録がどれほど詳しくても、約500メートル四方の区画で示します。",
  loading: "読み込み中…",
  places: "新しい記録の場所",
  type: "種類",
  anyType: "すべて",
  caption: (name, records) => `${name === "" ? "" : `${name}：`}${inJapanese(records, { other: "#件" })}`,
  steps: "区画内の記録数",
  none: "調べた記録に、場所を公開しているものはありません。",
  looked: (looked) => inJapanese(looked, { other: "#件の記録を調べました。" }),
  more: "さらに過去を調べる",
  sameAsList: "一覧で見る",
  squares: "区画（南西の角）",
  square: "緯度、経度",
  areas: "座標のない記録が挙げた地区",
  area: "地区",
  records: "記録",
  types: "種類",
  newest: "最新",
};

export const MAP: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
