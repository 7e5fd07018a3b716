/** What the view by which a person is found says. */
import type { Catalogue } from "../../../texts/languages.ts";
import { counterIn } from "../../../texts/plurals.ts";

const [en, es, ja] = [counterIn("en"), counterIn("es"), counterIn("ja")];

const EN = {
  title: "Find a person",
  lead: "All records of a person, by what identifies them. What you enter is sent to the service, kept nowhere and in no address.",
  by: "By what identifies the person",
  byHint: "In any spelling.",
  none: "No profile says what identifies a person.",
  find: "Find",
  empty: "Enter at least one.",
  counts: "A search counts for the limit of what you may look into, and is noted for the operator.",
  found: "Found",
  nobody: "Nobody is found by this.",
  foundCount: (people: number, records: number) =>
    `${en(people, { one: "# person", other: "# people" })}, ${en(records, { one: "# record", other: "# records" })}`,
  several: "The values belong to several people. Pick the records of one.",
  pick: "Picked",
  more: "More records",
  all: "Pick all",
  next: "With the records that you picked",
  toRequest: "Take a request",
  toErase: "Erase",
  toCorrect: "Correct or restrict",
  toGrant: "Grant",
};

const ES: typeof EN = {
  title: "Buscar a una persona",
  lead: "Todos los registros de una persona, por lo que la identifica. Lo que escriba se envía al servicio y no se guarda en ningún sitio ni en ninguna dirección.",
  by: "Por lo que identifica a la persona",
  byHint: "Escrito de cualquier manera.",
  none: "Ningún perfil dice qué identifica a una persona.",
  find: "Buscar",
  empty: "Rellene al menos uno.",
  counts: "Cada búsqueda cuenta para el límite de lo que puede mirar y queda anotada para quien opera el servicio.",
  found: "Resultado",
  nobody: "Con esto no se encuentra a nadie.",
  foundCount: (people, records) =>
    `${es(people, { one: "# persona", many: "# de personas", other: "# personas" })}, ${es(records, { one: "# registro", many: "# de registros", other: "# registros" })}`,
  several: "Los datos son de varias personas. Elija los registros de una.",
  pick: "Elegido",
  more: "Más registros",
  all: "Elegir todos",
  next: "Con los registros elegidos",
  toRequest: "Registrar una solicitud",
  toErase: "Suprimir",
  toCorrect: "Rectificar o limitar",
  toGrant: "Dar acceso",
};

const JA: typeof EN = {
  title: "本人の検索",
  lead: "本人を特定する情報から、その人のすべての記録を探します。入力した内容はサービスに送られますが、どこにも、アドレスにも残りません。",
  by: "本人を特定する情報",
  byHint: "表記は問いません。",
  none: "本人を特定する項目を定めたプロファイルがありません。",
  find: "検索",
  empty: "少なくとも一つ入力してください。",
  counts: "検索は閲覧の上限に数えられ、運用者のために記録されます。",
  found: "検索結果",
  nobody: "該当する人はいません。",
  foundCount: (people, records) => `${ja(people, { other: "#人" })}、${ja(records, { other: "#件の記録" })}`,
  several: "複数の人に該当します。一人の記録を選んでください。",
  pick: "選択",
  more: "さらに表示",
  all: "すべて選ぶ",
  next: "選んだ記録について",
  toRequest: "請求を受け付ける",
  toErase: "消去する",
  toCorrect: "訂正・利用停止",
  toGrant: "開示を許可する",
};

export const PERSONS: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
