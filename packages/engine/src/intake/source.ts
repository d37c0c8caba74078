import { AttributeRuns } from '@clew/otlp';
import type { Batch } from '@clew/otlp';
import type { Labels, Source } from '../model/index.ts';
import { readAttributes } from './attributes.ts';
import type { Texts } from './attributes.ts';
import { isNamed, serviceId, serviceKey } from './service-id.ts';

/** A pid alone is reused, and is 1 in every container: the time of creation stands with it. */
const processIdentity = ['pid', 'creation.time', 'start.time'].map((each) => ['process', each].join('.'));

/** Resources that were met before, by the bytes of their message. Kept between requests and bounded (begun anew when full); what comes out is the same with and without. */
const known = new AttributeRuns({ countMax: 8_192, bytesMax: 8 * 1024 * 1024, seed: 0 });
let sources: (Source | undefined)[] = [];

/** The sources of a request, by resource index. */
export function readSources({ resources, strings: { bytes } }: Pick<Batch, 'resources' | 'strings'>, texts: Texts): Source[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: resources.count }, (_, owner) => {
    const make = (): Source => toSource(readAttributes(resources.attributes, owner, texts));
    const run = known.find(view, resources.starts[owner], resources.lengths[owner], 0);
    if (run !== 0) return sources[run] ??= make();
    known.clear();
    sources = [];
    return make();
  });
}

export function toSource(attributes: ReadonlyMap<string, string>): Source {
  const text = (key: string): string => attributes.get(key) ?? '';
  const name = text('service.name');
  const namespace = text('service.namespace');
  const environment = text('deployment.environment.name');
  const pod = text('k8s.pod.uid') || text('k8s.pod.name');
  const hostName = text('k8s.node.name') || text('host.name') || text('host.id');
  const container = text('container.id') || text('container.name');
  const own = text('service.instance.id') || pod || container || text('host.name') || text('host.id');
  const key = serviceKey(isNamed(name) ? name : '~', namespace, environment);
  const places = ['k8s.pod.uid', 'k8s.pod.name', 'container.id', 'host.id']
    .filter((each) => text(each) !== '')
    .map((each) => `${each}=${text(each)}`);
  return {
    service: serviceId(Object.fromEntries(attributes)),
    named: isNamed(name),
    name: name || 'unknown_service',
    namespace, environment,
    language: text('telemetry.sdk.language'),
    version: text('service.version'),
    region: text('cloud.region'),
    tenant: text('tenant.id'),
    labels: labelsOf(attributes, hostName),
    instance: own === '' ? '' : `instance:${key}#${own}`,
    host: hostName === '' ? '' : `host:${hostName}`,
    places,
    process: processIdentity.map(text).filter((each) => each !== '').join('@'),
  };
}

/** Names that tell one process from every other, or that are the same wherever one looks: nothing is told apart by them. */
const notTelling = /^(?:service\.(?:name|namespace|instance\.id)$|deployment\.environment|telemetry\.|process\.|otel\.|k8s\.(?:pod|replicaset|node|container)\.|container\.(?!image)|host\.(?!type|arch|image)|faas\.instance|os\.(?:description|build_id)|device\.id)/;
const labelsMax = 24;
const labelCharsMax = 80;

/** Under the names of the conventions; the machine as `host.name`, whoever named it. */
function labelsOf(attributes: ReadonlyMap<string, string>, host: string): Labels {
  const labels: [string, string][] = host === '' ? [] : [['host.name', host]];
  for (const [key, value] of attributes) {
    if (value !== '' && value.length <= labelCharsMax && !notTelling.test(key)) labels.push([key, value]);
  }
  return labels.sort(([left], [right]) => (left < right ? -1 : 1)).slice(0, labelsMax);
}
