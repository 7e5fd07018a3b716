/** What the view of the register of processing says. */
import type { Catalogue } from "../../../texts/languages.ts";
import { counterIn } from "../../../texts/plurals.ts";

const [en, es, ja] = [counterIn("en"), counterIn("es"), counterIn("ja")];

const EN = {
  title: "Register of processing",
  lead: "What is done with data about people, as the controller has written it down. How long records are kept is held against their profiles whenever the service starts.",
  none: "The service has not been told where the register is: WARIFU_PROCESSING_DIR names its folder.",
  controller: "Controller",
  purposes: "Purposes",
  legalBases: "Legal bases",
  people: "Whom it is about",
  data: "Records, and how long they are kept",
  kept: (type: string, days: number | null) =>
    `${type}: ${days === null ? "without limit" : en(days, { one: "# day", other: "# days" })}`,
  recipients: "Who gets them",
  nobody: "nobody",
  countries: "Countries",
  measures: "Measures",
};

const ES: typeof EN = {
  title: "Registro de actividades de tratamiento",
  lead: "Qué se hace con datos de personas, tal como lo ha anotado el responsable. Cuánto se conservan los registros se contrasta con sus perfiles cada vez que arranca el servicio.",
  none: "Nadie ha dicho al servicio dónde está el registro de actividades: WARIFU_PROCESSING_DIR indica su carpeta.",
  controller: "Responsable",
  purposes: "Fines",
  legalBases: "Bases jurídicas",
  people: "De quién trata",
  data: "Registros, y cuánto se conservan",
  kept: (type, days) =>
    `${type}: ${days === null ? "sin límite" : es(days, { one: "# día", many: "# de días", other: "# días" })}`,
  recipients: "Quién los recibe",
  nobody: "nadie",
  countries: "Países",
  measures: "Medidas",
};

const JA: typeof EN = {
  title: "取扱いの台帳",
  lead: "人に関するデータをどう取り扱うか、管理者が記したものです。記録の保存期間は、サービスの起動のたびにプロファイルと照合されます。",
  none: "台帳の場所が設定されていません。WARIFU_PROCESSING_DIR でフォルダーを指定してください。",
  controller: "管理者",
  purposes: "利用目的",
  legalBases: "法的根拠",
  people: "対象となる人",
  data: "記録と保存期間",
  kept: (type, days) => `${type}：${days === null ? "期限なし" : ja(days, { other: "#日" })}`,
  recipients: "提供先",
  nobody: "なし",
  countries: "国",
  measures: "安全管理措置",
};

export const PROCESSING: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
