import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../../../config/config.ts';
import { CodedError } from '../../../errors.ts';

/**
 * The addresses of `syslog-from`, or null where anybody may send: syslog knows no credentials, so an address that others can
 * reach takes messages only from those who are named. Throws `bad_setting`.
 */
export function readAllowed(host: string, from: string): BlockList | null {
  const parts = from.split(',').map((part) => part.trim()).filter((part) => part !== '');
  if (parts.length === 0) {
    if (isLoopback(host)) return null;
    throw new CodedError('bad_setting', `syslog-host = ${host}`, { detail: 'Others can reach it, and syslog has no passwords: name who may send with syslog-from, such as 10.0.0.0/8.' });
  }
  const list = new BlockList();
  for (const part of parts) {
    const [address, prefix, more] = part.split('/');
    const version = isIP(address);
    const bits = version === 6 ? 128 : 32;
    if (version === 0 || more !== undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) || Number(prefix ?? 0) > bits) {
      throw new CodedError('bad_setting', `syslog-from = ${from}`, { detail: `${part} is not an address or a network, such as 192.0.2.7 or 10.0.0.0/8.` });
    }
    list.addSubnet(address, Number(prefix ?? bits), version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
