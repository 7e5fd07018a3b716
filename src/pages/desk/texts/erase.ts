/** What the view of erasures says. */
import type { Catalogue } from "../../../texts/languages.ts";
import { counterIn } from "../../../texts/plurals.ts";

const [en, es, ja] = [counterIn("en"), counterIn("es"), counterIn("ja")];

const EN = {
  title: "Erase",
  lead: "What records conceal and came with goes from every file. Their leaves and public claims stay, so every proof still holds.",
  which: "Which records",
  preview: "Show what goes and what stays",
  previewLead: "Looking changes nothing.",
  found: "Before you erase",
  goes: "Goes",
  stays: "Stays",
  claims: (names: string) => `What it conceals: ${names}`,
  received: (type: string) => `The bytes that it was made of (${type})`,
  pictures: (count: number) => en(count, { one: "# picture as it came", other: "# pictures as they came" }),
  copies: (count: number) => en(count, { one: "# published copy", other: "# published copies" }),
  people: (count: number) =>
    en(count, { one: "The way from # person to this record", other: "The way from # people to this record" }),
  always: "Its key, its salts and its idempotency key, and a second record under its number if there is one",
  leaf: (leaf: number) => `Leaf ${leaf} in the log, and every proof`,
  publicClaims: (names: string) => `What everybody reads: ${names}`,
  events: (count: number) => en(count, { one: "# event of the log about it", other: "# events of the log about it" }),
  grants: (count: number, seen: number) =>
    `${en(count, { one: "# grant of something of it", other: "# grants of something of it" })}, ${seen === 0 ? "nothing fetched by them yet" : en(seen, { one: "fetched # time: that is with others", other: "fetched # times: that is with others" })}`,
  givenTo: (countries: string) => `What was given to others (${countries}): tell them`,
  others: (count: number) =>
    en(count, {
      one: "# other record of the same people: a record of its own",
      other: "# other records of the same people: records of their own",
    }),
  backups: "Backups made before, until the vault's key is replaced",
  erased: "This record is erased already: nothing is left to take.",
  restricted: "Its use is restricted. Whoever asked for that may need it: make sure that it may go.",
  missing: "There is no record of this id, or it is of a source that your account is not for.",
  erase: "Erase",
  says: [
    "for each record, that it is erased, when and on which provision",
    "the request that this answers, if it is one record alone",
  ],
  sayOne:
    "Events of one call stand side by side in the log. If it must not be seen that records belong together, erase them one by one, at different times.",
  confirm: (count: number) =>
    en(count, {
      one: "This erases # record for good. Nobody can undo it.",
      other: "This erases # records for good. Nobody can undo it.",
    }),
  done: (count: number) => en(count, { one: "# record is erased.", other: "# records are erased." }),
  gone: "No file of this service holds any of it any longer.",
  notGone:
    "Another process is reading the files, so some of it is still there. The service goes on trying, every hour and at each start.",
  failed: "Not erased",
};

