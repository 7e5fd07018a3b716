/** What alarms state, in Spanish. */
import type { AlarmFact } from "../../alarms/alarm-fact.ts";
import { ERRORS_ES } from "../errors/es.ts";
import { counterIn, exactNumberIn } from "../plurals.ts";
import { etherOf, type AlarmSentences } from "./forms.ts";

type Fact<Id extends AlarmFact["id"]> = Extract<AlarmFact, { readonly id: Id }>;

const n = exactNumberIn("es");
const count = counterIn("es");
const ether = (wei: string): string => `${n(etherOf(wei))} ETH`;
const entries = (size: number): string => count(size, { one: "# entrada", many: "# de entradas", other: "# entradas" });
const block = (isFinal: boolean): string => (isFinal ? "bloque definitivo" : "bloque");

const tooDear = (costWei: string, cap: string): string =>
  `un anclaje podría costar ahora ${ether(costWei)} y el límite es ${cap}: se espera a que baje el precio`;

const recorded = ({ treeSize, rootHash, transactionHash }: Fact<"foreign-anchor" | "fork">): string =>
  `el contrato tiene un anclaje de ${entries(treeSize)} con la raíz ${rootHash}, de la transacción ${transactionHash}`;

const evidence = ({ evidenceFile }: Fact<"foreign-anchor" | "fork">): string =>
  evidenceFile === undefined ? "" : `; pruebas: ${evidenceFile}`;

type Damaged = Fact<"entries-damaged" | "tiles-damaged" | "openings-damaged" | "originals-damaged">;

const damaged = (what: string, { leaves, more, isMoreAtLeast }: Damaged): string => {
  const others = more > 0 ? ` y ${n(more)} más${isMoreAtLeast ? " como mínimo" : ""}` : "";
  return `${what} (hoja ${leaves.map(n).join("; ")}${others}): ejecute \`warifu audit\` y reponga una copia buena`;
};

const FAILURES: Readonly<Record<string, string>> = {
  unreachable: "no responde",
  "unknown-log": "no conoce este libro",
  "bad-signature": "su firma no es válida",
  inconsistent: "vio otra historia",
  ahead: "dice haber visto un libro mayor",
  "went-back": "volvió a un estado anterior",
  malformed: "su respuesta no tiene la forma debida",
  declined: "se negó",
};

