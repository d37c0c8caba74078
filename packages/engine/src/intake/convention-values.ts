/** Values that were called otherwise: old → present (otlp §4). What is not known stays as it is. */
const databases: Readonly<Record<string, string>> = {
  adabas: 'softwareag.adabas', cache: 'intersystems.cache', intersystems_cache: 'intersystems.cache', cosmosdb: 'azure.cosmosdb', db2: 'ibm.db2', dynamodb: 'aws.dynamodb',
  firebird: 'firebirdsql', h2: 'h2database', hanadb: 'sap.hana', informix: 'ibm.informix', ingres: 'actian.ingres', maxdb: 'sap.maxdb', mssql: 'microsoft.sql_server',
  mssqlcompact: 'microsoft.sql_server', netezza: 'ibm.netezza', oracle: 'oracle.db', redshift: 'aws.redshift', spanner: 'gcp.spanner',
};
export const databaseSystem = (sent: string): string => databases[sent] ?? sent;

const rpcSystems: Readonly<Record<string, string>> = { apache_dubbo: 'dubbo', connect_rpc: 'connectrpc' };
export const rpcSystem = (sent: string): string => rpcSystems[sent] ?? sent;

const transports: Readonly<Record<string, string>> = { ip_tcp: 'tcp', ip_udp: 'udp', inproc: '' };
/** Empty: none, as within a process. */
export const transport = (sent: string): string => transports[sent.toLowerCase()] ?? sent.toLowerCase();

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY', '_OTHER']);
/** Verbs are case-sensitive on the wire, and still senders write them small. */
export function httpMethod(sent: string): string {
  const verb = sent.toUpperCase();
  return methods.has(verb) ? verb : '_OTHER';
}

/** `2.0` is `2`, `3.0` is `3`; `1.0` and `1.1` stay. */
export const httpVersion = (sent: string): string => (/^[23]\.0$/.test(sent) ? sent[0] : sent);
