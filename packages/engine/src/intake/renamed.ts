/**
 * Old semantic-convention names → present ones (conventions 1.44.0), for the attributes and metrics that the engine reads.
 * Pure renames only; the ones that need a rule are read by name where they are used.
 */
function table(rows: string): ReadonlyMap<string, string> {
  return new Map(rows.trim().split('\n').map((row) => row.trim().split(/\s+/) as [string, string]));
}

export const renamedResourceAttributes = table(`
  deployment.environment            deployment.environment.name
  container.runtime                 container.runtime.name
  k8s.pod.labels                    k8s.pod.label
`);

export const renamedLogAttributes = table(`
  feature_flag.variant              feature_flag.result.variant
  feature_flag.provider_name        feature_flag.provider.name
  feature_flag.evaluation.reason    feature_flag.result.reason
  vcs.repository.ref.name           vcs.ref.head.name
  vcs.repository.ref.revision       vcs.ref.head.revision
  peer.service                      service.peer.name
`);

export const renamedPointAttributes = table(`
  state                                 db.client.connection.state
  pool.name                             db.client.connection.pool.name
  db.client.connections.state           db.client.connection.state
  db.client.connections.pool.name       db.client.connection.pool.name
  system.cpu.logical_number             cpu.logical_number
  messaging.kafka.consumer.group        messaging.consumer.group.name
  messaging.eventhubs.consumer.group    messaging.consumer.group.name
  messaging.kafka.destination.partition messaging.destination.partition.id
  messaging.destination                 messaging.destination.name
`);

/** `<anything>.cpu.state` became `cpu.mode`. */
export const cpuModeSuffix = '.cpu.state';

/** Renames of points that hold for one family of metrics alone: `state` is a pool's only on pool metrics. */
export const poolAttributes: ReadonlySet<string> = new Set(['state', 'pool.name']);

export const renamedMetrics = table(`
  container.memory.paging.faults                container.paging.faults
  cpu.time                                      system.cpu.time
  cpu.utilization                               system.cpu.utilization
  db.client.connections.usage                   db.client.connection.count
  db.client.connections.idle.max                db.client.connection.idle.max
  db.client.connections.idle.min                db.client.connection.idle.min
  db.client.connections.max                     db.client.connection.max
  db.client.connections.pending_requests        db.client.connection.pending_requests
  db.client.connections.timeouts                db.client.connection.timeouts
  db.client.connections.create_time             db.client.connection.create_time
  db.client.connections.wait_time               db.client.connection.wait_time
  db.client.connections.use_time                db.client.connection.use_time
  http.server.duration                          http.server.request.duration
  http.client.duration                          http.client.request.duration
  rpc.server.duration                           rpc.server.call.duration
  rpc.client.duration                           rpc.client.call.duration
  k8s.container.cpu.limit                       k8s.container.cpu.limit.desired
  k8s.container.cpu.limit_utilization           k8s.container.cpu.limit.utilization
  k8s.container.memory.limit                    k8s.container.memory.limit.desired
  k8s.container.memory.request                  k8s.container.memory.request.desired
  messaging.publish.duration                    messaging.client.operation.duration
  messaging.receive.duration                    messaging.client.operation.duration
  messaging.publish.messages                    messaging.client.sent.messages
  messaging.client.published.messages           messaging.client.sent.messages
  messaging.receive.messages                    messaging.client.consumed.messages
  system.network.connections                    system.network.connection.count
  system.network.dropped                        system.network.packet.dropped
  system.network.packets                        system.network.packet.count
  v8js.memory.heap.limit                        v8js.memory.heap.space.size
  v8js.heap.space.available_size                v8js.memory.heap.space.available_size
`);
