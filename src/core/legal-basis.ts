/** How provisions of law are named in events: `gdpr-17-1-a`, `appi-35-3`. What they say is in the law data. */

/** Id of a provision of law; or `retention`, when the time of a record's profile is over. */
export const LEGAL_BASIS = /^(?=.{1,64}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
