/** How a TLS connection is made; without it the system's authorities are asked. */
export interface Security {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}
