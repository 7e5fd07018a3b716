/** What is said where public bodies are withheld. */
import type { Catalogue } from "../../../texts/languages.ts";
import { counterIn } from "../../../texts/plurals.ts";

const [en, es, ja] = [counterIn("en"), counterIn("es"), counterIn("ja")];

const EN = {
  title: "Take what is public away as well",
  lead: "For records whose public claims should never have been public. Their bodies go from the log's store, and they are erased too. Others may have copies of what was public.",
  reason: "Why",
  reasons: {
    "personal-data": "Personal data were public",
    "rights-of-others": "It violates rights of others",
    unlawful: "It is unlawful",
    security: "It endangers security",
    "court-order": "A court has ordered it",
  },
  basisNone: "none named",
  says: [
    "for each record, that its body is withheld and that it is erased, and when",
    "the reason, and the provision if you choose one",
  ],
  withhold: "Withhold",
  confirm: (count: number) =>
    en(count, {
      one: "This takes all that # record says away for good. Nobody can undo it; its leaf stays.",
      other: "This takes all that # records say away for good. Nobody can undo it; their leaves stay.",
    }),
  done: (count: number) => en(count, { one: "# record is withheld.", other: "# records are withheld." }),
};

const ES: typeof EN = {
  title: "Retirar también lo público",
  lead: "Para registros cuyos datos públicos nunca debieron serlo. Su contenido sale del almacén del libro, y además se suprimen. Otros pueden tener copias de lo que fue público.",
  reason: "Por qué",
  reasons: {
    "personal-data": "Había datos personales a la vista de todos",
    "rights-of-others": "Vulnera derechos de otros",
    unlawful: "Es ilícito",
    security: "Pone en peligro la seguridad",
    "court-order": "Lo ordenó un tribunal",
  },
  basisNone: "ninguno indicado",
  says: [
    "de cada registro, que se retiró su contenido y que está suprimido, y cuándo",
    "el motivo, y el precepto si elige uno",
  ],
  withhold: "Retirar",
  confirm: (count) =>
    es(count, {
      one: "Se retira para siempre todo lo que dice # registro. Nadie puede deshacerlo; su hoja queda.",
      many: "Se retira para siempre todo lo que dicen # de registros. Nadie puede deshacerlo; sus hojas quedan.",
      other: "Se retira para siempre todo lo que dicen # registros. Nadie puede deshacerlo; sus hojas quedan.",
    }),
  done: (count) =>
    es(count, { one: "# registro retirado.", many: "# de registros retirados.", other: "# registros retirados." }),
};

const JA: typeof EN = {
  title: "公開部分も取り除く",
  lead: "公開すべきでなかった項目が公開された記録のためのものです。内容はログの保存領域から取り除かれ、記録も消去されます。公開されていた内容の写しをほかの人が持っているかもしれません。",
  reason: "理由",
  reasons: {
    "personal-data": "個人データが公開されていた",
    "rights-of-others": "他人の権利を侵害している",
    unlawful: "違法である",
    security: "安全を危うくする",
    "court-order": "裁判所の命令による",
  },
  basisNone: "指定しない",
  says: ["記録ごとに、公開が停止されたこと、消去されたこと、その日時", "理由と、選んだ場合は根拠の条文"],
  withhold: "公開を停止する",
  confirm: (count) =>
    ja(count, { other: "#件の記録の内容をすべて完全に取り除きます。元に戻すことはできません。リーフは残ります。" }),
  done: (count) => ja(count, { other: "#件の記録の公開を停止しました。" }),
};

export const WITHHOLD: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
