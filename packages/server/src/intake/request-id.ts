/** The id by which a request is told of: in the answer to one that was refused, and in the list of what was refused. */
export const requestIdHeader = 'x-clew-request-id';

/** What a client may call a request: 1 to 128 characters that need no quoting anywhere. */
const sane = /^[\w.:+/=-]{1,128}$/;

export interface RequestIds {
  /** The client's own `x-request-id` where it is sane, else a new one. */
  of(sent: string | readonly string[] | undefined): string;
}

/** Ids that count up and begin with the start of the process, so that no two processes on one data folder give the same. */
export function makeRequestIds(startedMs: number): RequestIds {
  const prefix = Math.floor(startedMs).toString(36);
  let count = 0;
  return { of: (sent) => (typeof sent === 'string' && sane.test(sent) ? sent : `${prefix}-${(++count).toString(36)}`) };
}