const ES: typeof EN = {
  title: "Suprimir",
  lead: "Lo que ocultan los registros y aquello con lo que llegaron sale de todos los archivos. Sus hojas y lo público quedan, así que toda prueba sigue valiendo.",
  which: "Qué registros",
  preview: "Ver qué desaparece y qué queda",
  previewLead: "Mirar no cambia nada.",
  found: "Antes de suprimir",
  goes: "Desaparece",
  stays: "Queda",
  claims: (names) => `Lo que oculta: ${names}`,
  received: (type) => `Los bytes de los que se hizo (${type})`,
  pictures: (count) =>
    es(count, {
      one: "# imagen tal como llegó",
      many: "# de imágenes tal como llegaron",
      other: "# imágenes tal como llegaron",
    }),
  copies: (count) =>
    es(count, { one: "# copia publicada", many: "# de copias publicadas", other: "# copias publicadas" }),
  people: (count) =>
    es(count, {
      one: "El camino desde # persona hasta este registro",
      many: "El camino desde # de personas hasta este registro",
      other: "El camino desde # personas hasta este registro",
    }),
  always: "Su clave, sus sales y su clave de idempotencia, y un segundo registro con su número, si lo hay",
  leaf: (leaf) => `La hoja ${leaf} del libro, y toda prueba`,
  publicClaims: (names) => `Lo que lee todo el mundo: ${names}`,
  events: (count) =>
    es(count, {
      one: "# suceso del libro que lo nombra",
      many: "# de sucesos del libro que lo nombran",
      other: "# sucesos del libro que lo nombran",
    }),
  grants: (count, seen) =>
    `${es(count, { one: "# permiso de acceso a algo suyo", many: "# de permisos de acceso a algo suyo", other: "# permisos de acceso a algo suyo" })}, ${seen === 0 ? "sin usar todavía" : es(seen, { one: "usados # vez: lo obtenido está en otras manos", many: "usados # de veces: lo obtenido está en otras manos", other: "usados # veces: lo obtenido está en otras manos" })}`,
  givenTo: (countries) => `Lo que se cedió a otros (${countries}): avíselos`,
  others: (count) =>
    es(count, {
      one: "# registro más de las mismas personas, que es otro registro",
      many: "# de registros más de las mismas personas, que son otros registros",
      other: "# registros más de las mismas personas, que son otros registros",
    }),
  backups: "Las copias de seguridad anteriores, hasta que se cambie la clave de la bóveda",
  erased: "Este registro ya está suprimido: no queda nada que quitar.",
  restricted: "Su tratamiento está limitado. Quien lo pidió puede necesitarlo: asegúrese de que puede desaparecer.",
  missing: "No hay ningún registro con este identificador, o es de una fuente que no corresponde a su cuenta.",
  erase: "Suprimir",
  says: [
    "de cada registro, que está suprimido, cuándo y en qué precepto se basa",
    "la solicitud a la que responde, si es un solo registro",
  ],
  sayOne:
    "Los sucesos de una misma supresión van seguidos en el libro. Si no debe verse que los registros van juntos, suprímalos de uno en uno, en momentos distintos.",
  confirm: (count) =>
    es(count, {
      one: "Se suprime # registro para siempre. Nadie puede deshacerlo.",
      many: "Se suprimen # de registros para siempre. Nadie puede deshacerlo.",
      other: "Se suprimen # registros para siempre. Nadie puede deshacerlo.",
    }),
  done: (count) =>
    es(count, { one: "# registro suprimido.", many: "# de registros suprimidos.", other: "# registros suprimidos." }),
  gone: "Ningún archivo de este servicio conserva nada de ello.",
  notGone:
    "Otro proceso está leyendo los archivos, así que algo sigue ahí. El servicio lo sigue intentando, cada hora y en cada arranque.",
  failed: "Sin suprimir",
};

const JA: typeof EN = {
  title: "消去",
  lead: "記録の秘匿部分と、記録の元になったものが、すべてのファイルから消えます。リーフと公開部分は残るため、証明はすべて有効なままです。",
  which: "対象の記録",
  preview: "消えるもの・残るものを見る",
  previewLead: "見るだけでは何も変わりません。",
  found: "消去の前に",
  goes: "消えるもの",
  stays: "残るもの",
  claims: (names) => `秘匿部分：${names}`,
  received: (type) => `元になったデータ(${type})`,
  pictures: (count) => ja(count, { other: "届いたままの画像 #枚" }),
  copies: (count) => ja(count, { other: "公開した複製 #枚" }),
  people: (count) => ja(count, { other: "本人#人からこの記録への手がかり" }),
  always: "鍵、ソルト、冪等キー、同じ番号の二つ目の記録(あれば)",
  leaf: (leaf) => `ログのリーフ${leaf}と、すべての証明`,
  publicClaims: (names) => `誰でも読める項目：${names}`,
  events: (count) => ja(count, { other: "この記録についてのログの出来事 #件" }),
  grants: (count, seen) =>
    `開示の許可 ${ja(count, { other: "#件" })}(${seen === 0 ? "まだ取得されていません" : ja(seen, { other: "取得#回：取得されたものは相手の手元に残ります" })})`,
  givenTo: (countries) => `第三者に提供したもの(${countries})：提供先に知らせてください`,
  others: (count) => ja(count, { other: "同じ本人のほかの記録 #件(別の記録です)" }),
  backups: "以前のバックアップ(金庫の鍵を交換するまで)",
  erased: "この記録はすでに消去されています。",
  restricted: "利用が制限されています。制限を求めた人に必要かもしれません。消去してよいか確認してください。",
  missing: "このIDの記録がないか、このアカウントの対象外の送信元のものです。",
  erase: "消去する",
  says: ["記録ごとに、消去されたこと、日時、根拠の条文", "1件だけの場合は、対応する請求"],
  sayOne:
    "一度に消去した記録はログで隣り合います。同じ人の記録だと知られてはならない場合は、時間をあけて1件ずつ消去してください。",
  confirm: (count) => ja(count, { other: "#件の記録を完全に消去します。元に戻すことはできません。" }),
  done: (count) => ja(count, { other: "#件の記録を消去しました。" }),
  gone: "このサービスのどのファイルにも残っていません。",
  notGone: "ほかの処理がファイルを読んでいるため、一部がまだ残っています。サービスは毎時と起動のたびに再試行します。",
  failed: "消去できなかった記録",
};

export const ERASE: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
