/**
 * The span attributes that the engine reads, as small numbers, so that a span's attributes are sorted out without text.
 * Of several names for one field the first listed wins (new name > old name), in whatever order they were sent.
 */
export const Field = {
  none: 0, route: 1, method: 2, status: 3, url: 4, urlTemplate: 5,
  rpcSystem: 6, rpcMethod: 7, rpcService: 8, rpcStatus: 9,
  dbSystem: 10, dbNamespace: 11, dbSummary: 12, dbText: 13, dbOperation: 14, dbCollection: 15,
  messagingSystem: 16, destination: 17, destinationTemplate: 18, messagingType: 19, messagingOperation: 20,
  peerName: 21, address: 22, port: 23, networkAddress: 24, networkPort: 25,
  errorType: 26, genAi: 27, temporary: 28, user: 29, connection: 30,
} as const;
export type Field = (typeof Field)[keyof typeof Field];
export const fieldCount = 31;

const names: readonly (readonly [Field, ...string[]])[] = [
  [Field.route, 'http.route'],
  [Field.method, 'http.request.method', 'http.method'],
  [Field.status, 'http.response.status_code', 'http.status_code'],
  [Field.url, 'url.full', 'http.url'],
  [Field.urlTemplate, 'url.template'],
  [Field.rpcSystem, 'rpc.system.name', 'rpc.system'],
  [Field.rpcMethod, 'rpc.method'],
  [Field.rpcService, 'rpc.service'],
  [Field.rpcStatus, 'rpc.status_code', 'rpc.response.status_code', 'rpc.connect_rpc.error_code', 'rpc.grpc.status_code', 'rpc.jsonrpc.error_code'],
  [Field.dbSystem, 'db.system.name', 'db.system'],
  [Field.dbNamespace, 'db.namespace', 'db.name', 'db.elasticsearch.cluster.name', 'db.redis.database_index'],
  [Field.dbSummary, 'db.query.summary'],
  [Field.dbText, 'db.query.text', 'db.statement'],
  [Field.dbOperation, 'db.operation.name', 'db.operation'],
  [Field.dbCollection, 'db.collection.name', 'db.sql.table', 'db.cassandra.table', 'db.mongodb.collection', 'db.cosmosdb.container'],
  [Field.messagingSystem, 'messaging.system'],
  [Field.destination, 'messaging.destination.name', 'messaging.destination'],
  [Field.destinationTemplate, 'messaging.destination.template'],
  [Field.messagingType, 'messaging.operation.type', 'messaging.operation'],
  [Field.messagingOperation, 'messaging.operation.name'],
  [Field.peerName, 'service.peer.name', 'peer.service'],
  [Field.address, 'server.address', 'net.peer.name', 'tls.client.server_name', 'http.host'],
  [Field.port, 'server.port', 'net.peer.port'],
  [Field.networkAddress, 'network.peer.address', 'net.peer.ip', 'net.sock.peer.addr'],
  [Field.networkPort, 'network.peer.port', 'net.sock.peer.port'],
  [Field.errorType, 'error.type'],
  [Field.genAi, 'gen_ai.provider.name', 'gen_ai.system'],
  [Field.user, 'user.id', 'enduser.id'],
  [Field.connection, 'db.connection_string'],
  [Field.temporary, 'messaging.destination.temporary', 'messaging.destination.anonymous', 'messaging.temp_destination'],
];

/** Attribute name → field · 16 + rank (0 = the present name). */
export const fieldOfName: ReadonlyMap<string, number> = new Map(
  names.flatMap(([field, ...spellings]) => spellings.map((name, rank) => [name, field * 16 + rank] as const)),
);

/** Fields that make spans differ in operation or peer, by what kind of span reads them; in the order in which they are hashed. */
export const servedFields: readonly Field[] = [
  Field.route, Field.method, Field.rpcSystem, Field.rpcMethod, Field.rpcService,
  Field.messagingSystem, Field.destination, Field.destinationTemplate, Field.messagingType, Field.messagingOperation, Field.temporary,
];
export const calledFields: readonly Field[] = [
  Field.method, Field.urlTemplate, Field.rpcSystem, Field.rpcMethod, Field.rpcService,
  Field.dbSystem, Field.dbNamespace, Field.dbSummary, Field.dbOperation, Field.dbCollection,
  Field.messagingSystem, Field.destination, Field.destinationTemplate, Field.messagingType, Field.messagingOperation, Field.temporary,
  Field.peerName, Field.address, Field.port, Field.genAi, Field.connection,
];