export const ALARM_SENTENCES_ES: AlarmSentences = {
  error: ({ code, message }) => (code === null ? `el servicio dice, en inglés: «${message}»` : ERRORS_ES[code]),
  stopped: ({ code }) => `se ha dejado de escribir: ${ERRORS_ES[code]} [${code}]`,
  restarted: ({ code, at, restarts }, time) =>
    `este libro estuvo parado (${ERRORS_ES[code]} [${code}]) y se volvió a arrancar solo (${time(at)}); ` +
    count(restarts, { one: "# vez", many: "# de veces", other: "# veces" }) +
    " desde que empezó el proceso",
  "log-unwritable": () => "no se pudieron escribir líneas del diario del servicio",
  "records-waiting": ({ since }, time) => `hay registros que esperan un anclaje definitivo desde ${time(since)}`,
  "anchor-unreadable": ({ transactionHash }) => `no se puede seguir el anclaje de ${transactionHash}; los demás, sí`,
  "endpoint-silent": ({ endpoint }) => `${endpoint} no responde como debe`,
  "endpoint-behind": ({ endpoint, height, reached }) =>
    `${endpoint}: su bloque más reciente es el ${n(height)}; otros van por el ${n(reached)}`,
  "rate-limited": ({ endpoint, limited, sent }) =>
    `${endpoint} aplazó ${n(limited)} de las últimas ${n(sent)} consultas, con el estado HTTP 429 o 503`,
  "endpoints-disagree": () => "los nodos dicen cosas distintas de la misma cadena",
  "evidence-inconsistent": ({ transactionHash }) =>
    `un nodo dice que ${transactionHash} está en un bloque, y lo que muestra de ese bloque no encaja`,
  "node-behind": ({ nodeHeight, height }) =>
    `el nodo de la cadena está en el bloque ${n(nodeHeight)}, y antes estaba en el ${n(height)}: va retrasado o se reinició`,
  "nonce-used": () =>
    "el nodo da a la cuenta de los anclajes un nonce que ya está usado: va retrasado, así que no se envía nada",
  "block-old": ({ isFinal, ageSeconds, limitSeconds }) =>
    `el ${block(isFinal)} más reciente tiene ${n(ageSeconds)} s, más de ${n(limitSeconds)} s`,
  "first-block-alone": ({ isFinal }) => `aún no hay más ${block(isFinal)} que el 0, el primero de la cadena`,
  "above-anchor-cap": ({ costWei, capWei }) => tooDear(costWei, `${ether(capWei)} por anclaje`),
  "above-daily-cap": ({ costWei, capWei, leftWei }) =>
    tooDear(costWei, `${ether(capWei)} al día, de los que quedan ${ether(leftWei)}`),
  "funds-low": ({ account, balanceWei, leastWei }) =>
    `a ${account} le quedan ${ether(balanceWei)}, menos de ${ether(leastWei)}`,
  "nonce-taken": ({ account, nonce }) =>
    `el nonce ${n(nonce)} de ${account} fue para una transacción que no es nuestra`,
  "nothing-recorded": ({ transactionHash, treeSize }) =>
    `${transactionHash}, que ancla ${entries(treeSize)}, entró en un bloque y se pagó, y no anotó nada`,
  "anchor-not-shown": ({ transactionHash, treeSize, since, tries }, time) =>
    `los nodos de la cadena aceptaron ${transactionHash}, que ancla ${entries(treeSize)}, pero ninguno la muestra desde ` +
    `${time(since)}; ` +
    count(tries, { one: "se reenvió # vez", many: "se reenvió # de veces", other: "se reenvió # veces" }),
  "closing-due": ({ endedAt, treeSize }, time) =>
    `este libro no admite registros desde ${time(endedAt)}; lo que contiene (${entries(treeSize)}) es definitivo y en la bóveda no queda nada: cierre su contrato con la clave de cierre`,
  "foreign-anchor": (anchor) =>
    `${recorded(anchor)}; el libro tiene esa raíz, pero no lo envió este servicio${evidence(anchor)}`,
  fork: (anchor) =>
    anchor.logRootHash === null
      ? `${recorded(anchor)}; el libro solo tiene ${entries(anchor.publishedSize)}${evidence(anchor)}`
      : `${recorded(anchor)}; el libro tiene con ese tamaño la raíz ${anchor.logRootHash}${evidence(anchor)}`,
  "final-block-replaced": ({ blockNumber, isConfirmed }) =>
    `el nodo de la cadena dice que el bloque definitivo ${n(blockNumber)} es ahora otro; ` +
    (isConfirmed ? "se dio marcha atrás a lo que había en él y después" : "aún no se dio marcha atrás a nada"),
  "final-height-fell": ({ height, before }) =>
    `el nodo de la cadena dice que el último bloque definitivo es el ${n(height)}, y antes era el ${n(before)}; no se dio marcha atrás a nada`,
  "final-anchor-doubted": ({ blockNumber, treeSize }) =>
    `el nodo de la cadena dice que el bloque ${blockNumber === null ? "" : `${n(blockNumber)} `}con el anclaje definitivo de ` +
    `${entries(treeSize)} es ahora otro; aún no se dio marcha atrás a ningún anclaje`,
  "final-anchors-lost": ({ treeSize }) =>
    `se dio marcha atrás a anclajes definitivos de hasta ${entries(treeSize)}, porque la cadena tiene otros bloques en el lugar de los suyos; se hacen de nuevo`,
  "anchor-withheld": ({ treeSize, from, to }) =>
    `el nodo de la cadena no muestra el anclaje de ${entries(treeSize)} en los bloques ${n(from)} a ${n(to)}, donde debe estar`,
  "anchor-vanished": ({ treeSize, blockNumber }) =>
    `el nodo de la cadena ya no muestra el anclaje de ${entries(treeSize)}, que era definitivo en el bloque ${n(blockNumber)}`,
  "cosignatures-missing": ({ treeSize, given, quorum, failures }) =>
    [
      `hay ${n(given)} de las ${n(quorum)} firmas de testigos que se piden para ${entries(treeSize)}`,
      ...failures.map(({ witness, kind }) => `${witness}: ${FAILURES[kind] ?? "no firmó"}`),
    ].join("; "),
  "authority-silent": ({ authority }) => `la autoridad de sellado de tiempo ${authority} no da ningún sello válido`,
  "proofs-overdue": ({ authority, count: proofs, since }, time) =>
    `el calendario ${authority} prometió ` +
    count(proofs, {
      one: "# prueba que sigue sin bloque de Bitcoin",
      many: "# de pruebas que siguen sin bloque de Bitcoin",
      other: "# pruebas que siguen sin bloque de Bitcoin",
    }) +
    `; la primera, desde ${time(since)}`,
  "timestamps-gone": ({ count: anchors, treeSize }) =>
    "ya no están en su carpeta los sellos de tiempo de " +
    count(anchors, { one: "# anclaje", many: "# de anclajes", other: "# anclajes" }) +
    `; el primero, de ${entries(treeSize)}`,
  "witnesses-ahead": ({ treeSize, claims }) =>
    `hay testigos que dicen haber firmado más de las ${entries(treeSize)} de este libro, y la mayoría no: ` +
    claims.map((one) => `${one.witness} (${n(one.treeSize)})`).join(", "),
  "entries-damaged": (fact) => damaged("lo que guarda el almacén no es lo que se introdujo", fact),
  "tiles-damaged": (fact) => damaged("un bloque de hashes del almacén no es el del árbol", fact),
  "openings-damaged": (fact) => damaged("faltan aperturas de datos ocultos en la bóveda, o están dañadas", fact),
  "originals-damaged": (fact) =>
    damaged("faltan en la bóveda los bytes de los que se hicieron registros, o son otros", fact),
  "connector-silent": ({ connector, type, since }, time) =>
    `${connector} (${type}) no tiene conexión desde ${time(since)}`,
  "requests-overdue": ({ count: requests, firstDue }, time) =>
    count(requests, {
      one: "# solicitud de una persona está fuera de plazo",
      many: "# de solicitudes de personas están fuera de plazo",
      other: "# solicitudes de personas están fuera de plazo",
    }) + `; la primera, desde ${time(firstDue)}`,
  "requests-due-soon": ({ count: requests, firstDue }, time) =>
    count(requests, {
      one: "# solicitud de una persona vence en una semana",
      many: "# de solicitudes de personas vencen en una semana",
      other: "# solicitudes de personas vencen en una semana",
    }) + `; la primera, ${time(firstDue)}`,
  "breach-clocks-over": ({ count: clocks, firstDue }, time) =>
    count(clocks, {
      one: "ha vencido # plazo de una violación de seguridad",
      many: "han vencido # de plazos de violaciones de seguridad",
      other: "han vencido # plazos de violaciones de seguridad",
    }) + `; el primero, ${time(firstDue)}`,
  "breach-clocks-end-soon": ({ count: clocks, firstDue }, time) =>
    count(clocks, {
      one: "# plazo de una violación de seguridad vence en un día",
      many: "# de plazos de violaciones de seguridad vencen en un día",
      other: "# plazos de violaciones de seguridad vencen en un día",
    }) + `; el primero, ${time(firstDue)}`,
  "moderation-overdue": ({ count: waiting, firstDue }, time) =>
    count(waiting, {
      one: "# aviso, retención o recurso espera una decisión",
      many: "# de avisos, retenciones y recursos esperan una decisión",
      other: "# avisos, retenciones y recursos esperan una decisión",
    }) + `; el primero, desde ${time(firstDue)}`,
  "partner-down": ({ partner, since }, time) =>
    `desde ${time(since)} no se puede intercambiar con la ciudad asociada ${n(partner)}`,
  "partner-doubted": ({ partner, since }, time) =>
    `lo que envía o responde la ciudad asociada ${n(partner)} no se sostiene desde ${time(since)}; no se tomó nada de ello`,
  "exchange-late": ({ partner, count: items, since }, time) =>
    `la ciudad asociada ${n(partner)} no ha probado que tenga o haya hecho lo que se le envió: ` +
    count(items, { one: "# elemento", many: "# de elementos", other: "# elementos" }) +
    `; el primero, desde ${time(since)}`,
  "copy-late": ({ place, since }, time) =>
    `no se puede actualizar la copia de ${place} desde ${time(since)}; el libro sigue funcionando`,
  "copy-contradicts": ({ place }) =>
    `lo que hay en ${place} no es un estado anterior de este libro; no se ha escrito nada`,
  "mirror-behind": ({ count: mirrors, mirror, since }, time) =>
    count(mirrors, {
      one: "# espejo va retrasado",
      many: "# de espejos van retrasados",
      other: "# espejos van retrasados",
    }) + `; ${mirror}, desde ${time(since)}`,
  "openings-above": ({ limit }) => `en un minuto se entregaron más de ${n(limit)} aperturas`,
  "refusals-above": ({ limit }) => `en un minuto se rechazaron más de ${n(limit)} peticiones o registros de claves`,
};
