/** Which program this is: the build writes its version. */

declare const WARIFU_VERSION: string;

/** Name and version. */
export const TOOL = `warifu-verify ${WARIFU_VERSION}`;
