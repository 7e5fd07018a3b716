/** The settings of a connection to an XMPP server with sensors. */
import { z } from "zod";
import { commonMembers, passwordMembers } from "../kind.ts";

const host = z.string().regex(/^[A-Za-z0-9.-]{1,255}$/, "must be the name of a host");

const nodeSchema = z.strictObject({
  node: z.string().min(1).max(1_023),
  type: z.string().min(1),
  source: z.string().min(1),
});

export const soxSchema = z
  .strictObject({
    ...commonMembers,
    type: z.literal("sox"),
    url: z.url({ protocol: /^xmpps?$/, message: "must be an xmpp or xmpps address" }),
    domain: host,
    pubsub: host,
    username: z.string().min(1).max(1_023),
    ...passwordMembers,
    resource: z.string().min(1).max(1_023).default("warifu"),
    /** `optional`: the password may go out without TLS, though never as plain text. */
    tls: z.enum(["required", "optional"]).default("required"),
    /** The authority of the server, if it is not a public one. */
    caFile: z.string().min(1).optional(),
    /** How many items are read of a node's history with each connection. */
    history: z.int().min(1).max(10_000).default(1_000),
    nodes: z.array(nodeSchema).min(1).max(1_000),
  })
  .refine(({ passwordFile, passwordEnv }) => (passwordFile === undefined) !== (passwordEnv === undefined), {
    path: ["passwordFile"],
    message: "either this or passwordEnv is needed",
  })
  .refine(({ nodes }) => new Set(nodes.map(({ node }) => node)).size === nodes.length, {
    path: ["nodes"],
    message: "a node is named twice",
  });

export type SoxSettings = z.infer<typeof soxSchema>;
export type NodeSettings = z.infer<typeof nodeSchema>;
