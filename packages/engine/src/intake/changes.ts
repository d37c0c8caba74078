import type { ChangeEvent, ChangeKind } from '../model/index.ts';
import { cut } from './attributes.ts';

/** Attribute names whose presence makes a log record worth reading as a change (otlp §4.7). */
export const changeKeyPattern = /^(?:feature_flag\.(?:key|result\.variant|variant)|deployment\.(?:id|name|status)|cicd\.|vcs\.(?:ref|repository|change)|config\.key$|k8s\.event\.|event\.name$)/;

const kubernetesKinds: Readonly<Record<string, ChangeKind>> = {
  ScalingReplicaSet: 'scale', SuccessfulRescale: 'scale', SuccessfulCreate: 'scale', SuccessfulDelete: 'scale',
  OOMKilling: 'restart', OOMKilled: 'restart', BackOff: 'restart', Killing: 'restart', Unhealthy: 'kubernetes',
};

type Told = Omit<ChangeEvent, 'source' | 'atMs'>;

/** What a record with this event name and these attributes says was done; null when it tells of no change. */
export function changeOf(event: string, attributes: ReadonlyMap<string, string>, body: string): Told | null {
  const text = (key: string): string => attributes.get(key) ?? '';
  const target = text('service.name') || text('deployment.target') || text('k8s.deployment.name') || text('k8s.object.name');
  const flag = text('feature_flag.key');
  if (flag !== '') {
    const variant = text('feature_flag.result.variant') || text('feature_flag.result.value');
    return { kind: 'feature_flag', target: text('service.name'), subject: flag, value: variant, what: `flag ${flag} = ${variant}` };
  }
  const reason = text('k8s.event.reason');
  if (reason !== '') {
    const about = text('k8s.object.name') || text('k8s.pod.name');
    return { kind: kubernetesKinds[reason] ?? 'kubernetes', target: about || target, subject: text('k8s.event.uid') || about, value: reason, what: cut(`${reason}: ${body || about}`) };
  }
  const kind = kindOf(event, attributes);
  if (kind === null) return null;
  const id = text('deployment.id') || text('cicd.pipeline.run.id') || text('vcs.change.id') || text('config.key') || text('deployment.name');
  const value = text('deployment.status') || text('cicd.pipeline.result') || text('config.value') || text('service.version');
  const title = (body === event ? '' : body) || [text('deployment.name') || text('cicd.pipeline.name') || text('config.key') || event, value].filter((each) => each !== '').join(' ');
  return { kind, target, subject: id || event, value, what: cut(title) };
}

function kindOf(event: string, attributes: ReadonlyMap<string, string>): ChangeKind | null {
  if (/^(?:deployment|deploy|cicd|rollout|rollback|release)(?:[._-]|$)/i.test(event)) return 'deployment';
  if (/^(?:config|configuration|settings)(?:[._-]|$)/i.test(event)) return 'config';
  if (/^(?:scale|scaling|autoscaling)(?:[._-]|$)/i.test(event)) return 'scale';
  for (const key of attributes.keys()) {
    if (key.startsWith('cicd.pipeline.') || key === 'deployment.id' || key === 'deployment.name' || key === 'deployment.status') return 'deployment';
    if (key === 'config.key') return 'config';
  }
  return null;
}
