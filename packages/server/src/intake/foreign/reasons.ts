/** Why single items of other protocols are refused; the part before the dot is the protocol. */
export const foreignReasons = {
  'remote_write.no_name': 'the series has no __name__ label',
} as const;

export type ForeignReason = keyof typeof foreignReasons;
